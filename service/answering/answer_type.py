"""What kind of thing a question asks for, and whether a sentence holds such a thing."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["person", "date", "place", "amount", "reason", "whether", "other"]

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|[mb]illions?"
_NUMBERS += "|first|second|third|fourth|fifth|once|twice|half|several|many"
_AUXILIARY = "is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|shall|may|might|must"

# The first that is found in the question decides.
_ASKED: tuple[tuple[Kind, str], ...] = (
    ("whether", rf"^(?:so |and |but )?(?:{_AUXILIARY})\b(?!.*\b(?:who|when|where|why|how many|how much)\b)"),
    (
        "amount",
        r"\bhow (?:many|much|long|old|far|large|big|often|tall|high)\b|\b(?:number|amount|percentage|share) of\b",
    ),
    ("date", r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|time)\b|\b(?:date|year)s?\b"),
    ("person", r"\b(?:who|whom|whose)\b|\b(?:what|which) (?:person|man|woman)\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:city|country|place|town|state|region|continent|location)\b|\blocation\b"),
    ("reason", r"\bwhy\b|\bwhat for\b|\b(?:reason|purpose|goal|aim)s?\b|\bhow come\b"),
)
_DATE = rf"\b(?:1\d{{3}}|20\d\d)s?\b|\b(?:{_MONTHS})\b|\b\d{{1,2}}(?:st|nd|rd|th)? centur|\b\d{{1,4}} (?:bc|ad|ce)\b"
_NAME = r"(?<![.!?]\s)(?<!^)\b[A-Z][\w’'-]+(?:\s+(?:(?:of|the|de|van|von|al|bin|for|and)\s+)*[A-Z][\w’'-]+)*"
# A day or a year is a number too, but no amount.
_DAY = re.compile(
    rf"\d{{0,2}}(?:\s*[–-]\s*\d{{1,2}})?\s*\b(?:{_MONTHS})\b(?:\s+\d{{1,2}}\b,?)?(?:\s+\d{{4}})?|\b(?:1\d|20)\d\d\b",
    re.IGNORECASE,
)
_HOLDS: Mapping[Kind, re.Pattern[str]] = MappingProxyType(
    {
        "date": re.compile(_DATE, re.IGNORECASE),
        "amount": re.compile(rf"\d|\b(?:{_NUMBERS})\b", re.IGNORECASE),
        "person": re.compile(_NAME),
        "place": re.compile(_NAME),
        "reason": re.compile(
            r"\b(?:because|due|since|therefore|thus|so that|in order|purpose|goal|aim|to|for)\b", re.IGNORECASE
        ),
    }
)
_QUESTIONS: tuple[tuple[Kind, Callable[[str], re.Match[str] | None]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE).search) for kind, pattern in _ASKED
)


def asked(question: str) -> Kind:
    """The kind of thing that would answer; `other` where the words do not tell."""
    return next((kind for kind, found in _QUESTIONS if found(question)), "other")


def holds(kind: Kind, sentence: str, question: str) -> bool | None:
    """Whether the sentence holds such a thing that the question does not name itself; None where that means nothing."""
    pattern = _HOLDS.get(kind)
    if pattern is None:
        return None
    named = question.lower()
    if kind == "amount":
        sentence = _DAY.sub(" ", sentence)
    return any(found[0].lower() not in named for found in pattern.finditer(sentence))
