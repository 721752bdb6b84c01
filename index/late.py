"""Token-level scoring: unit vectors kept as bytes, and the best match of each question token in each sentence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors


@dataclass(frozen=True, slots=True)
class Quantised:
    """Rows of a matrix as int8 `codes` (n, dim), each with its own `scales` (n,): row i is codes[i] * scales[i]."""

    codes: NDArray[np.int8]
    scales: Vectors

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> "Quantised":
        return Quantised(self.codes[rows], self.scales[rows])

    def dot(self, vectors: Vectors) -> Vectors:
        """Dot products with (m, dim) float32 vectors: (m, n)."""
        products: Vectors = vectors @ self.codes.astype(np.float32).T
        return products * self.scales


def quantise(vectors: Vectors) -> Quantised:
    """Round each row to 8 bits, symmetric about zero; a row of zeros stays zero."""
    scales = (np.abs(vectors).max(axis=1, initial=0.0) / 127.0).astype(np.float32)
    codes = np.rint(vectors / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
    return Quantised(codes, scales)


def best_matches(question: Vectors, tokens: Quantised, counts: NDArray[np.int32]) -> Vectors:
    """The best cosine of each question token among each sentence's tokens: (question tokens, sentences).

    `counts` (sentences,) are tokens per sentence, summing to len(tokens); a sentence without tokens scores 0.
    """
    matches = np.zeros((len(question), len(counts)), np.float32)
    filled = np.flatnonzero(counts)
    if filled.size and len(question):
        starts = np.cumsum(counts) - counts
        matches[:, filled] = np.maximum.reduceat(tokens.dot(question), starts[filled], axis=1)
    return matches


def maxsim(matches: Vectors) -> float:
    """MaxSim of a passage as a mean over question tokens (Khattab and Zaharia 2020, ColBERT, section 3.3)."""
    return float(matches.max(axis=1).mean()) if matches.size else 0.0
