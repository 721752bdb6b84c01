"""What a text says of a range: "over 1 kg and up to 5 kg" covers 3.5 kg, "since July 2023" every later day."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import inf

from corpus.documents import Span
from corpus.folding import fold
from index.retrieval.words import terms
from service.answering.numbers.dates import Date, dates
from service.answering.numbers.quantities import AHEAD, CURRENCIES, UNITS, Quantity, quantities, taken_by
from service.answering.numbers.weekdays import stretches_of_week

# The units of ranges of days, of days of any year and of the week, and of years that somebody has lived.
DAYS, SEASON, WEEKDAY, AGE = "days", "season", "weekday", "age"
# Between the ends of a range: "8 to 20", "1–5 kg", "from the 8th to the 30th day", "between 8 and 20"; in cells of a
# row "from: 8; to: 20".
_TO = re.compile(
    r";?[\s-]*(?:(?:[^\W\d_]{1,12}|%)[\s-]+)?(?:to|until|till|through|–|-|—)(?: the)?:?[\s-]*"
    r"(?:(?:at|the) most |(?:a )?max(?:imum|\.)? (?:of )?|(?:no|not) more than )?"
)
_AND = re.compile(r"[\s-]*and(?: the)?[\s-]*")
_ONWARDS = re.compile(r"\bfrom(?::|(?: the)? age(?: of)?)? $")
_BETWEEN = re.compile(r"\bbetween(?: the)? $")
_FROM = re.compile(r"\b(?:since|from|as of|starting|after|effective)(?: the|:)? $")
_UNTIL = re.compile(r"\b(?:until|till|up to|before|ending|through)(?: the|:)? $")
_ORDINAL_SIGN = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NOUN = re.compile(r"[\s-]*(?P<noun>[^\W\d_]{3,40})")
PEOPLE = "peopl"
_PEOPLE = frozenset(terms("persons guests visitors participants heads"))
# What tells that a number without a unit is somebody's age, as in "guests under 16 must leave".
_OF_AGES = re.compile(
    r"\b(?:age[ds]?|years?|child(?:ren)?|kids?|adults?|seniors?|people|persons?|old(?:er)?|younger|born)\b"
    r"|s (?:under|over|below|above|from) \d\d?"
    r"(?:,? (?:must|may|can|cannot|need|pay|are|get|have|with|without|who)\b|[:;.])"
)
_BEYOND = re.compile(r"\b(?:over|above|under|below|before|after|beyond|exceed\w*|than)(?: (?:of|about|a|the))*\s*$")
_OF_TIME, _YEAR_IN_TIME = UNITS["year"]
_UNIT = re.compile(r"[\s-]{0,3}(?:[^\W\d_]+|%)")
_LEAP_YEAR = 2024
LOOKED_AT = 24  # characters before a date in which a word may say that it begins or ends a range


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included unless `above` or `below` leaves them out; `noun` is what is counted.

    `written` is where the text names the end of it that says most, with the unit.
    """

    unit: str
    low: float
    high: float
    written: Span
    noun: str = ""
    above: bool = False
    below: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value lies inside."""
        return (self.low < value if self.above else self.low <= value) and (
            value < self.high if self.below else value <= self.high
        )


def ages_of(text: str) -> Iterator[Range]:
    """The ranges of a text that may be of ages, in years."""
    is_of_ages = bool(_OF_AGES.search(folded(text)))
    for each in ranges_of(text):
        if each.unit == _OF_TIME:
            yield replace(each, unit=AGE, low=each.low / _YEAR_IN_TIME, high=each.high / _YEAR_IN_TIME)
        elif not each.unit and (is_of_ages or not each.noun or (each.low > -inf and each.high < inf)):
            yield replace(each, unit=AGE)


@lru_cache(maxsize=4096)  # sentences
def ranges_of(text: str) -> tuple[Range, ...]:
    """The ranges that a text states of numbers and of days."""
    text = folded(text)
    week = (Range(WEEKDAY, float(first), float(last), span) for first, last, span in stretches_of_week(text))
    if not any(character.isdigit() for character in text):
        return tuple(week)
    return (*week, *_ranges_of_numbers(text), *_ranges_of_days(text))


def _ranges_of_numbers(text: str) -> Iterator[Range]:
    found = list(quantities(text))
    at = 0
    while at < len(found):
        first, second = found[at], found[at + 1] if at + 1 < len(found) else None
        pair = second and _pair(text, first, second)
        if pair:
            yield pair
            at += 2
            continue
        at += 1
        noun = noun_after(text, first.end)
        if first.bound == "least" or (
            first.bound is None and _ONWARDS.search(text[max(0, first.start - LOOKED_AT) : first.start])
        ):
            yield Range(first.unit, first.amount, inf, with_unit(text, first), noun, above=_is_beyond(text, first))
        elif first.bound == "most":
            yield Range(first.unit, -inf, first.amount, with_unit(text, first), noun, below=_is_beyond(text, first))


def _pair(text: str, first: Quantity, second: Quantity) -> Range | None:
    """The range that two numbers are the ends of."""
    between = text[first.end : second.start]
    is_written = _is_written(text, (first.start, first.end), (second.start, second.end))
    if not first.unit and is_written:  # "1–5 kg": the unit stands once
        first = replace(first, unit=second.unit, amount=first.value * second.amount / (second.value or 1.0))
    are_bounds = (first.bound, second.bound) == ("least", "most") and len(between) < LOOKED_AT and "." not in between
    if first.unit != second.unit or not (is_written or are_bounds):
        return None
    if first.amount > second.amount:  # "from 59 to 30 days before"
        is_ahead = is_written and AHEAD.match(text, second.end)
        return Range(first.unit, second.amount, first.amount, with_unit(text, second)) if is_ahead else None
    noun = noun_after(text, second.end)
    above = first.bound == "least" and _is_beyond(text, first)
    return Range(first.unit, first.amount, second.amount, with_unit(text, second), noun, above=above)


def _is_beyond(text: str, bound: Quantity) -> bool:
    """Whether a bound leaves out the number itself: "over 5 kg", not "up to 5 kg" and "no more than 5 kg"."""
    if "than" in text[max(0, bound.start - 12) : bound.start]:
        return bound.is_strict
    return bool(_BEYOND.search(text[max(0, bound.start - LOOKED_AT) : bound.start]))


def _ranges_of_days(text: str) -> Iterator[Range]:
    yield from _seasons(text)
    found = list(days_in(text))
    paired: set[int] = set()
    for number, ((first, _, one), (_, last, other)) in enumerate(pairwise(found)):
        if _is_written(text, one, other) and first <= last:
            yield Range(DAYS, first, last, other)
            paired |= {number, number + 1}
    for number, (first, last, span) in enumerate(found):
        before = text[max(0, span[0] - LOOKED_AT) : span[0]]
        if number not in paired and _FROM.search(before):
            yield Range(DAYS, first, inf, span)
        elif number not in paired and _UNTIL.search(before):
            yield Range(DAYS, -inf, last, span, below="before" in before)


def _seasons(text: str) -> Iterator[Range]:
    """Ranges of days of any year: "from 1 October to 30 April" goes on at the begin of the year; "up to 31 March"."""
    every, paired = [each for each in dates(text) if 1 <= each.month <= 12], set[Date]()
    for one, other in pairwise(every):
        span = (other.start, other.end)
        if not one.year and not other.year and _is_written(text, (one.start, one.end), span):
            paired |= {one, other}
            first, last = day_of_year(one), day_of_year(other, is_last=True)
            if first <= last:
                yield Range(SEASON, first, last, span)
            else:
                yield Range(SEASON, first, day_of_year(Date(31, 12, None, 0, 0)), span)
                yield Range(SEASON, 0.0, last, span)
    for named in every:
        before, span = text[max(0, named.start - LOOKED_AT) : named.start], (named.start, named.end)
        if named.year or named in paired:
            continue
        if _FROM.search(before):
            yield Range(SEASON, day_of_year(named), inf, span, above="after" in before)
        elif _UNTIL.search(before):
            is_before = "before" in before
            yield Range(SEASON, -inf, day_of_year(named, is_last=not is_before), span, below=is_before)


def day_of_year(named: Date, *, is_last: bool = False) -> float:
    """A number for a day, or for the first or the last one of a month, larger for every later one of a year."""
    return float(31 * (named.month - 1) + (named.day or (monthrange(_LEAP_YEAR, named.month)[1] if is_last else 1)))


def _is_written(text: str, one: Span, other: Span) -> bool:
    """Whether two dates or numbers are the ends of a range: "8 to 20", "between 8 and 20"."""
    between = text[one[1] : other[0]]
    return bool(
        _TO.fullmatch(between) or (_AND.fullmatch(between) and _BETWEEN.search(text[max(0, one[0] - 12) : one[0]]))
    )


def days_in(text: str) -> Iterator[tuple[float, float, Span]]:
    """The first and the last day of each date with a year, as ordinals, and of each year alone, with its place."""
    named = list(_with_years(text))
    found = [(*_first_and_last(each), (each.start, each.end)) for each in named]
    taken = taken_by(text, (span for _, _, span in found))
    for match in _YEAR.finditer(text):
        if not taken[match.start()]:
            year = int(match[0])
            found.append((_ordinal(year, 1, 1), _ordinal(year, 12, 31), match.span()))
    yield from sorted(found, key=lambda each: each[2])


def _with_years(text: str) -> Iterator[Date]:
    """The dates that name a year; the first day of a range is of the year of the last, or of the one before."""
    every = [each for each in dates(text) if 1 <= each.month <= 12]
    for one, other in pairwise((*every, None)):
        if one and one.year:
            yield one
        elif one and other and other.year and _is_written(text, (one.start, one.end), (other.start, other.end)):
            yield replace(one, year=other.year - (one.month > other.month))


def _first_and_last(named: Date) -> tuple[float, float]:
    year, length = named.year or 1, monthrange(named.year or 1, named.month)[1]
    if named.day and 1 <= named.day <= length:
        return (day := _ordinal(year, named.month, named.day)), day
    return _ordinal(year, named.month, 1), _ordinal(year, named.month, length)


def _ordinal(year: int, month: int, day: int) -> float:
    """A number for a day, larger for every later one; all months have 31 of them."""
    return float((year * 12 + month - 1) * 31 + day - 1)


def with_unit(text: str, number: Quantity) -> Span:
    """Where a number stands with its unit."""
    unit = _UNIT.match(text, number.end) if number.unit and text[number.start] not in CURRENCIES else None
    return number.start, unit.end() if unit else number.end


def noun_after(text: str, end: int) -> str:
    """The stem of the word behind a number; people are people, whatever they are called."""
    word = _NOUN.match(text, end)
    stem = next(iter(terms(word["noun"])), "") if word and word["noun"] not in ("and", "or") else ""
    return PEOPLE if stem in _PEOPLE else stem


def folded(text: str) -> str:
    """The text in lower case, as long as before; "20th day" reads as "20 - day"."""
    return _ORDINAL_SIGN.sub(" -", fold(text).text.lower())
