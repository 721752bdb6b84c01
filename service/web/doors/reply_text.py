"""A reply as text that a program shows to people or gives to a language model: numbered marks, then the sources."""

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.documents import Span
from service.schemas.answers import Answer
from service.schemas.citations import Evidence
from service.schemas.replies import Abstention, AskReply, Passage, SearchReply


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text, and where in it the mark of each piece of evidence stands: `text[start:end] == "[1]"`."""

    text: str
    marks: tuple[Span, ...]


def write_reply(reply: AskReply) -> MarkedText:
    """The answer with its marks and sources, or the refusal with what is missing and the nearest sentence."""
    if reply.answer is None:
        assert reply.abstained is not None  # noqa: S101
        return MarkedText("\n\n".join((*_refusal(reply.abstained), *_notes(reply))), ())
    text = reply.answer.text
    numbers = range(1, len(reply.answer.evidence) + 1)
    if reply.answer.kind == "extractive":
        text = " ".join((text, *(f"[{number}]" for number in numbers)))
    # A mark stands after what it belongs to, and the text itself may hold one that looks like it.
    starts = [text.rindex(f"[{number}]") for number in numbers]
    marks = [(start, text.index("]", start) + 1) for start in starts]
    parts = (text, *_short(reply.answer), _sources(reply.answer, reply.passages), *_notes(reply))
    return MarkedText("\n\n".join(parts), tuple(marks))


def write_hits(reply: SearchReply) -> str:
    """Every passage with where it stands."""
    understood = [f"Understood as: {reply.understood}"] if reply.understood else []
    hits = [
        f"{passage.rank}. {' > '.join((passage.title, *passage.section))} "
        f"({_place(passage)}{_superseded(passage)})\n{passage.text}"
        for passage in reply.passages
    ]
    return "\n\n".join((*understood, *(hits or ["No passage has anything in common with the query."])))


def _refusal(abstained: Abstention) -> Iterator[str]:
    yield f"No answer. {abstained.message}"
    if abstained.missing:
        yield f"Not accounted for: {', '.join(abstained.missing)}"
    if abstained.nearest:
        nearest = abstained.nearest
        yield f"The nearest sentence, which is no answer: “{nearest.quote}” ({_place(nearest)})"


def _short(answer: Answer) -> Iterator[str]:
    if answer.short and answer.short.text != answer.text:
        yield f"Short answer: {answer.short.text}"


def _sources(answer: Answer, passages: list[Passage]) -> str:
    held_by = {passage.rank: passage for passage in passages}
    lines = ["Sources:"]
    for number, evidence in enumerate(answer.evidence, 1):
        passage = held_by.get(evidence.passage)
        newer = _superseded(passage) if passage else ""
        lines.append(f"[{number}] {_place(evidence)}{newer}: “{evidence.quote}”")
    return "\n".join(lines)


def _notes(reply: AskReply) -> Iterator[str]:
    if reply.understood:
        yield f"Understood as: {reply.understood}"
    if reply.did_you_mean:
        yield f"Did you mean: {reply.did_you_mean}"
    judged = "" if reply.calibrated else ", judged by questions about other texts"
    if reply.written and reply.answer and reply.answer.kind == "generated":
        yield f"Written by a language model ({reply.written.model}); each sentence was checked against its source."
    elif reply.written:
        yield f"No written answer: {reply.written.reason}"
    yield f"Confidence: {reply.confidence:.0%} ({reply.level}{judged}). Snapshot: {reply.snapshot}"


def _place(stands: Evidence | Passage) -> str:
    anchor = stands.anchor if isinstance(stands, Evidence) and stands.anchor else ""
    return f"{stands.document}{anchor and f', {anchor}'}, characters {stands.start} to {stands.end}"


def _superseded(passage: Passage) -> str:
    return f"; the version in force says otherwise: {passage.superseded_by}" if passage.superseded_by else ""
