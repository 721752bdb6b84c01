"""What every format does with a stretch of prose: hidden text is cut out, headings and records in it are recognised.

Nothing here copies or changes the text; blocks and hidden spans are positions in it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, takewhile

from corpus.documents import Anchor, Block, BlockKind, Span
from corpus.prose.asking import is_lead_in, is_question
from corpus.prose.records import OPEN_END, items_of, records_of

MAX_HEADING = 300  # characters; a longer line that looks like a heading is text

_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)"  # comments
    r"|<a\s{1,9}(?:id|name)\s?=\s?[\"']?[\w.:-]{0,99}[\"']?\s?(?:/>|>\s?</a>)"  # places that links lead to
    r"|!?\[[^\]\n]{0,200}\]\(data:[^)\s]*+\)?|\bdata:[\w.+/-]+;base64,[A-Za-z0-9+/=]+"  # pictures inside the text
    r"|(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{200,}={0,2}",  # bytes written as letters
    re.DOTALL,
)
_WIKI_HEADING = re.compile(r"(?P<mark>={1,6})(?P<words>[^=\n].*?|[^=\n])(?P=mark)[ \t]*")
_BOLD_LINE = re.compile(r"(?P<mark>\*{2,3}|_{2,3})(?P<words>(?:(?!(?P=mark)).)+)(?P=mark):?")
_QUESTION_LINE = re.compile(r"(?:Q|Question|Frage|Pregunta|F)(?:\s?\d{1,3})?\s?[:.)]\s+(?P<words>\S.*)", re.IGNORECASE)
_ANSWER_LINE = re.compile(r"(?:A|Answer|Antwort|Respuesta|R)(?:\s?\d{1,3})?\s?[:.)]\s+\S", re.IGNORECASE)
_ENDS = re.compile(r"[.!?:;…。؟][\"'”’»)\]]*$")
_STOP = re.compile(r"[.!?…。؟][\"'”’»)\]]*(?:\s|$)")
LAST_LEVEL = 9  # of headings that have no level of their own: bold lines, questions


@dataclass(slots=True)
class Structure:
    """What a format finds in a text: blocks, hidden spans and anchors by position, its title and metadata."""

    blocks: list[Block] = field(default_factory=list)
    hidden: list[Span] = field(default_factory=list)
    title: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    anchors: list[Anchor] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Canonical text and its structure; `encoding` is what it was written in."""

    text: str
    structure: Structure
    encoding: str = "utf-8"


def is_cut(before: str, after: str) -> bool:
    """Whether a page break between two pieces of prose obviously cuts a sentence in two."""
    if not before or not after or _ENDS.search(before):
        return False
    return after[0].islower() or bool(after[0].isalnum() and OPEN_END.search(before))


def trim(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends; `(end, end)` where there is nothing else."""
    part = text[start:end]
    end = start + len(part)  # a last line without a line end is counted with one
    start = end - len(part.lstrip())
    return start, max(start, end - len(part) + len(part.rstrip()))


def lines_of(text: str, start: int, end: int) -> Iterator[Span]:
    """Each line of a span, trimmed; blank ones left out."""
    offset = start
    for line in text[start:end].split("\n"):
        span = trim(text, offset, offset + len(line))
        if span[0] < span[1]:
            yield span
        offset += len(line) + 1


def add_prose(
    structure: Structure,
    text: str,
    start: int,
    end: int,
    kind: BlockKind = "paragraph",
    level: int = 0,
    lead: Span | None = None,
) -> None:
    """Add a paragraph (or an item, a quotation) to the structure, cut at what is hidden in it.

    Where that stands inside a sentence of a paragraph, the rest of it is read with how it began.
    """
    at = start
    for match in _HIDDEN.finditer(text, start, end):
        structure.hidden.append(match.span())
        _add_visible(structure, text, *trim(text, at, match.start()), kind, level, lead)
        lead = _begun(text, at, match.start()) if kind == "paragraph" else lead
        at = match.end()
    _add_visible(structure, text, *trim(text, at, end), kind, level, lead)


def _begun(text: str, start: int, end: int) -> Span | None:
    """The sentence of the last line that is not over at the end; None where there is none."""
    start = max(start, text.rfind("\n", start, end) + 1, *(stop.end() for stop in _STOP.finditer(text, start, end)))
    span = trim(text, start, end)
    return span if span[0] < span[1] else None


def _add_visible(
    structure: Structure, text: str, start: int, end: int, kind: BlockKind, level: int, lead: Span | None
) -> None:
    if start == end:
        return
    if kind == "paragraph" and _add_lines(structure, text, start, end):
        return
    structure.blocks.append(Block(kind, start, end, level, lead))


def _add_lines(structure: Structure, text: str, start: int, end: int) -> bool:
    """Add a paragraph whose lines are headings or records; false where it is prose."""
    lines = list(lines_of(text, start, end))
    wiki = [wiki_heading(text, *line) for line in lines]
    if any(wiki):
        _add_between(structure, text, lines, wiki)
        return True
    if _QUESTION_LINE.match(text, *lines[0]) and any(_ANSWER_LINE.match(text, *line) for line in lines[1:]):
        _add_questions(structure, text, lines)
        return True
    # Bold lines at the start, however many, are the headings of what follows them.
    bold = list(takewhile(bool, (_bold_heading(text, *line) for line in lines)))
    if bold:
        structure.blocks += filter(None, bold)
        if len(bold) < len(lines):
            _add_visible(structure, text, lines[len(bold)][0], end, "paragraph", 0, None)
        return True
    if items := items_of(text, lines):
        if lines[0][0] < items[0][0]:
            _add_visible(structure, text, *trim(text, start, items[0][0]), "paragraph", 0, None)
        lead = announcement(structure, text)
        structure.blocks += [Block("item", first, last, level=1, lead=lead) for first, last in items]
        return True
    if records := records_of(text, lines):
        _add_records(structure, records, text)
        return True
    return False


def wiki_heading(text: str, start: int, end: int) -> Block | None:
    """The heading that a line such as `== x ==` is; None where it is text."""
    match = _WIKI_HEADING.fullmatch(text, start, end) if end - start <= MAX_HEADING else None
    words = trim(text, *match.span("words")) if match else (0, 0)
    return Block("heading", *words, level=len(match["mark"])) if match and words[0] < words[1] else None


def _bold_heading(text: str, start: int, end: int) -> Block | None:
    bold = _BOLD_LINE.fullmatch(text, start, end) if end - start <= MAX_HEADING else None
    if bold and not bold["words"].rstrip().endswith((".", ",", ";")):
        return Block("heading", *trim(text, *bold.span("words")), level=LAST_LEVEL)
    return None


def _add_between(structure: Structure, text: str, lines: list[Span], headings: list[Block | None]) -> None:
    """Headings, and the prose between them."""
    for heading, group in groupby(zip(lines, headings, strict=True), key=lambda pair: pair[1]):
        spans = [span for span, _ in group]
        if heading:
            structure.blocks.append(heading)
        else:
            _add_visible(structure, text, spans[0][0], spans[-1][1], "paragraph", 0, None)


def _add_questions(structure: Structure, text: str, lines: list[Span]) -> None:
    """Q: and A: lines: the question becomes a heading, so that what follows is read as its answer."""
    first: int | None = None
    last = 0
    for start, end in lines:
        question = _QUESTION_LINE.match(text, start, end)
        if question:
            if first is not None:
                structure.blocks.append(Block("record", first, last))
                first = None
            structure.blocks.append(Block("heading", *trim(text, *question.span("words")), level=LAST_LEVEL))
        else:
            first, last = (start if first is None else first), end
    if first is not None:
        structure.blocks.append(Block("record", first, last))


def _add_records(structure: Structure, lines: Iterable[Span], text: str) -> None:
    """Lines that each say one thing: chat turns, `key: value`; a turn is read with the question before it."""
    lead: Span | None = None
    for start, end in lines:
        structure.blocks.append(Block("record", start, end, lead=lead))
        lead = (start, end) if is_question(text[start:end]) else None


def announcement(structure: Structure, text: str) -> Span | None:
    """The block before, where it announces what follows."""
    before = structure.blocks[-1] if structure.blocks else None
    may_announce = before and before.kind in ("paragraph", "record") and is_lead_in(text[before.start : before.end])
    return (before.start, before.end) if before and may_announce else None
