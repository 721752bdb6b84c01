"""How much an approximate search finds, and how few lists it has to probe for that.

Recall is the share of a query's DEPTH nearest vectors that a search finds, on average over a sample of queries.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from index.arrays import Rows, Vectors, products

DEPTH = 10  # the nearest vectors of which recall is the share found
TOLERANCE = 1e-6  # inner products that differ by less count as equal
BLOCK = 1 << 15  # vectors that are compared with all queries at a time


@dataclass(frozen=True, slots=True)
class RecallSample:
    """Queries (m, dim) and the inner product (m,) of each with the DEPTH-th nearest of all `vectors` (n, dim)."""

    vectors: Vectors
    queries: Vectors
    furthest: Vectors

    @classmethod
    def of(cls, vectors: Vectors, queries: Vectors) -> "RecallSample":
        """Find the nearest vectors by comparing all."""
        nearest = np.full((len(queries), DEPTH), -np.inf, np.float32)
        for block in blocks(vectors):
            nearest = np.partition(np.hstack([nearest, products(queries, block.T)]), -DEPTH, axis=1)[:, -DEPTH:]
        return cls(vectors, queries, nearest.max(axis=1) if len(vectors) < DEPTH else nearest.min(axis=1))

    def recall(self, found: Iterable[Rows]) -> float:
        """The recall of a search that found these rows, at most DEPTH for each query.

        Rows are right by their score, so that of passages with the same vector any is as good as another.
        """
        right = 0
        for query, least, rows in zip(self.queries, self.furthest, found, strict=True):
            right += int((products(self.vectors[rows], query) >= least - TOLERANCE).sum())
        return right / (len(self.queries) * min(DEPTH, len(self.vectors)))


def fewest_probes(recall: Callable[[int], float], lists: int, wanted: float) -> int:
    """About as few probed lists as give the wanted recall; all `lists` where fewer do not.

    `recall` measures what so many probes find. The search doubles the number, then halves the interval.
    """
    low, high = 0, min(8, lists)
    while high < lists and recall(high) < wanted:
        low, high = high, min(2 * high, lists)
    while high - low > 1 + high // 8:
        middle = (low + high) // 2
        low, high = (low, middle) if recall(middle) >= wanted else (middle, high)
    return high


def blocks(vectors: Vectors) -> Iterator[Vectors]:
    """Vectors (n, dim) in contiguous blocks of at most BLOCK, in order."""
    for first in range(0, len(vectors), BLOCK):
        yield np.ascontiguousarray(vectors[first : first + BLOCK])
