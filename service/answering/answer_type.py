"""The answer type: what kind of thing a question asks for, and whether a sentence holds one."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

AnswerType: TypeAlias = Literal["person", "date", "place", "amount", "reason", "whether", "other"]

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|[mb]illions?"
_NUMBERS += "|first|second|third|fourth|fifth|once|twice|half|several|many"
_AUXILIARY = "is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|shall|may|might|must"

# The first pattern that is found in the question decides.
_QUESTION_PATTERNS: tuple[tuple[AnswerType, str], ...] = (
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
# Days and years hold digits too, but are no amounts.
_DAY_OR_YEAR = re.compile(
    rf"\d{{0,2}}(?:\s*[–-]\s*\d{{1,2}})?\s*\b(?:{_MONTHS})\b(?:\s+\d{{1,2}}\b,?)?(?:\s+\d{{4}})?|\b(?:1\d|20)\d\d\b",
    re.IGNORECASE,
)
_HELD_PATTERNS: Mapping[AnswerType, re.Pattern[str]] = MappingProxyType(
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
_SEARCHES: tuple[tuple[AnswerType, Callable[[str], re.Match[str] | None]], ...] = tuple(
    (answer_type, re.compile(pattern, re.IGNORECASE).search) for answer_type, pattern in _QUESTION_PATTERNS
)


def answer_type(question: str) -> AnswerType:
    """What kind of thing would answer the question; `other` where its words do not tell."""
    return next((answer_type for answer_type, search in _SEARCHES if search(question)), "other")


def holds(answer_type: AnswerType, sentence: str, question: str) -> bool | None:
    """Whether the sentence holds a thing of this type that the question does not name itself.

    None where no pattern can tell (`whether` and `other`).
    """
    pattern = _HELD_PATTERNS.get(answer_type)
    if pattern is None:
        return None
    lower_question = question.lower()
    if answer_type == "amount":
        sentence = _DAY_OR_YEAR.sub(" ", sentence)
    return any(match[0].lower() not in lower_question for match in pattern.finditer(sentence))
