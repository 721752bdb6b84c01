"""A service that follows the contract and needs no model: the page itself, and canned replies."""

import hashlib
import json
import re
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from corpus.documents import Document, DocumentInfo
from corpus.formats import parse
from corpus.sections import find_sections
from service.answering import answer
from service.answering.citations.citer import Citer
from service.answering.citations.finding import Claim, check_quote
from service.schemas.citations import Evidence, Verdict
from service.schemas.feedback import FeedbackRequest
from service.schemas.requests import VerifyRequest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "service" / "web" / "page"
MEDIA_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

HEAD = "Who is the head of the Centre?"
EMOJI = "Which party 🎉 was held?"
REFUSED = "What is the annual budget of the Centre?"
ATTACK = "<script>window.attacked = 1</script><img src=x onerror='window.attacked = 1'>"
REQUEST_ID = "0123456789abcdef"
TEXTS = {
    "unicri-centre": (ROOT / "corpus" / "texts" / "unicri-centre.txt").read_text(encoding="utf-8"),
    "notes/naïve café 100%?#": "= Notes 🎉 =\n\n== 👩‍🚀 & <b>Friends</b> ==\n\n"
    f"Zoë 😀 was first. A party 🎉🎉 was held in 🇳🇱 for 👩‍🚀s. {ATTACK} was printed.\n\n== Later ==\n\nNothing else 𝔞.",
}
# The document that answers a question, and the first and the last words of the sentence.
ANSWERS = {
    HEAD: ("unicri-centre", "He is the founding Head of the Centre", "human rights."),
    EMOJI: ("notes/naïve café 100%?#", "A party", "👩‍🚀s."),
}


class Texts:
    """The texts, as `service.answering.citations` reads those of a snapshot."""

    id = "20250101T000000-stub"

    def info(self, name: str) -> DocumentInfo:
        text = TEXTS[name]
        title, sections = find_sections(text, parse(text, None).blocks)
        return DocumentInfo(name, title or name, hashlib.sha256(text.encode()).hexdigest(), len(text), sections)

    def excerpt(self, name: str, start: int, end: int) -> str:
        return TEXTS[name][start:end]


def document(name: str) -> dict[str, Any]:
    """What GET /v1/documents/{id} replies."""
    info = Texts().info(name)
    paths = [{"path": list(section.path), "start": section.start, "end": section.end} for section in info.sections]
    return {
        "id": name,
        "title": info.title,
        "sha256": info.sha256,
        "length": info.length,
        "sections": paths,
        "text": TEXTS[name],
    }


def evidence_of(name: str, start: int, end: int) -> dict[str, Any]:
    """The evidence of a reply."""
    citation = Citer(Texts()).cite(name, start, end)
    return Evidence.model_validate(answer.Evidence(name, start, end, citation.quote, 1, citation=citation)).model_dump()


def passages() -> list[dict[str, Any]]:
    """Every section of every text as a passage, without its rank and score."""
    return [
        {
            "document": source["id"],
            "title": source["title"],
            "section": section["path"],
            "id": f"{source['id']}:{section['start']}-{section['end']}",
            "start": section["start"],
            "end": section["end"],
            "text": source["text"][section["start"] : section["end"]],
            "signals": {"dense": 0.612345, "lexical": 0.75},
        }
        for source in map(document, TEXTS)
        for section in source["sections"]
    ]


def ask(body: dict[str, Any]) -> dict[str, Any]:
    """What POST /v1/ask replies: an answer to two questions, a refusal to all others."""
    question, only = body["question"], body.get("documents", list(TEXTS))
    hits = [passage for passage in passages() if passage["document"] in only]
    reply: dict[str, Any] = {
        "question": question,
        "understood": "What is gravity?" if question == REFUSED else None,
        "calibrated": question == REFUSED,
        "confidence": 0.0731,
        "level": "unsure",
        "answer": None,
        "snapshot": Texts.id,
        "took_ms": 4.26,
    }
    if question in ANSWERS:
        name, first, last = ANSWERS[question]
        start = TEXTS[name].index(first)
        end = TEXTS[name].index(last, start) + len(last)
        hits.sort(key=lambda hit: not (hit["document"] == name and hit["start"] <= start < hit["end"]))
        quote = TEXTS[name][start:end]
        evidence = evidence_of(name, start, end)
        last_word = start + quote.rindex(" ") + 1
        short = {"text": TEXTS[name][last_word:end], "document": name, "start": last_word, "end": end}
        reply["answer"] = {"text": quote, "kind": "extractive", "evidence": [evidence], "short": short}
        reply |= {"confidence": 0.9234, "level": "sure", "abstained": None}
    else:
        message = "The text does not say: the closest passages are too far from the question."
        reply["abstained"] = {"code": "low_confidence", "message": message, "missing": ["gravity"]}
        reply["did_you_mean"] = next(iter(ANSWERS))
        near = hits[0]
        quote = near["text"].split("\n")[0]
        reply["abstained"]["nearest"] = evidence_of(near["document"], near["start"], near["start"] + len(quote))
    ranked = enumerate(hits[: body.get("top_k", 5)], 1)
    return reply | {"passages": [hit | {"rank": rank, "score": 1 - rank / 10} for rank, hit in ranked]}


def verify(body: dict[str, Any]) -> dict[str, Any]:
    """What POST /v1/verify replies."""
    name = VerifyRequest.model_validate(body).document
    body = {key: value for key, value in body.items() if key not in ("document", "snapshot")}
    whole = Document(Texts().info(name), TEXTS[name])
    lines = [match.span() for match in re.finditer(r".+", TEXTS[name])]
    return Verdict.model_validate(check_quote(whole, Claim(**body), lambda: lines)).model_dump()


def take_feedback(body: dict[str, Any]) -> dict[str, Any]:
    """What POST /v1/feedback replies."""
    evidence = FeedbackRequest.model_validate(body).evidence
    assert evidence is None or TEXTS[evidence.document][evidence.start : evidence.end] == evidence.quote
    return {"id": "0f1e2d3c4b5a6978"}


class ServiceStub(BaseHTTPRequestHandler):
    """Serves the page as the real application does, content security policy included, and the canned replies."""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path == "/v1/documents":
            without_text = [{key: value for key, value in document(name).items() if key != "text"} for name in TEXTS]
            self.reply(json.dumps(without_text).encode(), "application/json")
        elif path == "/readyz":
            self.reply(b'{"status": "ready"}', "application/json")
        elif path.startswith("/v1/documents/"):
            self.reply(json.dumps(document(path.removeprefix("/v1/documents/"))).encode(), "application/json")
        else:
            is_page = path in ("/", "/library", "/index", "/evaluation") or path.startswith("/d/")
            file = PAGE / ("index.html" if is_page else path.removeprefix("/pages/"))
            self.reply(file.read_bytes(), MEDIA_TYPES[file.suffix])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        replies = {"/v1/ask": ask, "/v1/verify": verify, "/v1/feedback": take_feedback}
        self.reply(json.dumps(replies[self.path](body)).encode(), "application/json")

    def reply(self, body: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("content-type", f"{media_type}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.send_header("x-request-id", REQUEST_ID)
        self.send_header("content-security-policy", "default-src 'self'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""
