"""How near in meaning the words of a statement are to those of a text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.arrays import Vectors, products
from index.encoding.encoder import EncodedQuery
from service.answering.statements.synonyms import are_synonyms, speaks_or_is_spoken_to
from service.answering.statements.words import Word, WordedText

IN_CONTEXT = 0.95  # how near a word is that the title or a heading holds
SYNONYM = 0.8  # and a synonym, or one that names whom the text calls "we" or "you"
IN_PASSAGE = 0.6  # and one that stands elsewhere in the passage
ALIKE, SHARE = 5, 0.75  # letters, at least, and share of the longer word that two forms of one word begin with


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """The vectors of a statement and of the text that it is compared with."""

    statement: EncodedQuery
    text: EncodedQuery


@dataclass(frozen=True, slots=True)
class Nearness:
    """The content `words` of a statement and the `others` of a text, and `near` (words, others), 1 for the same word.

    `best` (words,) is how near each word comes to anything in the text, its headings or its passage.
    """

    words: tuple[Word, ...]
    others: tuple[Word, ...]
    near: Vectors
    best: Vectors


def nearness(
    statement: WordedText,
    text: WordedText,
    context: frozenset[str],
    passage: frozenset[str],
    encoded: EncodedPair | None,
) -> Nearness:
    """Compare them; `context` and `passage` are the terms of the headings and of the whole passage.

    Without vectors, a word is near to itself alone.
    """
    words = statement.content
    others = tuple(word for word in text.words if word.is_content or len(word.text) > 2)
    near = np.zeros((len(words), len(others)), np.float32)
    if encoded and words and others:
        one, other = encoded.statement, encoded.text
        near = np.clip(products(_vectors(words, one), _vectors(others, other).T), 0, 1).astype(np.float32)
    known = [[_known(word.term, other.term) for other in others] for word in words]
    near = np.maximum(near, np.array(known, np.float32).reshape(near.shape))
    best = near.max(axis=1, initial=0)
    elsewhere = [_elsewhere(word, context, passage) for word in words]
    return Nearness(words, others, near, np.maximum(best, np.array(elsewhere, np.float32)))


def _known(one: str, other: str) -> float:
    """How near two terms are without vectors."""
    return 1.0 if _means_same(one, other) else SYNONYM if are_synonyms(one, other) else 0.0


def _elsewhere(word: Word, context: frozenset[str], passage: frozenset[str]) -> float:
    if word.term in context:
        return IN_CONTEXT
    return SYNONYM if speaks_or_is_spoken_to(word.text.lower(), passage) else IN_PASSAGE * (word.term in passage)


def holds(term: str, terms: frozenset[str]) -> bool:
    """Whether one of the terms is this one, or another form of the word."""
    return term in terms or any(_means_same(term, each) for each in terms)


def _means_same(one: str, other: str) -> bool:
    if one == other:
        return True
    needed = max(ALIKE, math.ceil(SHARE * max(len(one), len(other))))
    return len(one) >= needed <= len(other) and one[:needed] == other[:needed]


def _vectors(words: Sequence[Word], encoded: EncodedQuery) -> Vectors:
    """A unit vector for each word, the mean over its tokens (words, dim); zeros for what was cut off."""
    rows = np.zeros((len(words), encoded.tokens.shape[1]), np.float32)
    at = 0
    for number, word in enumerate(words):
        while at < len(encoded.spans) and encoded.spans[at][1] <= word.start:
            at += 1
        last = at
        while last < len(encoded.spans) and encoded.spans[last][0] < word.end:
            last += 1
        if last > at:
            mean = encoded.tokens[at:last].mean(axis=0)
            rows[number] = mean / max(float(np.linalg.norm(mean)), 1e-6)
    return rows
