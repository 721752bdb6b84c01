"""What the OpenAPI document shows: requests and replies about the Centre."""

from typing import Any

from service.answering.citations.links import link_to, text_fragment

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
PREFIX = "\n\n== Head of the Centre ==\n"
SUFFIX = " He is the founding Head of the "
AROUND: Example = {"prefix": PREFIX, "suffix": SUFFIX, "sha256": SHA256}
VERIFY: Example = {"document": "unicri-centre", "start": START, "end": END, "quote": QUOTE, **AROUND}
UPLOAD: Example = {
    "documents": [{"id": "annual-report", "title": "Annual report", "text": "= Annual report =\n\nThe Centre grew."}],
    "mode": "add",
    "activate": True,
}
DOCUMENT_TEXT: Example = {"title": "Annual report", "text": "= Annual report =\n\nThe Centre grew."}
ACTIVATE: Example = {"id": SNAPSHOT_ID}

CITATION: Example = {
    "document": "unicri-centre",
    "title": TITLE,
    "section": ["Head of the Centre"],
    "start": START,
    "end": END,
    "start_utf16": START,
    "end_utf16": END,
    "start_utf8": START + 2,
    "end_utf8": END + 2,
    "quote": QUOTE,
    **AROUND,
    "snapshot": SNAPSHOT_ID,
    "url": link_to("unicri-centre", {"start": str(START), "end": str(END), "quote": QUOTE, **AROUND}),
    "text_fragment": text_fragment(QUOTE, PREFIX, SUFFIX),
}
EVIDENCE: Example = {**CITATION, "passage": 1}
ANNOTATION: Example = {
    "@context": [
        "http://www.w3.org/ns/anno.jsonld",
        {"sha256": "urn:centreqa:term:sha256", "snapshot": "urn:centreqa:term:snapshot"},
    ],
    "id": f"http://127.0.0.1:8000/v1/citations/unicri-centre?start={START}&end={END}",
    "type": "Annotation",
    "motivation": "highlighting",
    "target": {
        "type": "SpecificResource",
        "source": {
            "id": "http://127.0.0.1:8000/v1/documents/unicri-centre",
            "type": "Text",
            "sha256": SHA256,
            "snapshot": SNAPSHOT_ID,
        },
        "selector": [
            {"type": "TextQuoteSelector", "exact": QUOTE, "prefix": PREFIX, "suffix": SUFFIX},
            {"type": "TextPositionSelector", "start": START, "end": END},
        ],
    },
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
STATEMENT = "The Centre is headed by Irakli Beridze."
STRUCK: Example = {"text": "Its annual budget is about $1.1 billion.", "reason": "no passage says this"}
WRITTEN: Example = {
    **ANSWERED,
    "answer": {"text": f"{STATEMENT} [1]", "kind": "generated", "evidence": [EVIDENCE], "short": None},
    "written": {"model": "SmolLM2-135M", "reason": None, "struck": [STRUCK], "quoted": ANSWERED["answer"]},
}
WRITTEN_EVENTS = (
    "event: quoted\ndata: {…}\n\n"
    f'event: statement\ndata: {{"text": "{STATEMENT}", "mark": 1, "evidence": {{…}}}}\n\n'
    f'event: struck\ndata: {{"text": "{STRUCK["text"]}", "reason": "{STRUCK["reason"]}"}}\n\n'
    "event: reply\ndata: {…}\n\n"
)
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
VERDICT: Example = {
    "valid": False,
    "reason": "the text has changed since: the document says this at 40 to 183, not at 1232 to 1375",
    "now": "moved",
    "start": 40,
    "end": 183,
    "count": 1,
    "places": [{"start": 40, "end": 183}],
    "nearest": None,
    "sha256": "0" * 64,
    "changed": True,
}
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
    "left_out": {
        "count": 1,
        "named": [{"file": "scan.pdf", "reason": "holds no text: it may be a scan"}],
        "not_read": {".png": 2},
    },
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

CHAT: Example = {
    "model": "centreqa",
    "messages": [
        {"role": "user", "content": "What is the Centre?"},
        {"role": "assistant", "content": "It is a centre for artificial intelligence and robotics."},
        {"role": "user", "content": "Who heads it?"},
    ],
}
CHAT_CONTENT = (
    f"{QUOTE} [1]\n\nShort answer: Irakli Beridze\n\nSources:\n"
    f"[1] unicri-centre, characters {START} to {END}: “{QUOTE}”\n\n"
    f"Confidence: 94% (sure, judged by questions about other texts). Snapshot: {SNAPSHOT_ID}"
)
CHAT_ANNOTATION: Example = {
    **EVIDENCE,
    "type": "url_citation",
    "url_citation": {
        "start_index": len(QUOTE) + 1,
        "end_index": len(QUOTE) + 4,
        "title": TITLE,
        "url": f"http://127.0.0.1:8000{EVIDENCE['url']}",
    },
}
CHAT_JUDGEMENT: Example = {
    "confidence": 0.94,
    "level": "sure",
    "calibrated": False,
    "short": SHORT,
    "abstained": None,
    "snapshot": SNAPSHOT_ID,
    "understood": None,
    "did_you_mean": None,
    "written": None,
}
CHAT_REPLY: Example = {
    "id": "chatcmpl-6f1c0c2e9b7d4a55",
    "object": "chat.completion",
    "created": 1767323045,
    "model": "centreqa",
    "system_fingerprint": SNAPSHOT_ID,
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": CHAT_CONTENT,
                "refusal": None,
                "annotations": [CHAT_ANNOTATION],
                "centreqa": CHAT_JUDGEMENT,
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
}
CHAT_MODELS: Example = {
    "object": "list",
    "data": [{"id": "centreqa", "object": "model", "created": 0, "owned_by": "centreqa"}],
}
CHAT_ERROR: Example = {
    "error": {
        "message": "tools is not supported; leave it out: an answer is one quoted text",
        "type": "invalid_request_error",
        "param": "tools",
        "code": "invalid_request",
    }
}
