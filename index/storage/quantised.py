"""Vectors as bytes: a quarter of the size, and products of bytes are exact on every processor."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows, Vectors, products


@dataclass(frozen=True, slots=True)
class Quantised:
    """Vectors rounded to 8 bits: `codes` (n, dim) and `scales` (n,). Row i stands for codes[i] * scales[i]."""

    codes: NDArray[np.int8]
    scales: Vectors

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: slice | Rows) -> "Quantised":
        return Quantised(self.codes[rows], self.scales[rows])

    def dot(self, vectors: Vectors) -> Vectors:
        """Dot products with the rows of `vectors` (m, dim): (m, n)."""
        return products(vectors, self.codes.astype(np.float32).T) * self.scales


def quantise(vectors: Vectors) -> Quantised:
    """Round each row of (n, dim) vectors to 8 bits, symmetric about zero. A row of zeros stays zero."""
    scales = (np.abs(vectors).max(axis=1, initial=0.0) / 127.0).astype(np.float32)
    codes = np.rint(vectors / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
    return Quantised(codes, scales)
