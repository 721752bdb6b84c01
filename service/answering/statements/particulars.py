"""What a statement says exactly, its numbers, units, dates and names, looked for in a text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.answering.numbers.dates import Date
from service.answering.numbers.quantities import CURRENCIES, Quantity
from service.answering.statements.nearness import holds
from service.answering.statements.words import Word, WordedText

_STANDS_FOR_A_NAME = frozenset("he she him his her they them their we us our you your it its".split())
ROUNDED = 0.015  # share by which two amounts in different units may differ: a month is 30.4 days


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a text: the words of its title, headings and header, those of its passage, and their names."""

    context: WordedText
    passage: WordedText

    def named(self, text: WordedText) -> tuple[Word, ...]:
        """The names of a text; its first word is one where these write it with a capital inside a sentence."""
        names = self.names
        return tuple(
            word for word in text.words if word.is_name or (word.is_first and word.is_content and word.term in names)
        )

    @property
    def names(self) -> frozenset[str]:
        """The terms of every name in them."""
        return frozenset(word.term for each in (self.context, self.passage) for word in each.words if word.is_name)


def same_amount(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers may say the same: 30 minutes and half an hour, 115 and €115."""
    if one.unit and one.unit == other.unit:
        allowed = 1e-9 if one.value == other.value else ROUNDED
        return abs(one.amount - other.amount) <= allowed * abs(one.amount)
    return one.value == other.value and not (one.unit and other.unit)


def same_date(one: Date, other: Date, numbers: frozenset[float]) -> bool:
    """Whether what `one` says of a date holds of the `other`; `numbers` stand beside that, as in "11 to 12 July"."""
    day = one.day in (None, other.day) or one.day in numbers
    year = one.year in (None, other.year) or (other.year is None and one.year in numbers)
    return one.month == other.month and day and year


def wrong_particular(statement: WordedText, text: WordedText, around: Surroundings) -> str:
    """The first number, date or name that the text does not hold as the statement says it, in words; or nothing."""
    found = (*_numbers(statement, text, around), *_dates(statement, text, around), *_names(statement, text, around))
    return next(iter(found), "")


def numbers_of(text: WordedText) -> frozenset[float]:
    """Every number of a text, days and years among them."""
    dated = (part for date in text.dates for part in (date.day, date.year) if part is not None)
    return frozenset((*(each.value for each in text.quantities), *map(float, dated)))


def _numbers(statement: WordedText, text: WordedText, around: Surroundings) -> Iterator[str]:
    elsewhere = numbers_of(around.context)
    for one in statement.counted:
        same = [each for each in text.quantities if same_amount(one, each)]
        written = statement.text[one.start : one.end]
        if same:
            if one.bound and all(each.bound and each.bound != one.bound for each in same):
                yield f"the passage limits {written} the other way"
            elif one.is_strict and all(each.bound is None for each in same):
                yield f"the passage says {written} itself, not more or less"
            elif not one.unit and all(each.unit and each.unit in CURRENCIES for each in same):
                yield f"{written} is an amount of money in the passage"
        elif any(each.value == one.value for each in text.quantities):
            yield f"the passage gives {written} in another unit"
        elif one.value not in numbers_of(text) | elsewhere:
            yield f"the passage does not say {written}"
    if statement.rates - text.rates - around.context.rates and text.rates - statement.rates:
        period = min(statement.rates - text.rates)
        yield f"the passage does not count by the {period}"


def _dates(statement: WordedText, text: WordedText, around: Surroundings) -> Iterator[str]:
    known = numbers_of(text) | numbers_of(around.context)
    for one in statement.dates:
        if not any(same_date(one, each, known) for each in (*text.dates, *around.context.dates)):
            yield f"the passage does not say {statement.text[one.start : one.end]}"


def _names(statement: WordedText, text: WordedText, around: Surroundings) -> Iterator[str]:
    known = around.passage.terms | around.context.terms
    named = around.named(statement)
    for word in named:
        if not holds(word.term, known):
            yield f"the passage does not name {word.text}"
    here = text.terms | around.context.terms
    if not _STANDS_FOR_A_NAME & text.terms:
        for run in _runs(named):
            if not any(holds(word.term, here) for word in run):
                yield f"the passage does not say it of {' '.join(word.text for word in run)}"


def _runs(named: Sequence[Word]) -> list[list[Word]]:
    """Names that stand side by side, together."""
    runs: list[list[Word]] = []
    for word in named:
        if runs and word.start - runs[-1][-1].end <= 1:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs
