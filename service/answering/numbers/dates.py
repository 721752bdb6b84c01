"""The dates of a text."""

import re
from dataclasses import dataclass

from index.retrieval.notation import MONTHS

_MONTH = (
    "|".join(sorted((name for name in MONTHS if name not in ("may", "march", "mar", "sept")), key=len, reverse=True))
    + "|may|march|sept"
)
DATE = re.compile(
    rf"(?<![\w-])(?:(?P<day>\d{{1,2}})(?:st|nd|rd"
    rf"|th)?\s(?:of\s)?)?(?P<month>{_MONTH})\b\.?(?:\s(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:"
    rf"|\.\d)\b)?(?:,?\s(?:of\s)?(?P<year>\d{{4}})\b(?!-\d))?"
    r"|(?<![\w-])(?P<iso>\d{4})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)(?!\d)"
)
# Both ends of a period in figures: one alone may be the number of a section.
PERIOD = re.compile(
    r"(?<![\w.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})?\s?(?:[-–—]|to|until)\s?"
    r"(?P<day2>\d{1,2})\.(?P<month2>\d{1,2})\.(?P<year2>\d{4})?(?!\d)"
)
_IN_MONTH = re.compile(r"\b(?:in|by|since|until|of|from|every)\s$")


@dataclass(frozen=True, slots=True)
class Date:
    """A day of a month, a month, or a day of a year; what the text leaves out is None."""

    day: int | None
    month: int
    year: int | None
    start: int
    end: int


def dates(text: str) -> tuple[Date, ...]:
    """The dates of a folded text in lower case that name a month, or are the ends of a period in figures."""
    found = [_date(match) for match in DATE.finditer(text) if not _is_verb(match)]
    for match in PERIOD.finditer(text):
        ends = [_in_figures(match, number) for number in ("", "2")]
        found += ends if all(1 <= each.month <= 12 and 1 <= (each.day or 0) <= 31 for each in ends) else ()
    return tuple(sorted(found, key=lambda each: each.start))


def _in_figures(period: re.Match[str], number: str) -> Date:
    """One end of a period in figures: the names of its groups end with the number."""
    day, month, year = (period[f"{part}{number}"] for part in ("day", "month", "year"))
    start, end = period.start(f"day{number}"), max(period.end(f"month{number}") + 1, period.end(f"year{number}"))
    return Date(int(day), int(month), int(year) if year else None, start, end)


def _date(match: re.Match[str]) -> Date:
    if match["iso"]:
        return Date(int(match["iso_day"]), int(match["iso_month"]), int(match["iso"]), *match.span())
    day = match["day"] or match["day2"]
    return Date(
        int(day) if day else None, MONTHS[match["month"]], int(match["year"]) if match["year"] else None, *match.span()
    )


def _is_verb(match: re.Match[str]) -> bool:
    """Whether it may be "may" or "march" and no month."""
    if match["month"] not in ("may", "march", "mar") or match["day"] or match["day2"] or match["year"]:
        return False
    return not _IN_MONTH.search(match.string, max(match.start() - 8, 0), match.start())
