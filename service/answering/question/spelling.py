"""Spelling mistakes: words of a question that no text holds and that look like one that a text does hold."""

from collections.abc import Collection
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Indel

MIN_LETTERS = 5  # a shorter word looks like too many others
MAX_DIFFERENCE = 2  # letters by which two words may differ in length
SIMILAR = 0.8  # similarity from which one word may be another one, misspelt
TRIED = 16  # of the most similar words, so many are looked at: some are too long or too short


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A word that another one may stand for, and how similar the two are (0..1)."""

    word: str
    similarity: float


def may_be_misspelt(word: str, tokens: int, held: bool) -> bool:
    """Whether a word of a question may be misspelt: no text holds it (`held`), and the encoder does not know it either.

    The encoder has one token for every common word and cuts other words into several `tokens`.
    """
    return not held and tokens != 1 and len(word) >= MIN_LETTERS and word.isalpha()


def most_similar(word: str, others: Collection[str], similar: float = SIMILAR) -> Lookalike | None:
    """The first of the most similar words; None where none has a similarity of at least `similar`.

    The similarity of two words is twice the length of their longest common subsequence by that of both together.
    """
    near = process.extract(word, others, scorer=Indel.normalized_similarity, score_cutoff=similar, limit=TRIED)
    fitting = (Lookalike(other, score) for other, score, _ in near)
    return next((each for each in fitting if abs(len(each.word) - len(word)) <= MAX_DIFFERENCE), None)
