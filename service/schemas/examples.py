"""What the OpenAPI document shows: requests and replies about the Centre."""

from typing import Any

Example = dict[str, Any]

SNAPSHOT_ID = "20260102T030405-a1b2c3"
QUESTION = "Who is the head of the Centre?"
START = 1232
QUOTE = (
    "Irakli Beridze is a Georgian international civil servant focused on artificial intelligence, "
    "emerging technologies, and international security."
)
END = START + len(QUOTE)
TITLE = "UNICRI Centre for AI and Robotics"
SHA256 = "cc8123a5e5cb592da7335a5e4fc68a62dbbf8a0bfcfa898976b4b10266e31887"

ASK: Example = {"question": QUESTION, "top_k": 5}
SEARCH: Example = {"query": "partnership with INTERPOL", "top_k": 3}
BATCH: Example = {"questions": [QUESTION, "When was the Centre established?"]}
VERIFY: Example = {"document": "unicri-centre", "start": START, "end": END, "quote": QUOTE}
UPLOAD: Example = {
    "documents": [{"id": "annual-report", "title": "Annual report", "text": "= Annual report =\n\nThe Centre grew."}],
    "mode": "add",
    "activate": True,
}
DOCUMENT_TEXT: Example = {"title": "Annual report", "text": "= Annual report =\n\nThe Centre grew."}
ACTIVATE: Example = {"id": SNAPSHOT_ID}

EVIDENCE: Example = {
    "document": "unicri-centre",
    "start": START,
    "end": END,
    "quote": QUOTE,
    "passage": 1,
}
SHORT: Example = {"text": "Irakli Beridze", "document": "unicri-centre", "start": START, "end": START + 14}
PASSAGE: Example = {
    "rank": 1,
    "id": f"unicri-centre:{START}-{END}",
    "document": "unicri-centre",
    "title": TITLE,
    "section": ["Head of the Centre"],
    "start": START,
    "end": END,
    "text": QUOTE,
    "score": 0.93,
    "signals": {"dense": 0.71, "lexical": 8.4, "late": 0.62, "late_sentence": 0.66},
}
ANSWERED: Example = {
    "question": QUESTION,
    "understood": None,
    "confidence": 0.94,
    "level": "sure",
    "answer": {"text": QUOTE, "kind": "extractive", "evidence": [EVIDENCE], "short": SHORT},
    "abstained": None,
    "passages": [PASSAGE],
    "snapshot": SNAPSHOT_ID,
    "took_ms": 7.4,
    "calibrated": False,
}
FOUND: Example = {
    "query": "partnership with INTERPOL",
    "understood": None,
    "passages": [PASSAGE],
    "snapshot": SNAPSHOT_ID,
    "took_ms": 5.1,
}
DOCUMENT: Example = {
    "id": "unicri-centre",
    "title": TITLE,
    "sha256": SHA256,
    "length": 6010,
    "sections": [{"path": ["Head of the Centre"], "start": 1232, "end": 1671}],
    "metadata": {"source": "corpus/texts"},
    "source": "corpus/texts",
}
VERDICT: Example = {"valid": True, "reason": "the quote stands there"}
SNAPSHOT: Example = {
    "id": SNAPSHOT_ID,
    "created": "2026-01-02T03:04:05+00:00",
    "active": True,
    "documents": 1,
    "passages": 10,
    "model": "all-MiniLM-L6-v2 (onnx-fp32)",
    "bytes": 496019,
    "recall": 1.0,
    "evaluation": None,
}
JOB_NAME = "6f1c0c2e9b7d4a55"
JOB: Example = {
    "state": "running",
    "phase": "encode",
    "done": 4,
    "total": 10,
    "error": None,
    "snapshot": None,
    "receipt": None,
}
RECEIPT: Example = {
    "removed": [{"id": "annual-report", "sha256": SHA256}],
    "deleted": [SNAPSHOT_ID],
    "kept": [],
    "copies": [],
}
