"""Pure functions that combine signals into one score, and the weights they use."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors


@dataclass(frozen=True, slots=True)
class Ranking:
    """How passages are ranked: the weight of each signal, and how deep each is looked at.

    `pool` passages are taken from the dense and from the lexical list each; the best `late_depth` of them are scored
    token by token. A weight of 0 leaves a signal out.
    """

    dense: float = 0.4
    lexical: float = 0.6
    sentence: float = 0.3
    late: float = 1.5
    pool: int = 100
    late_depth: int = 20

    @property
    def weights(self) -> Mapping[str, float]:
        """Of the signals that every candidate has."""
        return {"dense": self.dense, "lexical": self.lexical, "sentence": self.sentence}


DENSE_ONLY = Ranking(dense=1.0, lexical=0.0, sentence=0.0, late=0.0)
LEXICAL_ONLY = Ranking(dense=0.0, lexical=1.0, sentence=0.0, late=0.0)


def best(scores: Vectors, count: int) -> NDArray[np.int64]:
    """Places of the `count` highest scores, highest first; of equal ones the earlier first."""
    places = np.arange(len(scores))
    if count < len(scores):
        # Equal scores at the cut must all be in before they are put in order.
        places = np.flatnonzero(scores >= np.partition(scores, -count)[-count])
    ordered: NDArray[np.int64] = places[np.argsort(-scores[places], kind="stable")][:count]
    return ordered


def min_max(values: Vectors) -> Vectors:
    """Stretched over 0..1, so that signals of different scale add up; all 0 where they are all the same."""
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    if high <= low:
        return np.zeros_like(values)
    stretched: Vectors = (values - low) / (high - low)
    return stretched


def fuse(signals: Mapping[str, Vectors], weights: Mapping[str, float]) -> Vectors:
    """Convex combination of min-max normalised signals (Bruch et al. 2023, An Analysis of Fusion Functions, eq. 3)."""
    total = sum(weights.values())
    fused = np.zeros_like(next(iter(signals.values())), np.float32)
    for name, values in signals.items():
        fused += weights[name] / total * min_max(values)
    return fused


def add_late(scores: Vectors, late: Vectors, deep: NDArray[np.int64], weight: float) -> Vectors:
    """Scores in 0..1 with the late signal of the `deep` places added; the rest stay below in their order."""
    added = np.zeros_like(scores)
    added[deep] = min_max(late[deep])
    combined: Vectors = np.divide(scores + weight * added, 1 + weight, dtype=np.float32)
    return combined
