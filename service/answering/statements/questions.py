"""Asking the reader for what a statement says: each number, date or name is left out, and has to come back."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from corpus.documents import Passage
from service.answering.reader.spans import UNREAD, ReaderInput, Reading
from service.answering.statements.particulars import Surroundings, same_amount, same_date
from service.answering.statements.words import WordedText, read_words

MOST = 6  # questions about one statement
Kind: TypeAlias = Literal["number", "date", "name"]
_MONEY = re.compile(r"[€£$]\s?$")
_SHARE = re.compile(r"\s?(?:%|per cent\b|percent\b)", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
# "Room 5" is a name.
_LABEL = re.compile(r"\b(?:[A-Z][\w-]*|version|plot|house|no\.|number|item|article|step|room|firmware|software)\s$")
_JOINS = re.compile(r"\s?|-|\s(?:of|and|the|for|of the|and the)\s")
_PART_OF_NUMBER = "0123456789.,"


class Reads(Protocol):
    """Whatever marks the words of a passage that answer a question."""

    def read(self, inputs: Sequence[ReaderInput]) -> list[list[Reading]] | None:
        """As `service.answering.reader.reader.Reader.read`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of a statement that was left out, and what the reader put there; `score` is how sure it is.

    `came_back` where these are the same; `is_other` where it is another thing of the same kind.
    """

    part: str
    answer: str
    score: float
    came_back: bool
    is_other: bool


@dataclass(frozen=True, slots=True)
class _Gap:
    start: int
    end: int
    kind: Kind


def ask_for_parts(
    reader: Reads, statement: WordedText, passage: Passage, around: Surroundings
) -> tuple[Asked, ...] | None:
    """Ask for each part of the statement in turn; None where the reader fails."""
    sentences = [(start - passage.start, end - passage.start) for start, end in passage.sentences]
    asked = []
    for gap in [*_gaps(statement, around)][:MOST]:
        question = _question(statement.text, gap)
        readings = reader.read([ReaderInput(question, passage.context, passage.text, sentences)])
        if readings is None:
            return None
        best = max(readings[0], key=lambda reading: reading.score, default=None)
        if best and best.score > UNREAD:
            asked.append(_compare(statement, gap, _whole(passage.text, best), best.score))
    return tuple(asked)


def _gaps(statement: WordedText, around: Surroundings) -> Iterator[_Gap]:
    for one in statement.counted:
        if not _LABEL.search(statement.text[max(one.start - 30, 0) : one.start]) or one.unit:
            yield _Gap(one.start, one.end, "number")
    for day in statement.dates:
        yield _Gap(day.start, day.end, "date")
    start = end = -1
    for word in around.named(statement):
        if end >= 0 and _JOINS.fullmatch(statement.text[end : word.start]):
            end = word.end
            continue
        if end >= 0:
            yield _Gap(start, end, "name")
        start, end = word.start, word.end
        first = statement.words[0]
        if first.text[0].isupper() and first.is_content and statement.text[first.end : start] == " ":
            start = first.start
    if end >= 0:
        yield _Gap(start, end, "name")


def _question(text: str, gap: _Gap) -> str:
    before, part, after = text[: gap.start], text[gap.start : gap.end], text[gap.end :]
    asks = {"number": "how many", "date": "what date", "name": "who or what"}[gap.kind]
    if gap.kind == "number":
        if share := _SHARE.match(after):
            asks, after = "what percentage", after[share.end() :]
        elif part[0] in "€£$" or _MONEY.search(before):
            asks, before = "how much", _MONEY.sub("", before)
        elif _YEAR.fullmatch(part):
            asks = "what year"
    return f"{before}{asks}{after}".rstrip(". ") + "?"


def _whole(text: str, found: Reading) -> str:
    """What was found, with all digits of a number of which it is a part."""
    start, end = found.start, found.end
    if text[start : start + 1].isdigit():
        start = len(text[:start].rstrip(_PART_OF_NUMBER))
    if text[end - 1 : end].isdigit():
        end += len(text[end:]) - len(text[end:].lstrip(_PART_OF_NUMBER))
    return text[start:end]


def _compare(statement: WordedText, gap: _Gap, answer: str, score: float) -> Asked:
    # A capital counts only inside a sentence.
    found, part = read_words(f"x {answer}"), statement.text[gap.start : gap.end]
    if gap.kind == "number":
        one = next(each for each in statement.quantities if each.start == gap.start)
        days = {float(day) for date in found.dates for day in (date.day, date.year) if day}
        same = any(same_amount(one, each) for each in found.quantities) or one.value in days
        alike = any(each.unit == one.unit for each in found.quantities)
    elif gap.kind == "date":
        day = next(each for each in statement.dates if each.start == gap.start)
        # What the answer leaves out is not another date.
        numbers = frozenset((*(each.value for each in found.quantities), *((float(day.year),) if day.year else ())))
        same, alike = any(same_date(day, each, numbers) for each in found.dates), bool(found.dates)
    else:
        named = {word.term for word in read_words(f"x {part}").words if word.is_name}
        same = bool(named & found.terms)
        # What the statement says as well is no other name for this one.
        alike = any(word.is_name for word in found.words) and not (found.terms - {"x"}) & statement.terms
    return Asked(part, answer, score, same, alike and not same)
