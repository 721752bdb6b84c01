"""The numbers of a text, with their units and bounds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from corpus.documents import Span
from index.retrieval.numerals import NUMBER_WORDS, ORDINALS, TENS
from service.answering.numbers.dates import DATE, PERIOD

Bound: TypeAlias = Literal["least", "most"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at `[start:end]` of a folded text.

    `unit` names what is measured, and `amount` is the value in the smallest unit of that; both are as written where no
    known unit stands with it. `bound` is `least` for "at least" and "more than", `most` for "up to" and "under";
    `is_strict` where that leaves out the number itself.
    """

    value: float
    unit: str
    amount: float
    bound: Bound | None
    start: int
    end: int
    is_strict: bool = False


def _units(table: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[str, float]]:
    return {
        name: (unit, factor)
        for unit, names in table.items()
        for spelled, factor in names.items()
        for name in spelled.split()
    }


UNITS = _units(
    {
        "time": {
            "second seconds sec secs": 1, "minute minutes min mins": 60, "hour hours h hr hrs": 3600,
            "day days": 86400, "week weeks": 604800, "month months": 2629800, "year years": 31557600,
            "decade decades": 315576000, "fortnight": 1209600,
        },
        "length": {"mm millimetre millimetres": 1, "cm centimetre centimetres": 10, "m metre metres meter meters": 1000,
                   "km kilometre kilometres kilometer kilometers": 1e6, "mile miles": 1609344,
                   "inch inches": 25.4, "ft foot feet": 304.8, "yard yards": 914.4},
        "mass": {
            "µg μg": 1e-6, "mg": 0.001, "g gram grams": 1, "kg kilogram kilograms kilos": 1000, "t tonne tonnes": 1e6,
            "lb lbs": 453.6, "oz ounce ounces": 28.35,
        },
        "volume": {"µl μl": 0.001, "ml": 1, "litre litres liter liters l": 1000, "m³ m3": 1e6},
        "area": {"m² m2 sqm": 1, "hectare hectares ha": 10000, "km² km2": 1e6},
        "share": {"% percent": 1},
        "degrees": {"°c": 1}, "energy": {"kwh": 1}, "power": {"w watt watts": 1, "kw": 1000},
        "tension": {"v volt volts": 1},
        "charge": {"mah": 1}, "torque": {"nm": 1}, "sound": {"db decibel decibels": 1}, "speed": {"km/h": 1},
        "€": {"€ euro euros": 1}, "£": {"£ pound pounds": 1}, "$": {"$ dollar dollars": 1}, "concentration": {"mm": 1},
    }
)  # fmt: skip
UNITS["mm"] = ("length", 1)
CURRENCIES = "€£$"
_SCALES = {"hundred": 100.0, "thousand": 1000.0, "million": 1e6, "billion": 1e9, "m": 1e6}
_ORDINALS = {word: float(number) for number, word in enumerate(ORDINALS[1:12], 2)}  # "first" is rarely a number
_WORDS = {word: float(number) for word, number in NUMBER_WORDS.items()} | {"half": 0.5, "twice": 2.0, "once": 1.0}
_WORDS |= {"one": 1.0}
_UNIT_NAMES = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
# A code is no number: CS-1, 4.1.0, QA-SP-021, 28C, A260/A280.
CODE = re.compile(
    r"(?<![\w.])(?=[\w./-]{0,40}?\d)(?:[a-z]{1,6}\d[\w./-]{0,20}|\d+(?:\.\d+){2,4}|\d{1,4}[a-z](?![\w])"
    r"|[a-z]{1,10}(?:[-.]\w{1,8}){0,3}[-.]\d\w{0,8})(?!\w)"
)
CLOCK = re.compile(
    r"(?<![\w:.,])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?<![\w:.,])(?P<hour2>\d{1,2}):(?P<minute2>\d\d)(?![:\w])"
)
_NUMBER = re.compile(
    r"(?P<currency>[€£$]\s?)?(?<![\w.,])(?P<digits>\d{1,3}(?:[ ,']\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)(?P<half>\s?½)?"
    rf"|\b(?P<tens>{'|'.join(TENS)})-(?P<ones>\w+)\b"
    rf"|\b(?P<word>{'|'.join((*_WORDS, *_ORDINALS))})\b"
)
_AFTER = re.compile(
    rf"\s?-?\s?(?:(?P<scale>hundred|thousand|million|billion)\s?)?(?:of\s)?(?:an?\s)?(?:working\s"
    rf"|full\s)?(?P<unit>per cent|{_UNIT_NAMES})(?![\w])"
)
_SCALE = re.compile(r"\s(hundred|thousand|million|billion)\b")
_NOT_LESS = re.compile(
    r"\b(?:no|not)(?: \w+){0,2} (?:less|fewer|shorter|younger|lower|earlier|below|under)(?: than)?(?: (?:of|about"
    r"|a|the|is|are|to|age))*\s*$"
)
_MOST_BEFORE = re.compile(
    r"(?:\bup to|\bat (?:the )?most|\b(?:no|not|never|nor)(?: \w+){0,2} (?:more|longer|older|higher|later|greater"
    r"|larger|above|over|exceed\w*|rise above)(?: than)?"
    r"|\bmaximum(?: \w+){0,3}|\bwithin|\b(?:less|fewer|shorter|younger|lower|smaller|cheaper|earlier) than"
    r"|\bunder|\bbelow|\bbefore|\blimited to|\bcapped at|\bas (?:much|many|long) as|\buntil)"
    r"(?: (?:of|about|a|the|is|are|at|to|age))*:?\s*$"
)
_LEAST_BEFORE = re.compile(
    r"(?:\bat (?:the )?least|\bminimum(?: \w+){0,3}"
    r"|\b(?:more|longer|older|higher|later|greater|larger|stronger) than|\bover|\babove|\bbeyond|\bafter"
    r"|\bexceed\w*|\bsince)"
    r"(?: (?:of|about|a|the|is|are|to|age))*:?\s*$"
)
_LEAST_AFTER = re.compile(
    r"(?: [\w.%€£$]+){0,2} (?:or|and) (?:more|longer|older|higher|over|above|up)\b|(?: \w+)? (?:minimum|at least)\b"
)
_MOST_AFTER = re.compile(
    r"(?: [\w.%€£$]+){0,2} (?:or|and) (?:less|fewer|shorter|younger|lower|under|below|sooner)\b"
    r"|(?: \w+)? (?:maximum|at most)\b"
)
# "Until 60 days before departure" is at least 60 days, "from 7 days before" at most 7.
AHEAD = re.compile(r"(?: of)?[ -]?(?:[^\W\d_]{1,12} ){1,3}(?:before|prior|ahead|in advance)\b")
_LEAST_AHEAD = re.compile(r"\b(?:until|till|up to|by|earlier than|(?:no|not)(?: \w+){0,2} later than)\s*$")
_MOST_AHEAD = re.compile(r"\b(?:from|after|since|later than)\s*$")
_NOT_MORE = re.compile(r"\b(?:no|not|never|nor)(?: \w+){0,2} \w+ than\s*$")
_STRICT = re.compile(r"\b(?:more|less|fewer|longer|shorter|older|younger|higher|lower|cheaper|earlier|later) than\s*$")
_LOOKED_AT = 40  # characters before and after a number in which its bound may stand
_PERIODS = {
    "daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annual": "year", "annually": "year",
    "quarterly": "quarter", "hourly": "hour",
}  # fmt: skip
_RATE = re.compile(
    r"\b(?:a|an|per|each|every|any)[ -](?:single )?(minute|hour|day|week|month|quarter|year|half-year)\b"
    r"|\b(daily|weekly|monthly|yearly|annual|annually|quarterly|hourly)\b"
)


def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a folded text in lower case, without those of dates and codes, in the order of the text."""
    found = list(_clocks(text))
    spans = (match.span() for pattern in (CODE, DATE, PERIOD) for match in pattern.finditer(text))
    taken = taken_by(text, (*spans, *((each.start, each.end) for each in found)))
    found += [_quantity(text, match) for match in _NUMBER.finditer(text) if not any(taken[match.start() : match.end()])]
    return tuple(sorted(found, key=lambda each: each.start))


def taken_by(text: str, spans: Iterable[Span]) -> bytearray:
    """1 for each character of a text that lies in one of the spans."""
    taken = bytearray(len(text))
    for start, end in spans:
        taken[start:end] = b"\x01" * (end - start)
    return taken


def _clocks(text: str) -> Iterator[Quantity]:
    for match in CLOCK.finditer(text):
        hour, minute = int(match["hour"] or match["hour2"]), int(match["minute"] or match["minute2"] or 0)
        hour = hour % 12 + (12 if match["half"] == "p" else 0) if match["half"] else hour
        time = float(hour * 60 + minute)
        yield Quantity(time, "clock", time, None, *match.span())


def _quantity(text: str, match: re.Match[str]) -> Quantity:
    after = _AFTER.match(text, match.end())
    value = _value(match)
    end = match.end()
    if scale := _SCALE.match(text, match.end()):
        value *= _SCALES[scale[1]]
        end = scale.end()
    unit, factor = "", 1.0
    if match["currency"]:
        unit = match["currency"].strip()
    elif after and match["word"] not in ("once", "twice"):
        unit, factor = UNITS["%" if after["unit"] == "per cent" else after["unit"]]
    before, rest = text[max(match.start() - _LOOKED_AT, 0) : match.start()], text[end : end + _LOOKED_AT]
    bound = _bound(before, rest)
    is_strict = bool(bound and _STRICT.search(before) and not _NOT_LESS.search(before) and not _NOT_MORE.search(before))
    return Quantity(value, unit, value * factor, bound, match.start(), end, is_strict)


def _value(match: re.Match[str]) -> float:
    if match["digits"]:
        digits = re.sub(r"[ ,'](?=\d{3}(?!\d))", "", match["digits"]).replace(",", ".")
        return float(digits) + (0.5 if match["half"] else 0.0)
    if match["tens"]:
        return _WORDS[match["tens"]] + (_WORDS.get(match["ones"]) or _ORDINALS.get(match["ones"]) or 0.0)
    return _WORDS.get(match["word"]) or _ORDINALS[match["word"]]


def _bound(before: str, after: str) -> Bound | None:
    if AHEAD.match(after):
        if _LEAST_AHEAD.search(before):
            return "least"
        if _MOST_AHEAD.search(before):
            return "most"
    if _NOT_LESS.search(before):
        return "least"
    if _MOST_BEFORE.search(before) or _MOST_AFTER.match(after):
        return "most"
    return "least" if _LEAST_BEFORE.search(before) or _LEAST_AFTER.match(after) else None


def rates(text: str) -> frozenset[str]:
    """The periods that a folded text in lower case counts in: `day` for "£12 a day" and "daily"."""
    return frozenset(match[1] or _PERIODS[match[2]] for match in _RATE.finditer(text))
