"""Short forms and what they stand for, as the passages themselves say it: "Northern Lake Authority (NLA)"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.retrieval.words import terms

LONGEST = 120  # characters before a short form that may hold its long form

_SHORT_AFTER = re.compile(r"\((?P<short>[A-Z][A-Za-z]{1,9})s?\)")  # Northern Lake Authority (NLA)
_LONG_AFTER = re.compile(r"(?P<short>[A-Z]{2,10})\)?\s?\((?P<long>[A-Z][^()]{3,120})\)")
_ASKS_FOR_LONG = re.compile(
    r"\bstands? for\b|\b(?:long|full|short) (?:form|name)\b|\babbreviat|\bacronym\b|^what does \S+ mean\b",
    re.IGNORECASE,
)
_SMALL = frozenset("of the and for in on to a an de la del du der die das und".split())


@dataclass(frozen=True, slots=True)
class Acronym:
    """A short form and its long form, as terms."""

    short: str
    long: frozenset[str]


def acronyms_in(texts: Iterable[str]) -> tuple[Acronym, ...]:
    """The short forms that the texts introduce, each once, in their order."""
    found: dict[str, Acronym] = {}
    for text in texts:
        for acronym in _introduced(text):
            found.setdefault(acronym.short, acronym)
    return tuple(found.values())


def asks_for_long_form(question: str) -> bool:
    """Whether a question asks what a short form stands for, or how something is abbreviated."""
    return bool(_ASKS_FOR_LONG.search(question))


def introduces_any(sentence: str, words: Iterable[str]) -> bool:
    """Whether a sentence gives the long form of one of these terms, or the short form of all of them."""
    wanted = frozenset(words)
    return any(acronym.short in wanted or acronym.long <= wanted for acronym in acronyms_in([sentence]))


@lru_cache(maxsize=2048)  # texts
def _introduced(text: str) -> tuple[Acronym, ...]:
    """The short forms that a text introduces, in the order in which they are found."""
    found = ((terms(short)[0], terms(long)) for short, long in _pairs(text))
    return tuple(Acronym(short, frozenset(long) - _SMALL) for short, long in found)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Each short form that a text introduces, with its long form."""
    for match in _SHORT_AFTER.finditer(text):
        if long := _long_form(match["short"], text[max(0, match.start() - LONGEST) : match.start()]):
            yield match["short"], long
    for match in _LONG_AFTER.finditer(text):
        if long := _long_form(match["short"], match["long"]):
            yield match["short"], long


def _long_form(short: str, before: str) -> str | None:
    """The last words of `before` whose initials give the short form; None where they do not.

    Small words need not be in it, nor a few others: the J of "Crime and Justice Research Institute" is not in UNICRI.
    """
    words = before.split()
    letters = short.upper()
    skipped = len(short) // 3
    for number in range(len(words) - 1, -1, -1):
        if words[number][0].upper() == letters[-1]:
            letters = letters[:-1]
            if not letters:
                return " ".join(words[number:])
        elif words[number].lower() not in _SMALL:
            skipped -= 1
            if skipped < 0 or letters == short.upper():
                return None
    return None
