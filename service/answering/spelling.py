"""Slips of the pen: words that nobody knows and that look like one that the text holds."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

LONG = 5  # letters of a word that is still known with a slip in it
SLIP = 0.8  # share of the letters that agree where one word is a slip of another


def may_be_slip(word: str, tokens: int, held: bool) -> bool:
    """Whether a word of the question may be a slip: not `held` by any text, and no word of the encoder's own either.

    The encoder has a token of its own for every common word, and cuts other words into several `tokens`.
    """
    return not held and tokens != 1 and len(word) >= LONG and word.isalpha()


def likest(word: str, others: Iterable[str]) -> tuple[float, str]:
    """The word most like it with the share of letters that agree, 0 and "" where none is near enough for a slip."""
    found = [(alike(word, other), other) for other in others if abs(len(other) - len(word)) < 3]
    return max((each for each in found if each[0]), key=lambda each: each[0], default=(0.0, ""))


def alike(one: str, other: str) -> float:
    """Share of letters in common, 0 below what a slip leaves."""
    # Letters that only one of the two has cannot agree: this alone rules out nearly every pair.
    ones, others = frozenset(one), frozenset(other)
    agree = min(len(one) - len(ones - others), len(other) - len(others - ones))
    return _agreement(one, other) if 2.0 * agree / (len(one) + len(other)) >= SLIP else 0.0


@lru_cache(maxsize=4096)
def _agreement(one: str, other: str) -> float:
    """Ratcliff and Metzener 1988, 0 below what a slip leaves."""
    ratio = SequenceMatcher(None, one, other).ratio()
    return ratio if ratio >= SLIP else 0.0
