"""Two versions of one rule: titles that differ only in a year or a version, and sentences that differ little."""

import re

from corpus.documents import Passage
from index.retrieval.words import terms

ALIKE = (
    0.5  # share of their terms that two sentences have in common from which on they say the same thing, or its change
)

_NUMBER = re.compile(r"\d+")
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\b(?:v|version|rev|revision|edition|issue)\.?\s*\d", re.IGNORECASE)


def are_versions(passage: Passage, other: Passage) -> bool:
    """Whether the passages stand in two versions of one document, as their titles tell."""
    titles = (passage.title, other.title)
    same_words = len({_NUMBER.sub("", title).casefold() for title in titles}) == 1
    return passage.title != other.title and same_words and all(map(_DATED.search, titles))


def say_nearly_the_same(sentence: str, other: str) -> bool:
    """Whether two sentences have most of their terms in common."""
    one, two = set(terms(sentence)), set(terms(other))
    return len(one & two) >= ALIKE * len(one | two)


def applies_rather(passage: Passage, other: Passage, question: str) -> bool:
    """Whether the first of two versions is the one that the question names, or else the newer one."""
    asked = set(_NUMBER.findall(question))
    numbers, others = _NUMBER.findall(passage.title), _NUMBER.findall(other.title)
    is_named, other_is_named = asked & set(numbers) - set(others), asked & set(others) - set(numbers)
    if bool(is_named) != bool(other_is_named):
        return bool(is_named)
    return [*map(int, numbers)] > [*map(int, others)]
