"""One thing, many notations: numbers, dates, times, codes and units, as terms that are the same for all of them.

Terms of this kind come in addition to the words of a text. A term that holds a digit is never stemmed.
"""

import re
from collections.abc import Iterator

from index.retrieval.numerals import ORDINALS

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero",
            "february feb februar février febrero",
            "march mar märz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug août agosto",
            "september sep sept septembre septiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
MONTH_NAMES = tuple("january february march april may june july august september october november december".split())
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))

DAY_WORDS = (
    {word: day for day, word in enumerate(ORDINALS, 1)}
    | {f"twenty-{word}": 20 + day for day, word in enumerate(ORDINALS[:9], 1)}
    | {"twentieth": 20, "thirtieth": 30, "thirty-first": 31}
)
"""The days of a month in words."""
_DAY_WORD = "|".join(sorted(DAY_WORDS, key=len, reverse=True)).replace("-", "[ -]")
_COMPACT = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"  # a date in eight digits

SIGNED = re.compile(
    r"(?<![\w.])\.(?=[A-Z])\w{1,40}|(?<!\w)[A-Za-z]\w{0,20}(?:\+\+|#)(?!\w)|(?<![\w.,)])-\d+(?:[.,]\d+)*"
)
"""Names and numbers of which a sign is part: .NET, C++, C#, -5. Without the sign they are something else."""

GROUPED = re.compile(
    r"(?<![\w.,/:_-])(?:\d{1,3}(?:[ ,.']\d{3})+(?:[.,]\d+)?(?![\w.,]\d)|\d+\.\d+(?!\w|[.,/:_-]\w))(?!\w)"
)
"""1,250 and 2.5: numbers of which no part is a number by itself."""

CODE = re.compile(
    r"(?<![\w./:_-])\d{1,3}(?:\.\d{3})+,\d+(?![\w.,]\d)"  # 10.000,50
    r"|(?<![\w./:_-])(?=[\w./:_-]{0,80}\d)\w{1,40}(?:[./:_-]\w{1,40}){1,12}"  # TX-200-B, 1.10.2, 2024-03-05, 14:00
    r"|(?<!\w)\d{1,4}(?:\(\w{1,3}\)){1,4}"  # 5(1)(a)
    r"|(?<![\w.,])\d{1,3}(?:[ ,.']\d{3})+(?:[.,]\d+)?(?![\w.,]\d)"  # 1,250
    rf"|(?<![\w.,]){_COMPACT}(?![\w.,]\d|\w)"  # 20240305
)
"""Codes, versions, dates and times in digits, and numbers with marks in them."""

_DATES = (
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s{{1,3}}(?:of\s|de\s)?(?P<month>{_MONTH})\b\.?(?:,?\s{{1,3}}(?:de\s)?(?P<year>\d{{4}}|'\d\d)\b)?"
    rf"|\b(?P<month2>{_MONTH})\b\.?\s{{1,3}}(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s{{1,3}}(?P<year2>\d{{4}}|'\d\d)\b)?"
    rf"|\b(?P<day3>{_DAY_WORD})\sof\s(?P<month3>{_MONTH})\b(?:,?\s{{1,3}}(?P<year3>\d{{4}})\b)?"
)
_CLOCK = r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b\.?"
DATE = re.compile(rf"(?<![\w-])(?:{_DATES})", re.IGNORECASE)
CLOCK = re.compile(rf"(?<![\w:.-]){_CLOCK}", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_MAYBE_CODE = re.compile(r"\d[^\s\w]\w|\w[^\s\w]\d|\d \d{3}|\d\(|\d{8}")
_MAYBE_SIGNED = re.compile(r"[+#]|-\d|\.[A-Z]")

_ISO = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?:t(?:(?P<hour>\d\d):(?P<minute>\d\d))?.*)?"
)
_SLASHED = re.compile(r"(?P<one>\d\d?)[-/.](?P<two>\d\d?)[-/.](?P<year>\d{4}|\d\d)")
_ROMAN_MONTH = re.compile(r"(?P<day>\d\d?)[./-](?P<month>[ivx]{1,4})[./-](?P<year>\d{4})")  # 3.XI.2023, 5/xii/2022
_ROMAN = {numeral: number for number, numeral in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), 1)}
_NAMED_MONTH = re.compile(
    rf"(?P<day>\d\d?)[./-](?P<month>{_MONTH})[./-](?P<year>\d{{4}}|\d\d)"  # 30-Aug-2004
    rf"|(?P<year2>\d{{4}})[./-](?P<month2>{_MONTH})[./-](?P<day2>\d\d?)"
)
_TIME = re.compile(r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::\d\d)?h?")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[ ,.'])\d{3})(?:(?P=mark)\d{3})*(?P<rest>[.,]\d+)?")
_SEPARATORS = re.compile(r"[./:_-]+")
_BETWEEN_DIGITS = re.compile(r"\d[./:_-]+\d")


def extra_terms(text: str) -> Iterator[str]:
    """The terms of a folded text that its words do not give by themselves; all of them hold digits."""
    if not has_digit(text):
        return
    if _MAYBE_CODE.search(text):
        for match in CODE.finditer(text):
            yield from compound_terms(match[0])
    for match in DATE.finditer(text):
        yield from date_terms(match)
    for match in CLOCK.finditer(text):
        yield from clock_terms(match)


def has_digit(text: str) -> bool:
    """Whether the text holds a digit: far cheaper than looking for numbers and dates."""
    return bool(_DIGIT.search(text))


def may_be_signed(text: str) -> bool:
    """Whether the text may hold something that SIGNED finds: far cheaper than looking for it."""
    return bool(_MAYBE_SIGNED.search(text))


def compound_terms(word: str) -> list[str]:
    """The terms of a code, a number, or a date or time in digits: what it is, and what it may be written as."""
    lower = word.lower()
    if SIGNED.fullmatch(word):
        return [lower]
    if iso := _ISO.fullmatch(lower):
        time = _time(int(iso["hour"]), int(iso["minute"])) if iso["hour"] else []
        return [*_date(iso["year"], int(iso["month"]), int(iso["day"])), *time]
    if slashed := _SLASHED.fullmatch(lower):
        year, one, two = _century(slashed["year"]), int(slashed["one"]), int(slashed["two"])
        return [*dict.fromkeys((*_date(year, two, one), *_date(year, one, two)))]
    if (roman := _ROMAN_MONTH.fullmatch(lower)) and roman["month"] in _ROMAN:
        return _date(roman["year"], _ROMAN[roman["month"]], int(roman["day"]))
    if named := _NAMED_MONTH.fullmatch(lower):
        return _date(_century(named["year"] or named["year2"]), MONTHS[named["month"] or named["month2"]],
                     int(named["day"] or named["day2"]))  # fmt: skip
    if re.fullmatch(_COMPACT, lower):
        return [*_date(lower[:4], int(lower[4:6]), int(lower[6:])), lower]
    if clock := _TIME.fullmatch(lower):
        return _time(int(clock["hour"]), int(clock["minute"]))
    if grouped := _GROUPED.fullmatch(lower):
        whole = re.sub(r"\D", "", lower[: len(lower) - len(grouped["rest"] or "")])
        return [whole + (grouped["rest"] or "").replace(",", ".")]
    if not any(character.isalpha() for character in lower):
        return [lower]
    if re.fullmatch(r"v\d+(?:\.\d+)+", lower):
        return [lower, lower.removeprefix("v")]
    # TX-200-B may be written TX200B; B.1.17 is not B.11.7. One term each: more would make a code count too much.
    return [lower if _BETWEEN_DIGITS.search(lower) else _SEPARATORS.sub("", lower)]


def date_terms(match: re.Match[str]) -> list[str]:
    """The terms of a written date; none where it may be a verb: `march 3`, `may 12`."""
    month, year, day = (match[name] or match[f"{name}2"] or match[f"{name}3"] for name in ("month", "year", "day"))
    if month in ("may", "march") and not year and not match["day3"]:
        return []
    in_words = day.lower().replace(" ", "-")
    return _date(year and year.replace("'", "20"), MONTHS[month.lower()], DAY_WORDS.get(in_words) or int(day))


def clock_terms(match: re.Match[str]) -> list[str]:
    """The terms of a time with a.m. or p.m."""
    hour = int(match["hour"]) % 12 + 12 * (match["half"].lower() == "p")
    return _time(hour, int(match["minute"] or 0))


def _date(year: str | None, month: int, day: int) -> list[str]:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return []
    short = f"{month:02}-{day:02}"
    named = [short, MONTH_NAMES[month - 1], str(day)]
    return [f"{year}-{short}", *named, year] if year else named


def _century(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"


def _time(hour: int, minute: int) -> list[str]:
    return [f"{hour:02}:{minute:02}"] if hour < 25 and minute < 60 else []
