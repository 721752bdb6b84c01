"""Whether a sentence affirms or denies what a question asks about."""

import re
from collections.abc import Sequence

from index.retrieval.words import terms
from service.answering.question import WeightedWord

_DENIALS = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|cannot|without|forbidden|prohibited|banned|unable|refused)\b|n't\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:except|unless|but|only|apart from|other than)\b", re.IGNORECASE)
NEAR = 4  # words between a denial and what it denies


def polarity(text: str, words: Sequence[WeightedWord]) -> bool | None:
    """False where the text denies a word of the question, true where it affirms, None where it may be either."""
    denials = [match.end() for match in _DENIALS.finditer(text)]
    if not denials:
        return True
    if _EXCEPT.search(text):
        return None
    wanted = {term for word in words for term in word.word.terms}
    for end in denials:
        if wanted & set(terms(" ".join(text[end:].split()[:NEAR]))):
            return False
    return None
