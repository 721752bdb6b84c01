"""Spelling mistakes: words of a question that no text holds and that look like one that a text does hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

MIN_LETTERS = 5  # a shorter word looks like too many others
MAX_DIFFERENCE = 2  # letters by which two words may differ in length
SIMILAR = 0.8  # similarity from which one word may be another one, misspelt


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A word that another one may stand for, and how similar the two are (0..1, see `similarity`)."""

    word: str
    similarity: float


def may_be_misspelt(word: str, tokens: int, held: bool) -> bool:
    """Whether a word of a question may be misspelt: no text holds it (`held`), and the encoder does not know it either.

    The encoder has one token for every common word and cuts other words into several `tokens`.
    """
    return not held and tokens != 1 and len(word) >= MIN_LETTERS and word.isalpha()


def most_similar(word: str, others: Iterable[str]) -> Lookalike | None:
    """The first of the most similar words; None where no word is similar enough to be meant."""
    near = (other for other in others if abs(len(other) - len(word)) <= MAX_DIFFERENCE)
    lookalikes = [Lookalike(other, similar) for other in near if (similar := similarity(word, other))]
    return max(lookalikes, key=lambda lookalike: lookalike.similarity, default=None)


def similarity(word: str, other: str) -> float:
    """The share of letters that agree, in order (0..1); 0 where it is less than `SIMILAR`.

    Ratcliff and Metzener 1988, as in `difflib`.
    """
    # A letter that only one of the words has cannot agree. This rules out nearly every pair, and is cheap.
    letters, other_letters = frozenset(word), frozenset(other)
    agreeing = min(len(word) - len(letters - other_letters), len(other) - len(other_letters - letters))
    return _similarity(word, other) if 2.0 * agreeing / (len(word) + len(other)) >= SIMILAR else 0.0


@lru_cache(maxsize=4096)  # pairs of words
def _similarity(word: str, other: str) -> float:
    ratio = SequenceMatcher(None, word, other).ratio()
    return ratio if ratio >= SIMILAR else 0.0
