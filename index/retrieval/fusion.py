"""Pure functions that combine signals into one score, and the weights they use."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors


@dataclass(frozen=True, slots=True)
class Ranking:
    """How passages are ranked: the weight of each signal, and how deep each is looked at.

    `pool` passages are taken from the list by vectors (`dense`) and from the list by words (`lexical`) each, and put in
    order by both. The best `depth` of them are scored again: where the snapshot keeps token vectors by `late`, the
    MaxSim of the whole passage, and by `late_sentence`, that of its best sentence, rare words counting more; where it
    keeps none by `sentence`, the cosine of its best sentence. A weight of 0 leaves a signal out.
    """

    dense: float = 0.4
    lexical: float = 0.6
    sentence: float = 0.3
    late: float = 1.0
    late_sentence: float = 2.0
    pool: int = 100
    depth: int = 20


DENSE_ONLY = Ranking(dense=1.0, lexical=0.0, sentence=0.0, late=0.0, late_sentence=0.0)
LEXICAL_ONLY = Ranking(dense=0.0, lexical=1.0, sentence=0.0, late=0.0, late_sentence=0.0)


def best(scores: Vectors, count: int) -> NDArray[np.int64]:
    """Places of the `count` highest scores, highest first; of equal ones the earlier first."""
    places = np.arange(len(scores))
    if count < len(scores):
        # Equal scores at the cut must all be in before they are put in order.
        places = np.flatnonzero(scores >= np.partition(scores, -count)[-count])
    ordered: NDArray[np.int64] = places[np.argsort(-scores[places], kind="stable")][:count]
    return ordered


def min_max(values: Vectors) -> Vectors:
    """Stretched over 0..1, so that signals of different scale add up.

    Where all are the same, a lone passage above all, each is the best there is: all 1, or all 0 where nothing matched.
    """
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    if high <= low:
        return np.full_like(values, high > 0)
    stretched: Vectors = (values - low) / (high - low)
    return stretched


def fuse(signals: Mapping[str, Vectors], weights: Mapping[str, float]) -> Vectors:
    """Convex combination of min-max normalised signals (Bruch et al. 2023, An Analysis of Fusion Functions, eq. 3)."""
    total = sum(weights.values())
    fused = np.zeros_like(next(iter(signals.values())), np.float32)
    for name, values in signals.items():
        fused += weights[name] / total * min_max(values)
    return fused


def rescore(
    scores: Vectors, deep: NDArray[np.int64], signals: Mapping[str, Vectors], weights: Mapping[str, float]
) -> Vectors:
    """Scores in 0..1 with signals (deep,) of the `deep` places added; the rest stay below in their order."""
    added = np.zeros_like(scores)
    for name, values in signals.items():
        added[deep] += weights[name] * min_max(values)
    rescored: Vectors = np.divide(scores + added, 1 + sum(weights.values()), dtype=np.float32)
    return rescored
