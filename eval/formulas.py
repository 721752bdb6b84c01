"""Measures of quality as pure functions, one idea each.

Per question: `grades` are the relevances of a ranking, best first, 0 where not relevant; `judged` the relevances of
everything relevant in the index. Over a set: values and labels (questions,) and optional `weights` (resamples,
questions), how often each question was drawn; the result is (resamples,), NaN where a draw leaves nothing to measure.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]


class Region(Protocol):
    """Characters `start` to `end` of one document: a passage, a gold span, a piece of evidence."""

    @property
    def document(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Cut:
    """A region that is only a region."""

    document: str
    start: int
    end: int


class Quoted(Region, Protocol):
    """A region and its text."""

    @property
    def quote(self) -> str: ...  # noqa: D102


def hit_at(grades: Sequence[int], k: int) -> float:
    """1 where something relevant is among the first `k` (TREC's success@k)."""
    return float(any(grade > 0 for grade in grades[:k]))


def reciprocal_rank(grades: Sequence[int], k: int = 10) -> float:
    """1 / rank of the first relevant among the first `k`, else 0 (Voorhees 1999)."""
    return next((1 / rank for rank, grade in enumerate(grades[:k], 1) if grade > 0), 0.0)


def ndcg_at(grades: Sequence[int], judged: Sequence[int], k: int = 10) -> float:
    """Discounted gain over that of the best possible ranking (Järvelin & Kekäläinen 2002, linear gain as trec_eval)."""
    ideal = _gain(sorted(judged, reverse=True)[:k])
    return _gain(grades[:k]) / ideal if ideal else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def overlap(one: Region, other: Region) -> int:
    """Characters that both cover."""
    same = one.document == other.document
    return max(0, min(one.end, other.end) - max(one.start, other.start)) if same else 0


def holds(passage: Region, gold: Region) -> bool:
    """Whether the passage contains the gold, or lies by half or more inside a gold that is longer than itself."""
    length, shared = passage.end - passage.start, overlap(passage, gold)
    return shared == gold.end - gold.start or (gold.end - gold.start > length and 2 * shared >= length > 0)


def span_recall(retrieved: Collection[Region], gold: Iterable[Region]) -> float:
    """Share of the characters of the best covered gold alternative that were retrieved."""
    return max((len(_covered(g, retrieved)) / (g.end - g.start) for g in gold), default=0.0)


def recall_within(retrieved: Iterable[Region], gold: Iterable[Region], budget: int) -> float:
    """Span recall of the first `budget` characters of a ranking: what a reader with that much room gets to see.

    The passage that crosses the budget is cut there; a character retrieved twice takes up room twice.
    """
    seen = list[Region]()
    for region in retrieved:
        seen.append(Cut(region.document, region.start, min(region.end, region.start + budget)))
        budget -= seen[-1].end - seen[-1].start
        if not budget:
            break
    return span_recall(seen, gold)


def span_precision(retrieved: Collection[Region], gold: Iterable[Region]) -> float:
    """Share of the retrieved characters that are gold; one retrieved twice costs twice and counts once."""
    found = {(g.document, at) for g in gold for at in _covered(g, retrieved)}
    total = sum(r.end - r.start for r in retrieved)
    return len(found) / total if total else 0.0


def _covered(gold: Region, retrieved: Iterable[Region]) -> set[int]:
    overlapping = (r for r in retrieved if r.document == gold.document)
    return {at for r in overlapping for at in range(max(r.start, gold.start), min(r.end, gold.end))}


def answers(evidence: Iterable[Quoted], gold: Iterable[Quoted], *, by_text: bool) -> bool:
    """Whether a quote contains a gold span whole or, `by_text`, its words elsewhere in the same document."""
    golds = list(gold)
    return any(
        e.document == g.document and ((e.start <= g.start and g.end <= e.end) or (by_text and g.quote in e.quote))
        for e in evidence
        for g in golds
    )


def mean(values: Values, labels: Values, weights: Values | None = None) -> Values:
    """The mean of the values; the labels play no part."""
    weights = _ones(values) if weights is None else weights
    return _ratio(weights @ values, weights.sum(axis=1))


def auroc(values: Values, labels: Values, weights: Values | None = None) -> Values:
    """Chance that a positive outscores a negative, ties half: Mann-Whitney U / (positives * negatives)."""
    weights = _ones(values) if weights is None else weights
    order, starts = _ties(values)
    if not len(starts):
        return np.full(len(weights), np.nan)
    positive = np.add.reduceat((weights * labels)[:, order], starts, axis=1)
    negative = np.add.reduceat((weights * (1 - labels))[:, order], starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative
    wins = (positive * (below + negative / 2)).sum(axis=1)
    return _ratio(wins, positive.sum(axis=1) * negative.sum(axis=1))


def coverage_at_risk(values: Values, labels: Values, weights: Values | None = None, *, risk: float = 0.05) -> Values:
    """Largest share of questions that can be answered, most confident first, with at most `risk` of them wrong."""
    weights = _ones(values) if weights is None else weights
    answered, wrong = _selective(values, labels, weights)
    allowed = wrong <= risk * answered + 1e-9
    best: Values = np.where(allowed, answered, 0.0).max(axis=1, initial=0.0)
    return _ratio(best, weights.sum(axis=1))


def risk_coverage(values: Values, labels: Values) -> tuple[Values, Values]:
    """Coverage and selective risk at every possible threshold (El-Yaniv & Wiener 2010), coverage rising."""
    answered, wrong = _selective(values, labels, _ones(values))
    return answered[0] / max(1, len(values)), wrong[0] / answered[0]


def _selective(values: Values, labels: Values, weights: Values) -> tuple[Values, Values]:
    """How many are answered, and how many of those wrongly, at each threshold, the highest first."""
    order, starts = _ties(-values)
    if not len(starts):
        return weights[:, :0], weights[:, :0]
    sums = [np.add.reduceat(part[:, order], starts, axis=1) for part in (weights, weights * (1 - labels))]
    return np.cumsum(sums[0], axis=1), np.cumsum(sums[1], axis=1)


def brier(values: Values, labels: Values, weights: Values | None = None) -> Values:
    """Mean squared distance of confidence from outcome (Brier 1950); lower is better."""
    return mean((values - labels) ** 2, labels, weights)


def calibration_error(values: Values, labels: Values, weights: Values | None = None) -> Values:
    """Expected calibration error over ten equal bins (Naeini et al. 2015); lower is better."""
    weights = _ones(values) if weights is None else weights
    member = _decile(values)[:, None] == np.arange(10)
    gaps = np.abs(weights @ (member * (values - labels)[:, None])).sum(axis=1)
    return _ratio(gaps, weights.sum(axis=1))


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence is within .1 from `low`: how many, their mean confidence, the share right."""

    low: float
    n: int
    confidence: float
    accuracy: float


def reliability(values: Values, labels: Values) -> tuple[Bin, ...]:
    """The bins that hold any question, lowest confidence first."""
    member = [(at / 10, _decile(values) == at) for at in range(10)]
    return tuple(
        Bin(low, int(m.sum()), float(values[m].mean()), float(labels[m].mean())) for low, m in member if m.any()
    )


def _decile(values: Values) -> NDArray[np.int64]:
    return np.clip((values * 10).astype(np.int64), 0, 9)


def percentile(values: Values, labels: Values, weights: Values | None = None, *, share: float) -> Values:
    """The smallest value that `share` of all values do not exceed (nearest rank); the labels play no part."""
    weights = _ones(values) if weights is None else weights
    if not len(values):
        return np.full(len(weights), np.nan)
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[:, order], axis=1)
    first = np.argmax(reached >= share * reached[:, -1:] - 1e-9, axis=1)
    return np.where(reached[:, -1] > 0, values[order][first], np.nan)


def _ones(values: Values) -> Values:
    return np.ones((1, len(values)))


def _ratio(above: Values, below: Values) -> Values:
    ratio: Values = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return ratio


def _ties(values: Values) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rising order of the values, and where in it each run of equal ones starts."""
    order = np.argsort(values, kind="stable")
    return order, np.flatnonzero(np.diff(values[order], prepend=np.nan) != 0)
