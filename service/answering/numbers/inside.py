"""Numbers and days of a question that lie inside a range which a text states."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf

from corpus.documents import Passage, Span
from corpus.prose.nesting import cells_read
from service.answering.numbers.dates import Date, dates
from service.answering.numbers.quantities import Quantity, quantities, taken_by
from service.answering.numbers.ranges import (
    AGE,
    DAYS,
    LOOKED_AT,
    PEOPLE,
    SEASON,
    WEEKDAY,
    Range,
    ages_of,
    day_of_year,
    days_in,
    folded,
    noun_after,
    ranges_of,
    with_unit,
)
from service.answering.numbers.weekdays import weekdays_in

LARGE = 1000.0  # a number from which on it may stand alone
# Somebody's age in a question.
_AGED = re.compile(
    r"\b(?:aged?|(?:am|['’]m|is|are|turned|turns)) (?P<age>\d{1,3})(?=[,.?!]|$| and\b| years?\b| can\b| may\b)"
)
_AGED_AFTER = re.compile(r"(?<![\w.,])(?P<age>\d{1,3})[ -]years?[ -](?:old|of age)\b")
_OF_US = re.compile(r" of (?:us|them|you)\b")
_OF_PEOPLE = re.compile(r"\b(?:we are|there are|(?:group|party|class|team) of)(?: about)? $")
# A question that names the end of a range itself: "before February 2025".
_BOUND = re.compile(r"\b(?:before|after|since|until|till|from|by|over|under|above|below|than|to|least|most)(?: the)? $")
_ABOVE_THAT = re.compile(r"\b(?:above|beyond|over|after|more than) (?:that|this)\b", re.IGNORECASE)
# A part of a month: "early May", "at the end of September".
_PART = re.compile(r"\b(begin|start|early|mid|end|late)(?:\w*(?: of)?)?[ -]$")
_THIRDS = {"begin": 0, "start": 0, "early": 0, "mid": 1, "end": 2, "late": 2}
_AFTER_THAT = re.compile(r"\W*(?:after (?:that|this)|from then on|since then|afterwards|thereafter)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AskedValue:
    """A number, or a day or some days, at `span` of a question: `value` in the smallest unit of what it measures.

    `noun` is what it counts. Days have a first and a `last` one, and the numbers of both in any year, their `season`.
    """

    unit: str
    value: float
    noun: str
    span: Span
    last: float | None = None
    season: tuple[float, float] | None = None

    def ends_in(self, unit: str) -> tuple[float, ...]:
        """The value, or the first and the last day, in the unit of a range."""
        if unit != self.unit:
            return self.season or ()
        return (self.value,) if self.last is None else (self.value, self.last)


@lru_cache(maxsize=64)  # it is asked for every hit of a question
def asked_values(question: str) -> tuple[AskedValue, ...]:
    """The numbers and the days that a question names."""
    text = folded(question)
    if len(text) != len(question):
        return ()
    seasons = {(each.start, each.end): _season(text, each) for each in dates(text) if 1 <= each.month <= 12}
    # What is left of them then names no year.
    found = [AskedValue(DAYS, first, "", span, last, seasons.pop(span, None)) for first, last, span in days_in(text)]
    found += [AskedValue(SEASON, season[0], "", span, season[1], season) for span, season in seasons.items()]
    ages = (match for pattern in (_AGED, _AGED_AFTER) for match in pattern.finditer(text))
    found += [AskedValue(AGE, float(match["age"]), "", match.span("age")) for match in ages]
    found += [AskedValue(WEEKDAY, float(day), "", span) for day, span in weekdays_in(text)]
    taken = taken_by(text, (each.span for each in found))
    named = (
        *found,
        *(
            AskedValue(each.unit, each.amount, _counted(text, each), with_unit(text, each))
            for each in quantities(text)
            if not taken[each.start]
        ),
    )
    return tuple(each for each in named if not _BOUND.search(text[max(0, each.span[0] - LOOKED_AT) : each.span[0]]))


def _season(text: str, asked: Date) -> tuple[float, float]:
    """The first and the last day of a date in any year: of a month, or of its beginning, its middle or its end."""
    first, last = day_of_year(asked), day_of_year(asked, is_last=True)
    part = _PART.search(text, max(0, asked.start - LOOKED_AT), asked.start)
    if asked.day or not part:
        return first, last
    third = _THIRDS[part[1]]
    return first + 10 * third, last if third == 2 else first + 10 * third + 9


def covering(asked: AskedValue, texts: Sequence[str]) -> list[Range | bool | None]:
    """The range of each text, of sentences in their order, that holds what is asked.

    False where none of its ranges does; None where it has none, names the number or the day itself, or where one of its
    ranges has some of the days that are asked for. Of those that have one end only, the nearest counts: "up to 3 hours"
    before "up to 5 hours".
    """
    stated: list[list[Range]] = []
    for text in texts:
        own = [each for each in (ages_of(text) if asked.unit == AGE else ranges_of(text)) if _is_of(each, asked)]
        before = stated[-1] if stated and _AFTER_THAT.match(text) else own if _ABOVE_THAT.search(text) else ()
        own += [
            replace(each, low=each.high, high=inf, above=True, written=(0, 0))
            for each in tuple(before)
            if each.high < inf
        ]
        stated.append(own)
    holding = [[each for each in own if all(map(each.holds, asked.ends_in(each.unit)))] for own in stated]
    latest = max((each.low for own in holding for each in own if each.high == inf), default=-inf)
    first = min((each.high for own in holding for each in own if each.low == -inf), default=inf)
    return [
        next((each for each in held if _is_nearest(each, latest, first)), _otherwise(asked, text, own)) if own else None
        for text, own, held in zip(texts, stated, holding, strict=True)
    ]


def _is_nearest(stated: Range, latest: float, first: float) -> bool:
    """Whether no other range with only this end, of those that hold a value, begins later or ends earlier."""
    if stated.high == inf:
        return stated.low >= latest
    return stated.low > -inf or stated.high <= first


def stated_texts(question: str, passage: Passage) -> list[str]:
    """The sentences of a passage; where a number is asked for, cells of rows follow the names of their columns."""
    texts = passage.sentence_texts
    if "row" not in passage.kinds or not asked_values(question):
        return texts
    rows = [cells_read(passage, number) if kind == "row" else () for number, kind in enumerate(passage.kinds)]
    return [
        "; ".join(f"{name}: {cell}" for name, cell, _ in row) or text for text, row in zip(texts, rows, strict=True)
    ]


def inside(question: str, passage: Passage) -> list[bool | None]:
    """Whether each sentence states a range that holds a number or a day of the question; None where it states none."""
    texts = stated_texts(question, passage)
    found = [covering(asked, texts) for asked in asked_values(question)]
    told = [[one is not False for one in column if one is not None] for column in zip(*found, strict=True)]
    return [any(each) if each else None for each in told] or [None] * len(texts)


def as_ranged(question: str, texts: Sequence[str]) -> str:
    """The question with the end of a range that a text states in the place of a number that is in it.

    A reader knows words, and not that 800 grams are up to 1 kg.
    """
    for asked in sorted(asked_values(question), key=lambda each: each.span, reverse=True):
        start, end = asked.span
        written = next(
            (
                text[slice(*found.written)]
                for text, found in zip(texts, covering(asked, texts), strict=True)
                if isinstance(found, Range) and len(folded(text)) == len(text)
            ),
            "",
        )
        if written and not any(question[start:end].lower() in text.lower() for text in texts):
            question = question[:start] + written + question[end:]
    return question


def _counted(text: str, number: Quantity) -> str:
    """What a number of a question counts: "19 of us" are people."""
    before, after = text[max(0, number.start - LOOKED_AT) : number.start], text[number.end : number.end + LOOKED_AT]
    return PEOPLE if _OF_PEOPLE.search(before) or _OF_US.match(after) else noun_after(text, number.end)


def _otherwise(asked: AskedValue, text: str, stated: Sequence[Range]) -> bool | None:
    """What is said of a text of whose ranges none holds what is asked: as `covering` says."""
    has_some = any(len(set(map(each.holds, asked.ends_in(each.unit)))) == 2 for each in stated)
    if asked.unit == WEEKDAY:
        is_named = any(day == asked.value for day, _ in weekdays_in(folded(text)))
    elif asked.unit == DAYS:
        is_named = any(first <= asked.value <= last for first, last, _ in days_in(folded(text)))
    else:
        is_named = any((each.unit, each.amount) == (asked.unit, asked.value) for each in quantities(folded(text)))
    return None if has_some or is_named else False


def _is_of(stated: Range, asked: AskedValue) -> bool:
    """Whether a range is one of what is asked. Without a unit it has to count the same, as "8 to 20" may.

    A large number may be a price or a value without saying so: "for a bicycle of 5,000".
    """
    if stated.unit == SEASON:
        return asked.season is not None
    if stated.unit != asked.unit or asked.unit:
        return stated.unit == asked.unit
    is_bounded = stated.low > -inf and stated.high < inf
    may_count = asked.noun or asked.value >= LARGE
    return bool(may_count) and (stated.noun == asked.noun or (is_bounded and not stated.noun))
