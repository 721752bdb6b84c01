"""Numbers and times of day in words, and Roman numerals: thirty-five, twenty-first, XIV, half past two.

A number in one word is that word's term (see `index.retrieval.stemming.stem`); those here are written in several,
or may be read in two ways.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
"""From 20 to 90, in order."""
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
).split()
"""From 1 to 19, in order."""
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6}
_VALUES = {word: value for value, word in enumerate(_SMALL, 1)} | {
    word: value for value, word in zip(range(20, 100, 10), TENS, strict=True)
}
_DOZEN = 12


def ordinal(value: int) -> str:
    """A number as an ordinal in digits: 1st, 12th, 22nd."""
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


NUMBER_WORDS = {word: str(value) for word, value in _VALUES.items() if value > 1} | {"dozen": str(_DOZEN)}
"""The term of each number in one word. "One" is rarely a number."""

ORDINAL_WORDS = {word: ordinal(value) for value, word in enumerate(ORDINALS, 1) if value != 2} | {
    f"{word.removesuffix('y')}ieth": ordinal(value) for word, value in _VALUES.items() if word in TENS
}
"""The term of each ordinal in one word. A "second" may be a time."""

_WORDS = "|".join((*_VALUES, *_SCALES, "dozen"))
NUMBER = re.compile(
    rf"(?<![\w-])(?:an?\s|)(?:{_WORDS})(?:[\s-](?:(?<=dred.|sand.|lion.)and\s)?(?:{_WORDS}))*"
    rf"(?:[\s-](?P<last>{'|'.join(ORDINALS[:9])}))?(?![\w-])",
    re.IGNORECASE,
)
"""A number in words: thirty-five, a hundred and two, nineteen eighty-four, twenty-first. Some that match are none."""

CLOCK_WORDS = re.compile(
    r"(?<![\w-])(?:(?P<minutes>half|quarter|five|ten|twenty(?:[\s-]five)?)\s(?P<way>past|(?<=ter.)to)\s)?"
    rf"(?P<hour>{'|'.join(_SMALL[:12])}|1[0-2]|[1-9])(?P<sharp>\s?o['’]clock)?(?![\w:.-]\w|\w)",
    re.IGNORECASE,
)
"""A time of day in words: half past two, quarter to nine, seven o'clock. `Ten to six` may be hours. Some that match are
no times.
"""

ROMAN = re.compile(r"(?<![\w.'’-])(?=[IVX]{2})(?P<tens>X{0,3})(?P<ones>IX|IV|V?I{0,3})(?![\w'’-])")
"""A Roman numeral below forty, of two letters or more."""

_ONES = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_TELLING = frozenset((*TENS, *_SCALES, "dozen", "past", "quarter", "clock"))  # one of them is in all but numerals
_MAYBE_ROMAN = re.compile("[IVX]{2}")


def plain_number(word: str) -> str | None:
    """The number of an ordinal (16th) or a plural (4s) in digits; None for another word in lower case."""
    match = _WITH_ENDING.fullmatch(word)
    return match["number"] if match else None


_WITH_ENDING = re.compile(r"(?P<number>\d+)(?:st|nd|rd|th|s)")


def numeral_terms(text: str, words: Iterable[str]) -> Iterator[str]:
    """The terms of all that a folded text holds of these; `words` are its words in lower case."""
    if _TELLING.isdisjoint(words) and not _MAYBE_ROMAN.search(text):
        return
    for pattern, make in MAKERS:
        for match in pattern.finditer(text):
            yield from make(match)


def number_terms(match: re.Match[str]) -> list[str]:
    """The term of a number in several words; none where it is no number, or in one word."""
    words = [word for word in re.split(r"[\s-]+", match[0].lower()) if word != "and"]
    last = words.pop() if match["last"] else None
    value = _value(words)
    if value is None or len(words) + bool(last) < 2:
        return []
    if last is None:
        return [str(value)]
    return [ordinal(value + ORDINALS.index(last) + 1)] if value % 10 == 0 and value % 100 != 10 else []


def clock_word_terms(match: re.Match[str]) -> list[str]:
    """The terms of a time in words, before noon and after; none where it is no time."""
    if not (match["way"] or match["sharp"]):
        return []
    said = match["hour"].lower()
    hour = int(said) if said.isdigit() else _VALUES[said]
    minutes = {"half": 30, "quarter": 15, "": 0}.get(words := (match["minutes"] or "").lower())
    if minutes is None:
        minutes = sum(_VALUES[word] for word in re.split(r"[\s-]", words))
    minutes = (-minutes if (match["way"] or "").lower() == "to" else minutes) + hour % 12 * 60
    return [f"{at // 60 % 24:02}:{at % 60:02}" for at in (minutes % 720, minutes % 720 + 720)]


def roman_terms(match: re.Match[str]) -> list[str]:
    """The terms of a Roman numeral: as a number and as an ordinal."""
    value = 10 * len(match["tens"]) + _ONES[match["ones"]]
    return [str(value), ordinal(value)]


MAKERS = ((CLOCK_WORDS, clock_word_terms), (NUMBER, number_terms), (ROMAN, roman_terms))
"""What finds each of these, and what makes its terms."""


def _value(words: Sequence[str]) -> int | None:
    """The number that these words say; None where they say none, such as `two three`."""
    total = part = 0
    least = 10**9  # the last of thousand and million
    for word in words:
        scale = _SCALES.get(word)
        if word in ("a", "an"):
            part = 1
        elif word == "dozen":
            part = (part or 1) * _DOZEN
        elif scale == 100:
            if not 0 < part < 100:
                return None
            part *= 100
        elif scale:
            if not part or scale >= least:
                return None
            total, part, least = total + part * scale, 0, scale
        elif part % 100 == 0 or (part % 100 >= 20 and part % 10 == 0 and _VALUES[word] < 10):
            part += _VALUES[word]
        elif not total and 10 <= part < 100 and _VALUES[word] >= 10:  # nineteen eighty
            part = 100 * part + _VALUES[word]
        else:
            return None
    return total + part
