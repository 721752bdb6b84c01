"""Which of two named things: "Which is cheaper, the Heron or the Otter?", by two rows or by two sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.documents import Passage
from corpus.folding import fold
from corpus.prose.cells import column_names
from service.answering.examined import BestSentence
from service.answering.numbers.quantities import CURRENCIES, quantities
from service.answering.question.answer_type import LOOKED_AT
from service.answering.question.content_words import content_terms, held_terms
from service.answering.tables.extremes import (
    LEAST,
    MOST,
    Superlative,
    column_asked,
    superlative_in,
    value_in,
)
from service.answering.tables.rows import Row, rows_below

_COMPARATIVES = {"more": "most", "less": "least"}
_COMPARATIVES |= {word.removesuffix("st") + "r": word for word in (*MOST, *LEAST) if word.endswith("est")}
_COMPARATIVE = re.compile(rf"\b(?:{'|'.join(_COMPARATIVES)})\b", re.IGNORECASE)
_NAME = r"(?:the |an? )?(?P<{}>[^,?]{{1,60}}?)"
_DOING = "have|has|had|cost|weigh|last|take|hold|stand|go|run|reach|carry|offer|keep|give|need|use"
_EITHER = (
    re.compile(rf"[,:] ?{_NAME.format('one')} or {_NAME.format('other')}\s*\??$", re.IGNORECASE),
    re.compile(
        rf"^(?:is|are|was|were|does|do|did|has|have) {_NAME.format('one')} or {_NAME.format('other')}"
        rf"(?= (?:the )?(?:{'|'.join(_COMPARATIVES)}|{_DOING})\b)",
        re.IGNORECASE,
    ),
)
# What the value of a sentence may be in, by what the superlative is of.
_UNITS = {
    term: tuple(units.split())
    for name, units in (
        ("height", "length"), ("length", "length"), ("duration", "time"), ("depth", "length"), ("width", "length"),
        ("thickness", "length"), ("weight", "mass"), ("speed", "speed"), ("temperature", "degrees"), ("area", "area"),
    )
    for term in held_terms(name)
}  # fmt: skip
_BEGUN = held_terms("built founded opened established born made")  # what a year has to be of
_YEAR = re.compile(r"\b1\d{3}\b|\b20\d\d\b")

Place = tuple[Passage, int]
"""A passage and the number of a sentence in it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The terms of two things, and the extreme of both that a question asks for."""

    one: frozenset[str]
    other: frozenset[str]
    question: str
    asked: Superlative


def pair_in(question: str) -> Pair | None:
    """The two things that a question compares; None where it compares nothing, or it is not clear by what."""
    question = question[:LOOKED_AT]
    found = _COMPARATIVE.findall(question)
    named = next(filter(None, (pattern.search(question) for pattern in _EITHER)), None)
    if len(found) != 1 or named is None:
        return None
    superlative = _COMPARATIVE.sub(lambda match: _COMPARATIVES[match[0].lower()], question)
    asked = superlative_in(superlative)
    one, other = content_terms(named["one"]), content_terms(named["other"])
    is_clear = one and other and not one <= other and not other <= one
    return Pair(one, other, superlative, asked) if asked and is_clear else None


def better_row(pair: Pair, passages: Sequence[Passage], lead: str) -> tuple[Place, Place] | None:
    """The row of the two which has the value asked for, and the other one, of the table with the header `lead`."""
    header, both = column_names(lead), _rows_of_both(pair, passages, lead)
    column = _column_of(pair, both, header) if both else None
    if column is None:
        return None
    values = filter(None, (value_in(row.cells[column]) for row in both))
    amounts = [pair.asked.sign_of(header[column]) * value.amount for value in values]
    return _ordered([(row.passage, row.sentence) for row in both], amounts)


def has_no_column(pair: Pair, passages: Sequence[Passage], lead: str) -> bool:
    """Whether the table with the header `lead` has a row of each of the two, and says nothing of what is compared."""
    both = _rows_of_both(pair, passages, lead)
    return bool(both) and _column_of(pair, both, column_names(lead)) is None


def _rows_of_both(pair: Pair, passages: Sequence[Passage], lead: str) -> Sequence[Row]:
    """The only row of each of the two; nothing where one has none, or several."""
    width = len(column_names(lead))
    rows = [row for row in rows_below(passages, lead) if len(row.cells) == width]
    of_both = [[row for row in rows if terms <= held_terms(row.cells[0])] for terms in (pair.one, pair.other)]
    return [row for of_one in of_both for row in of_one] if all(len(of_one) == 1 for of_one in of_both) else ()


def _column_of(pair: Pair, both: Sequence[Row], header: Sequence[str]) -> int | None:
    words = content_terms(pair.question) - pair.asked.words - pair.one - pair.other
    return column_asked(header, both, words, pair.asked)


def better_sentence(pair: Pair, ranked: Sequence[BestSentence]) -> tuple[Place, Place] | None:
    """The same of the one sentence about each of the two, among the hits, that holds one value of what is compared."""
    passages = {best.hit.passage.id: best.hit.passage for best in ranked}.values()
    of_both = [
        [place for passage in passages for place in _saying(pair, passage, terms, others)]
        for terms, others in ((pair.one, pair.other), (pair.other, pair.one))
    ]
    if any(len(of_one) != 1 for of_one in of_both):
        return None
    return _ordered([place for ((place, _),) in of_both], [amount for ((_, amount),) in of_both])


def _saying(
    pair: Pair, passage: Passage, terms: frozenset[str], others: frozenset[str]
) -> Iterator[tuple[Place, float]]:
    """The sentences about one of the two alone, by their words or the heading above them, and their values."""
    heading = held_terms(passage.section[-1]) if passage.section else frozenset[str]()
    for number, text in enumerate(passage.sentence_texts):
        held = held_terms(text)
        is_about = terms <= held | heading and not others <= held
        if is_about and (amount := _amount(pair.asked, text)) is not None:
            yield (passage, number), amount


def _amount(asked: Superlative, text: str) -> float | None:
    """The only value of a sentence that is of what is compared, times the sign; None where it has none or several."""
    if asked.of_age:
        values = [float(year) for year in _YEAR.findall(text)] if held_terms(text) & _BEGUN else []
    else:
        of_measures = [unit for measure in asked.measures for unit in _UNITS.get(measure, ())]
        units = CURRENCIES if asked.of_prices else of_measures
        values = [each.amount for each in quantities(fold(text).text.lower()) if each.unit and each.unit in units]
    return asked.sign * values[0] if len(values) == 1 else None


def _ordered(places: Sequence[Place], amounts: Sequence[float]) -> tuple[Place, Place] | None:
    if len(amounts) != 2 or amounts[0] == amounts[1]:
        return None
    first, second = places if amounts[0] > amounts[1] else reversed(places)
    return first, second
