"""A service that follows the contract and needs no model: the page itself, and canned replies."""

import hashlib
import json
import re
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from corpus.documents import Anchor, Block, Document, DocumentInfo
from corpus.formats import parse
from corpus.prose.sentences import sentences
from corpus.sections import find_sections
from service.answering import answer
from service.answering.citations.citer import Citer
from service.answering.citations.finding import Claim, check_quote
from service.schemas import replies
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
# What a document in Markdown and one from a PDF are made of.
TEXTS["handbook"] = """# The Harbour *handbook* 🎉

## How to report a leak

Call the **harbour office** at once. Then do `close --all`, _always_ in this order, with snake_case left alone:

- Close the *red* valve 🚰 by hand.
- Call **extension 412**; see [the list](https://example.org/list).
  - Leave a message.
1. Write the report.

> Never open the valve again
> without a **written** order.

```sh
close --all  # **not bold**
```

### Fees for berths

| Berth | Fee a day | Note |
|:------|----------:|------|
| North | 12 euro | **quiet** |
| South | 9 euro | loud \\| windy |

Setext heading
--------------

The last *words* 🎉 of the handbook.
"""
TEXTS["report.pdf"] = (
    "Annual report\n\nThe harbour grew.\n\nBerth\tShips\nNorth\t120\nSouth\t80\n\nThe end of the year was calm."
)
PAGES = {"report.pdf": (Anchor(0, 1, "page 1"), Anchor(TEXTS["report.pdf"].index("Berth"), 2, "page 2"))}

ITEM = "Which extension do I call?"
ROW = "What does a berth in the north cost?"
# The document that answers a question, and the first and the last words of the sentence.
ANSWERS = {
    ITEM: ("handbook", "- Call **extension", "list)."),
    ROW: ("handbook", "| North", "**quiet** |"),
    HEAD: ("unicri-centre", "He is the founding Head of the Centre", "human rights."),
    EMOJI: ("notes/naïve café 100%?#", "A party", "👩‍🚀s."),
}


def whole(name: str) -> Document:
    """A text with its structure, as a snapshot holds it."""
    text = TEXTS[name]
    structure = parse(text, ".md" if name == "handbook" else None)
    title, sections = find_sections(text, structure.blocks)
    digest = hashlib.sha256(text.encode()).hexdigest()
    blocks = structure.blocks
    if name in PAGES:
        at = [(line.start(), line.end()) for line in re.finditer(r"[^\n]*\t.*", text)]
        blocks = [block for block in blocks if not any(start <= block.start < end for start, end in at)]
        blocks += [Block("row", *span, lead=at[0]) for span in at[1:]]
        blocks.sort(key=lambda block: block.start)
    info = DocumentInfo(name, title or name, digest, len(text), sections, anchors=PAGES.get(name, ()))
    return Document(info, text, tuple(blocks), tuple(structure.hidden))


class Texts:
    """The texts, as `service.answering.citations` reads those of a snapshot."""

    id = "20250101T000000-stub"

    def info(self, name: str) -> DocumentInfo:
        return whole(name).info

    def excerpt(self, name: str, start: int, end: int) -> str:
        return TEXTS[name][start:end]


def document(name: str) -> dict[str, Any]:
    """What GET /v1/documents/{id} replies."""
    return replies.Document.of(whole(name), structure=True).model_dump()


def evidence_of(name: str, start: int, end: int) -> dict[str, Any]:
    """The evidence of a reply."""
    citation = Citer(Texts()).cite(name, start, end)
    return Evidence.model_validate(answer.Evidence(name, start, end, citation.quote, 1, citation=citation)).model_dump()


def structure_of(name: str, start: int, end: int) -> dict[str, Any]:
    """The sentences of the passage that lies there."""
    inside = [block for block in whole(name).blocks if start <= block.start < end and block.kind != "heading"]
    lead = next((block.lead for block in inside if block.lead), None)
    parts = [
        {"start": first, "end": last, "kind": block.kind, "block": number}
        for number, block in enumerate(inside)
        for first, last in (
            [(block.start, block.end)] if block.kind == "row" else sentences(TEXTS[name], (block.start, block.end))
        )
    ]
    return {"sentences": parts, "lead": lead and {"start": lead[0], "end": lead[1], "text": TEXTS[name][slice(*lead)]}}


def passages() -> list[dict[str, Any]]:
    """Every section of every text as a passage, without its rank and score."""
    return [
        {
            "structure": structure_of(source["id"], section["start"], section["end"]),
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
        last_word = [match.span() for match in re.finditer(r"\S*\w\S*", quote)][-1]
        short_start, short_end = (start + at for at in last_word)
        short = {"text": TEXTS[name][short_start:short_end], "document": name, "start": short_start, "end": short_end}
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
    lines = [match.span() for match in re.finditer(r".+", TEXTS[name])]
    return Verdict.model_validate(check_quote(whole(name), Claim(**body), lambda: lines)).model_dump()


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
            listed = [replies.DocumentInfo.model_validate(Texts().info(name)).model_dump() for name in TEXTS]
            self.reply(json.dumps(listed).encode(), "application/json")
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
        posts = {"/v1/ask": ask, "/v1/verify": verify, "/v1/feedback": take_feedback}
        self.reply(json.dumps(posts[self.path](body)).encode(), "application/json")

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
