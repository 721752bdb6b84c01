"""Whether a sentence only says what is asked: it matches a question better than any answer, and answers nothing."""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import ceil

from corpus.prose.asking import ASKING, BEGINS_TO_ASK
from index.retrieval.words import WORD
from service.answering.question.content_words import held_terms

REPEATED = 0.75  # share of a question's words that a sentence holds in one piece from which on it repeats the question
FEWEST = 4  # words of such a piece
_ALTERNATIVES = re.compile(r"\bor\b|,", re.IGNORECASE)


def repeats(question: str, sentence: str) -> bool:
    """Whether a sentence holds most of the question in one piece, with the word that asks."""
    said = _joined(sentence)
    return any(piece in said for piece in _pieces(question))


def is_all_of(question: str, sentences: Sequence[str]) -> bool:
    """Whether each of some sentences is the question, word for word, however it is written.

    Such a sentence may answer where it stands among others: "museum open mondays". A text of nothing else does not.
    """
    return all(_joined(sentence) == _joined(question) for sentence in sentences)


def asks_the_same(question: str, text: str) -> bool:
    """Whether a text is the question itself, or ends with it behind a number or a name: "3. Who mends a flat tyre?"."""
    return bool(BEGINS_TO_ASK.match(question)) and _joined(text).endswith(_joined(question))


def says_nothing_new(question: str, text: str) -> bool:
    """Whether a text holds no word that the question does not hold; false where one of those words may be the answer.

    So it may be where something is to be affirmed, and where the question names what is to be chosen from.
    """
    asked = _words(question)
    return (
        bool(ASKING.intersection(asked))
        and not _ALTERNATIVES.search(question)
        and held_terms(text) <= held_terms(question)
    )


@lru_cache(maxsize=64)  # a question is compared with many sentences
def _pieces(question: str) -> tuple[str, ...]:
    """The pieces of a question that count as its repetition: so long, and with the word that asks."""
    words = _words(question)
    size = max(FEWEST, ceil(REPEATED * len(words)))
    pieces = (words[start : start + size] for start in range(len(words) - size + 1))
    return tuple(f" {' '.join(piece)} " for piece in pieces if ASKING.intersection(piece))


@lru_cache(maxsize=4096)  # sentences
def _joined(sentence: str) -> str:
    return f" {' '.join(_words(sentence))} "


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]
