"""Days of the week: "Mon-Fri" holds Wednesday, and so do "weekdays" and "daily"."""

import re
from collections.abc import Iterator

from corpus.documents import Span

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS = tuple(name[:3].lower() for name in _NAMES)
_FULL = r"(?P<{0}>mon|tues|wednes|thurs|fri|satur|sun)days?\b"
_SHORT = r"(?P<{0}>mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)\b\.?"
_NAMED = re.compile(rf"\b(?:{_FULL.format('full')}|{_SHORT.format('short')}(?=:))")  # alone, "sun" may shine
_RANGE = re.compile(
    rf"\b(?:{_FULL.format('a')}|{_SHORT.format('b')})\s{{0,2}}(?:to|until|till|through|–|-|—)\s{{0,2}}"
    rf"(?:{_FULL.format('c')}|{_SHORT.format('d')})"
)
_GROUP = re.compile(
    r"\b(?:(?P<working>weekdays?|working days)|(?P<free>weekends?)|(?P<all>daily|every day|all week))\b"
)
_CELL = re.compile(_SHORT.format("day"), re.IGNORECASE)
_OF_DATE = re.compile(r",? \d")  # "Tuesday 14 January" is asked for by its date


def weekdays_in(text: str) -> Iterator[tuple[int, Span]]:
    """The days that a folded text in lower case names, 1 to 7, but those of dates, and where."""
    for match in _NAMED.finditer(text):
        if not _OF_DATE.match(text, match.end()):
            yield _number(match["full"] or match["short"]), match.span()


def stretches_of_week(text: str) -> Iterator[tuple[int, int, Span]]:
    """The first and the last day of each stretch of the week that a folded text in lower case states, and where.

    A stretch over the end of the week is two. Short names of days count alone where they are names of columns.
    """
    for match in _RANGE.finditer(text):
        first, last = _number(match["a"] or match["b"]), _number(match["c"] or match["d"])
        yield from ((one, other, match.span()) for one, other in ((first, last),) if first <= last)
        yield from ((one, other, match.span()) for one, other in ((first, 7), (1, last)) if first > last)
    for match in _GROUP.finditer(text):
        yield (6 if match["free"] else 1), (5 if match["working"] else 7), match.span()
    for match in _NAMED.finditer(text):
        if match["short"]:
            day = _number(match["short"])
            yield day, day, match.span("short")


def day_in_full(cell: str) -> str:
    """The cell of a table; where it is the short name of a day and nothing else, its name."""
    match = _CELL.fullmatch(cell)
    return _NAMES[_number(match["day"].lower()) - 1] if match else cell


def _number(name: str) -> int:
    return _DAYS.index(name[:3]) + 1
