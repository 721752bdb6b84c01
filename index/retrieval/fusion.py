"""Signals combined into one score, by pure functions, and the weights of the signals.

And ranked lists of candidates in which copies of one passage leave room for others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from index.arrays import Rows, Vectors


@dataclass(frozen=True, slots=True)
class Ranking:
    """How passages are ranked: the weight of each signal, and how many passages get it. A weight of 0 leaves one out.

    The candidates are the first `pool` passages by `dense` and the first `pool` by `lexical`. They are ranked by both
    signals. The best `depth` of them are scored again: by `late` and `late_sentence` where the snapshot keeps token
    vectors, and by `sentence` where it keeps none.
    """

    dense: float = 0.4  # cosine of passage and question
    lexical: float = 0.6  # BM25
    sentence: float = 0.3  # cosine of the best sentence and the question
    late: float = 1.0  # MaxSim of the whole passage: how well it matches each question token
    late_sentence: float = 2.0  # the same of its best sentence, where rare words count more
    pool: int = 100  # passages
    depth: int = 20  # candidates


COPIES = 4  # times as many passages that are asked for where copies of others took their room

# The two baselines.
DENSE_ONLY = Ranking(dense=1.0, lexical=0.0, sentence=0.0, late=0.0, late_sentence=0.0)
LEXICAL_ONLY = Ranking(dense=0.0, lexical=1.0, sentence=0.0, late=0.0, late_sentence=0.0)


def best(scores: Vectors, count: int) -> Rows:
    """Indices of the `count` highest of the scores (n,), highest first; of equal scores the earlier one first."""
    indices = np.arange(len(scores))
    if count < len(scores):
        # All scores equal to the last one that is kept stay in until they are sorted, so that the earliest are kept.
        indices = np.flatnonzero(scores >= np.partition(scores, -count)[-count])
    ordered: Rows = indices[np.argsort(-scores[indices], kind="stable")][:count]
    return ordered


def has_room(groups: Rows, count: int, most: int) -> bool:
    """Whether the first `count` passages, which have these `groups` (entries,), are of `most` groups or are all."""
    return len(groups) < count or len(set(groups.tolist())) >= most


def room_for_others(groups: Rows, most: int) -> Rows:
    """Which entries of a ranking are kept: the first `most`, and then the first of each group until there are so many.

    `groups` (entries,) are those of the passages ranked.
    """
    firsts: dict[int, int] = {}
    for number, group in enumerate(groups.tolist()):
        firsts.setdefault(group, number)
    head = min(most, len(groups))
    later = [number for number in firsts.values() if number >= head]
    return np.array([*range(head), *later[: most - len(firsts) + len(later)]], np.int64)


def min_max(values: Vectors) -> Vectors:
    """The values (n,) scaled to 0..1, so that signals of different scale can be added.

    Where all values are equal, as for a single passage, each is the best one: all become 1, or 0 where none is above 0.
    """
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    if high <= low:
        return np.full_like(values, high > 0)
    scaled: Vectors = (values - low) / (high - low)
    return scaled


def fuse(signals: Mapping[str, Vectors], weights: Mapping[str, float]) -> Vectors:
    """Convex combination of min-max normalised signals, (n,) each.

    Bruch et al. 2023, An Analysis of Fusion Functions for Hybrid Retrieval, equation 3.
    """
    total = sum(weights.values())
    fused = np.zeros_like(next(iter(signals.values())), np.float32)
    for name, values in signals.items():
        fused += weights[name] / total * min_max(values)
    return fused


def rescore(scores: Vectors, chosen: Rows, signals: Mapping[str, Vectors], weights: Mapping[str, float]) -> Vectors:
    """Add signals (chosen,) to the scores of the chosen candidates; the results (candidates,) are in 0..1.

    `scores` (candidates,) are in 0..1. Where the chosen ones have the highest scores, the others stay below them, in
    their order.
    """
    added = np.zeros_like(scores)
    for name, values in signals.items():
        added[chosen] += weights[name] * min_max(values)
    rescored: Vectors = np.divide(scores + added, 1 + sum(weights.values()), dtype=np.float32)
    return rescored
