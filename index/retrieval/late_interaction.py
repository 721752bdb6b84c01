"""Late interaction: how well each token of a question is matched inside each sentence of a passage.

Passages come as the vectors of their tokens, rounded to bytes. A passage has parts: its context, then its sentences.
"""

from collections.abc import Sequence

import numkong
import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows, Vectors, products
from index.encoding.encoder import EncodedQuery
from index.retrieval.words import Frequencies, query_words
from index.storage.quantised import Quantised, quantise

TOGETHER = 4  # question tokens multiplied at a time: with AVX2, one, two or three left over take longer than four


class Matches:
    """How the tokens of a question are matched by some passages, which are numbered from 0."""

    def __init__(self, cosines: Vectors, parts: Rows, weights: Vectors) -> None:
        """`cosines` (parts of all passages, question tokens) are the best of each part.

        `parts` (passages,) is how many parts each passage has. `weights` (question tokens,) say how much each token
        counts in a sentence; they sum to 1.
        """
        self._cosines = cosines
        self._parts = parts
        self._contexts = np.cumsum(parts) - parts  # the row of each passage's context
        # A sentence need not repeat what its title or heading says, so it gets the better of both.
        helped = np.maximum(cosines, np.repeat(cosines[self._contexts], parts, axis=0))
        self._scores = products(helped, weights)

    def cosines(self, passage: int) -> Vectors:
        """The best cosine of each question token in each sentence of the passage: (sentences, question tokens)."""
        return self._cosines[self._sentences(passage)]

    def scores(self, passage: int) -> Vectors:
        """How well each sentence of the passage, helped by the context, matches the question: (sentences,)."""
        return self._scores[self._sentences(passage)]

    def maxsim(self) -> Vectors:
        """The mean over question tokens of the best cosine in each passage: (passages,).

        Khattab and Zaharia 2020, ColBERT, section 3.3, divided by the number of question tokens.
        """
        if not self._cosines.size:
            return np.zeros(len(self._parts), np.float32)
        means: Vectors = np.maximum.reduceat(self._cosines, self._contexts, axis=0).mean(axis=1)
        return means

    def best_sentence(self) -> Vectors:
        """The highest of the `scores` of each passage: (passages,)."""
        scores: Vectors = np.maximum.reduceat(self._scores, self._contexts)
        return scores

    def _sentences(self, passage: int) -> slice:
        """The rows of a passage's sentences: all of its parts after the context."""
        context = int(self._contexts[passage])
        return slice(context + 1, context + int(self._parts[passage]))


def best_matches(
    question: Vectors,
    weights: Vectors,
    tokens: Sequence[Quantised],
    lengths: NDArray[np.int32],
    parts: Rows,
) -> Matches:
    """Match the tokens of a question with the tokens of each passage.

    `question` (question tokens, dim) are the vectors, `weights` (question tokens,) as in `Matches`. `tokens` has an
    entry (tokens, dim) for each passage, `lengths` (parts of all passages,) is the number of tokens of each part, and
    `parts` (passages,) the number of parts of each passage. A part without tokens scores 0.

    The question is rounded to 8 bits too: products of bytes are exact, the same on every processor, and fast.
    """
    cosines = np.zeros((len(lengths), len(question)), np.float32)
    filled = np.flatnonzero(lengths)
    if filled.size and len(question):
        rounded = quantise(question)
        padded = np.zeros((-(-len(question) // TOGETHER) * TOGETHER, question.shape[1]), np.int8)
        padded[: len(question)] = rounded.codes
        packed = numkong.dots_pack(padded)
        products = np.concatenate(
            [np.asarray(numkong.dots_packed(vectors.codes, packed)) for vectors in tokens if len(vectors)]
        )[:, : len(question)]
        scales = np.concatenate([vectors.scales for vectors in tokens])
        scaled = np.multiply(products, scales[:, None], dtype=np.float32)
        starts = (np.cumsum(lengths) - lengths)[filled]
        cosines[filled] = np.maximum.reduceat(scaled, starts, axis=0) * rounded.scales
    return Matches(cosines, parts, weights)


def token_weights(query: EncodedQuery, frequencies: Frequencies) -> Vectors:
    """How much each question token counts: its word's idf, shared among the word's tokens; sums to 1: (tokens,)."""
    words = query_words(query)
    idfs = frequencies.inverse_frequencies([word.stem for word in words])
    weights = [0.0] * len(query.spans)
    for word, idf in zip(words, idfs, strict=True):
        for row in word.tokens:
            weights[row] = idf / len(word.tokens)
    total = sum(weights)
    return np.array([weight / total if total else 1 / len(weights) for weight in weights], np.float32)
