"""What a question measures, as "how high" and "how heavy" do, and whether a text gives quite another measure."""

import re
from functools import lru_cache

from service.answering.numbers.quantities import quantities
from service.answering.numbers.ranges import folded

_ASKED = {
    "length": re.compile(
        r"\bhow (?:high|tall|deep|wide|broad|thick|far(?! (?:ahead|in advance|along|back|up)\b))\b"
        r"|\bwhat(?:['’]s| is| was) the (?:\w+ )?(?:height|depth|width|length|distance|diameter)\b",
        re.IGNORECASE,
    ),
    "mass": re.compile(
        r"\bhow heavy\b|\b(?:how much|what) (?:do|does|did|may|can|must) .{1,80}\bweigh\b"
        r"|\bwhat(?:['’]s| is| was) the (?:\w+ )?weight\b",
        re.IGNORECASE,
    ),
}
# What is never said in the place of each: money, shares and degrees may be high, and a way may be a time long.
_OTHERS = {
    "length": frozenset(("area", "mass", "volume")),
    "mass": frozenset(("length", "area", "volume", "time")),
}


def is_of_other_measure(question: str, text: str) -> bool:
    """Whether a question asks for a length or a weight, and every number of the text measures something else."""
    measure = _measure_asked(question)
    if measure is None:
        return False
    units = {each.unit for each in quantities(folded(text))}
    return bool(units) and units <= _OTHERS[measure]


@lru_cache(maxsize=64)  # it is asked for every sentence of the hits
def _measure_asked(question: str) -> str | None:
    return next((measure for measure, pattern in _ASKED.items() if pattern.search(question)), None)
