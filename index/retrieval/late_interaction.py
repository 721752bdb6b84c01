"""Token-level scoring: unit vectors kept as bytes, and how well each question token is matched inside each sentence."""

from collections.abc import Sequence

import numkong
import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.encoding.encoder import EncodedQuery
from index.retrieval.words import Frequencies, query_words
from index.storage.quantised import Quantised, quantise

TOGETHER = 4  # question tokens: with AVX2 a rest of one, two or three takes longer than four


class Matches:
    """How each question token is matched in each part of some passages: a passage's context, then its sentences."""

    def __init__(self, cosines: Vectors, parts: NDArray[np.int64], weights: Vectors) -> None:
        """`cosines` (parts, tokens) are the best in each part, `parts` (passages,) how many each passage has.

        `weights` (tokens,) say what each token counts in a sentence, and sum to 1.
        """
        self._cosines = cosines
        self._parts = parts
        self._firsts = np.cumsum(parts) - parts
        # What the title or a heading says need not be said again by each sentence.
        helped = np.maximum(cosines, np.repeat(cosines[self._firsts], parts, axis=0))
        self._scores: Vectors = helped @ weights

    def cosines(self, place: int) -> Vectors:
        """Of the sentences of the passage at that place: (sentences, question tokens)."""
        return self._cosines[self._sentences(place)]

    def scores(self, place: int) -> Vectors:
        """How well each sentence of that passage, helped by the context, matches the question: (sentences,)."""
        return self._scores[self._sentences(place)]

    def maxsim(self) -> Vectors:
        """Mean over question tokens of the best in each passage (Khattab and Zaharia 2020, ColBERT, section 3.3)."""
        if not self._cosines.size:
            return np.zeros(len(self._parts), np.float32)
        best: Vectors = np.maximum.reduceat(self._cosines, self._firsts, axis=0).mean(axis=1)
        return best

    def best_sentence(self) -> Vectors:
        """The best of the `scores` of each passage: (passages,)."""
        best: Vectors = np.maximum.reduceat(self._scores, self._firsts)
        return best

    def _sentences(self, place: int) -> slice:
        first = int(self._firsts[place])
        return slice(first + 1, first + int(self._parts[place]))


def best_matches(
    question: Vectors,
    weights: Vectors,
    tokens: Sequence[Quantised],
    lengths: NDArray[np.int32],
    parts: NDArray[np.int64],
) -> Matches:
    """Match question tokens (m, dim) of these weights (m,) with the tokens of each passage: see `Matches`.

    `lengths` are the tokens of each part, one passage after another. The question is rounded to 8 bits as well:
    products of bytes are exact, the same on every processor, and fast. A part without tokens scores 0.
    """
    cosines = np.zeros((len(lengths), len(question)), np.float32)
    filled = np.flatnonzero(lengths)
    if filled.size and len(question):
        asked = quantise(question)
        padded = np.zeros((-(-len(question) // TOGETHER) * TOGETHER, question.shape[1]), np.int8)
        padded[: len(question)] = asked.codes
        packed = numkong.dots_pack(padded)
        products = np.concatenate([np.asarray(numkong.dots_packed(each.codes, packed)) for each in tokens if len(each)])
        products = products[:, : len(question)]
        scales = np.concatenate([each.scales for each in tokens])
        scaled = np.multiply(products, scales[:, None], dtype=np.float32)
        starts = (np.cumsum(lengths) - lengths)[filled]
        cosines[filled] = np.maximum.reduceat(scaled, starts, axis=0) * asked.scales
    return Matches(cosines, parts, weights)


def token_weights(query: EncodedQuery, frequencies: Frequencies) -> Vectors:
    """What each question token counts: its word's idf, shared among the word's tokens; sums to 1 (tokens,)."""
    words = query_words(query)
    idfs = frequencies.inverse_frequencies([word.stem for word in words])
    weights = [0.0] * len(query.spans)
    for word, idf in zip(words, idfs, strict=True):
        for row in word.tokens:
            weights[row] = idf / len(word.tokens)
    total = sum(weights)
    return np.array([weight / total if total else 1 / len(weights) for weight in weights], np.float32)
