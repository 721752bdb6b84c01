"""Whether a sentence affirms or denies what a question asks about."""

import re
from collections.abc import Sequence
from functools import lru_cache

from index.retrieval.words import terms
from service.answering.question.content_words import WeightedWord

_DENIALS = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|cannot|without|forbidden|prohibited|banned|unable|refused)\b|n't\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:except|unless|but|only|apart from|other than)\b", re.IGNORECASE)
NEAR = 4  # words between a denial and what it denies
LOOKED_AT = 200  # characters in which those words have to stand


def polarity(text: str, words: Sequence[WeightedWord]) -> bool | None:
    """False where the text denies a word of the question, true where it affirms, None where it may be either."""
    denied = _denied(text)
    if denied is None:
        return True
    if _EXCEPT.search(text):
        return None
    return False if any(term in denied for word in words for term in word.word.terms) else None


@lru_cache(maxsize=4096)  # sentences
def _denied(text: str) -> frozenset[str] | None:
    """The terms of the words that stand next after a denial; None where the text denies nothing."""
    ends = [match.end() for match in _DENIALS.finditer(text)]
    return (
        frozenset(term for end in ends for term in terms(" ".join(text[end : end + LOOKED_AT].split()[:NEAR])))
        if ends
        else None
    )
