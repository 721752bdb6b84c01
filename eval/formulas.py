"""Measures of quality as pure functions, one idea each.

Of one question: `grades` are the relevances of a ranking, best first, 0 where not relevant; `judged` are the relevances
of everything relevant in the index.

Of a set of questions: `values` and `labels` are (questions,), labels 1 or 0. `weights` (resamples, questions) says how
often each question was drawn into each resample; None stands for every question once. The result is (resamples,), NaN
where a resample leaves nothing to measure.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]

ROUNDING = 1e-9  # how far a share may be off by rounding and still count as reached


class Region(Protocol):
    """Characters `start` to `end` of one document: a passage, a gold span, a piece of evidence."""

    @property
    def document(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102


class Quoted(Region, Protocol):
    """A region and its text."""

    @property
    def quote(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of a region that is within a budget."""

    document: str
    start: int
    end: int


def hit_at(grades: Sequence[float], k: int) -> float:
    """1 where something relevant is among the first `k`, else 0 (TREC's success@k)."""
    return float(any(grade > 0 for grade in grades[:k]))


def reciprocal_rank(grades: Sequence[float], k: int = 10) -> float:
    """1 / rank of the first relevant among the first `k`, else 0 (Voorhees 1999)."""
    return next((1 / rank for rank, grade in enumerate(grades[:k], 1) if grade > 0), 0.0)


def ndcg_at(grades: Sequence[float], judged: Sequence[float], k: int = 10) -> float:
    """Discounted gain over that of the best possible ranking (Järvelin & Kekäläinen 2002, linear gain as trec_eval)."""
    ideal = _gain(sorted(judged, reverse=True)[:k])
    return _gain(grades[:k]) / ideal if ideal else 0.0


def _gain(grades: Sequence[float]) -> float:
    return sum(grade / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def overlap(first: Region, second: Region) -> int:
    """How many characters both cover."""
    if first.document != second.document:
        return 0
    return max(0, min(first.end, second.end) - max(first.start, second.start))


def holds(passage: Region, gold: Region) -> bool:
    """Whether the passage contains the gold or, where the gold is longer than it, lies in it by half or more."""
    length, shared = passage.end - passage.start, overlap(passage, gold)
    return shared == gold.end - gold.start or (gold.end - gold.start > length and 2 * shared >= length > 0)


def span_recall(retrieved: Collection[Region], gold: Iterable[Region]) -> float:
    """The share of a gold span's characters that was retrieved; of several spans, the best share."""
    return max((len(_covered(g, retrieved)) / (g.end - g.start) for g in gold), default=0.0)


def recall_within(retrieved: Iterable[Region], gold: Iterable[Region], budget: int) -> float:
    """Span recall in the first `budget` characters of a ranking: what a reader with that much room gets to see.

    The passage that crosses the budget is cut there. A character that is retrieved twice uses the budget twice.
    """
    seen = list[Region]()
    for region in retrieved:
        seen.append(Cut(region.document, region.start, min(region.end, region.start + budget)))
        budget -= seen[-1].end - seen[-1].start
        if not budget:
            break
    return span_recall(seen, gold)


def span_precision(retrieved: Collection[Region], gold: Iterable[Region]) -> float:
    """The share of the retrieved characters that is gold; one retrieved twice costs twice and counts once."""
    right = {(g.document, position) for g in gold for position in _covered(g, retrieved)}
    total = sum(r.end - r.start for r in retrieved)
    return len(right) / total if total else 0.0


def _covered(gold: Region, retrieved: Iterable[Region]) -> set[int]:
    """The positions of a gold span that were retrieved."""
    overlapping = (r for r in retrieved if r.document == gold.document)
    return {position for r in overlapping for position in range(max(r.start, gold.start), min(r.end, gold.end))}


def answers(evidence: Iterable[Quoted], gold: Iterable[Quoted], *, by_text: bool) -> bool:
    """Whether a quote contains a whole gold span or, `by_text`, the same words elsewhere in the gold's document."""
    golds = list(gold)
    return any(
        e.document == g.document and ((e.start <= g.start and g.end <= e.end) or (by_text and g.quote in e.quote))
        for e in evidence
        for g in golds
    )


def mean(values: Values, weights: Values | None = None) -> Values:
    """The mean of the values."""
    weights = _once(values) if weights is None else weights
    return _ratio(weights @ values, weights.sum(axis=1))


def percentile(values: Values, weights: Values | None = None, *, share: float) -> Values:
    """The smallest value that `share` (0..1) of all values do not exceed (nearest rank)."""
    weights = _once(values) if weights is None else weights
    if not len(values):
        return np.full(len(weights), np.nan)
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[:, order], axis=1)
    first = np.argmax(reached >= share * reached[:, -1:] - ROUNDING, axis=1)
    return np.where(reached[:, -1] > 0, values[order][first], np.nan)


def auroc(values: Values, labels: Values, weights: Values | None = None) -> Values:
    """The chance that a positive has the higher value than a negative, ties half (Mann-Whitney U, normalised)."""
    weights = _once(values) if weights is None else weights
    order, starts = _ties(values)
    if not len(starts):
        return np.full(len(weights), np.nan)
    positive = np.add.reduceat((weights * labels)[:, order], starts, axis=1)
    negative = np.add.reduceat((weights * (1 - labels))[:, order], starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative
    wins = (positive * (below + negative / 2)).sum(axis=1)
    return _ratio(wins, positive.sum(axis=1) * negative.sum(axis=1))


def coverage_at_risk(values: Values, labels: Values, weights: Values | None = None, *, risk: float = 0.05) -> Values:
    """The largest share of questions that can be answered, most confident first, with at most `risk` of them wrong."""
    weights = _once(values) if weights is None else weights
    answered, wrong = _selective(values, labels, weights)
    allowed = wrong <= risk * answered + ROUNDING
    best: Values = np.where(allowed, answered, 0.0).max(axis=1, initial=0.0)
    return _ratio(best, weights.sum(axis=1))


def risk_coverage(values: Values, labels: Values) -> tuple[Values, Values]:
    """Coverage and selective risk at every possible threshold (El-Yaniv & Wiener 2010), coverage rising.

    Both are (thresholds,): one for each distinct value.
    """
    answered, wrong = _selective(values, labels, _once(values))
    return answered[0] / max(1, len(values)), wrong[0] / answered[0]


def _selective(values: Values, labels: Values, weights: Values) -> tuple[Values, Values]:
    """How many questions are answered at each threshold, the highest first, and how many of those wrongly.

    Both are (resamples, thresholds).
    """
    order, starts = _ties(-values)
    if not len(starts):
        return weights[:, :0], weights[:, :0]
    sums = [np.add.reduceat(part[:, order], starts, axis=1) for part in (weights, weights * (1 - labels))]
    return np.cumsum(sums[0], axis=1), np.cumsum(sums[1], axis=1)


def brier(values: Values, labels: Values, weights: Values | None = None) -> Values:
    """The mean squared distance of confidence from outcome (Brier 1950); lower is better."""
    return mean((values - labels) ** 2, weights)


def calibration_error(values: Values, labels: Values, weights: Values | None = None) -> Values:
    """Expected calibration error over ten equal bins (Naeini et al. 2015); lower is better."""
    weights = _once(values) if weights is None else weights
    member = _tenth(values)[:, None] == np.arange(10)
    gaps = np.abs(weights @ (member * (values - labels)[:, None])).sum(axis=1)
    return _ratio(gaps, weights.sum(axis=1))


@dataclass(frozen=True, slots=True)
class Bin:
    """The `n` questions with a confidence of `low` to `low` + .1: their mean confidence, and the share right."""

    low: float
    n: int
    confidence: float
    accuracy: float


def reliability(values: Values, labels: Values) -> tuple[Bin, ...]:
    """The bins that hold any question, the lowest confidence first."""
    members = [(tenth / 10, _tenth(values) == tenth) for tenth in range(10)]
    return tuple(
        Bin(low, int(m.sum()), float(values[m].mean()), float(labels[m].mean())) for low, m in members if m.any()
    )


def _tenth(values: Values) -> NDArray[np.int64]:
    """The number of each value's tenth of 0..1: (questions,), 0 to 9."""
    return np.clip((values * 10).astype(np.int64), 0, 9)


def _once(values: Values) -> Values:
    """The weights of a single resample that holds every question once."""
    return np.ones((1, len(values)))


def _ratio(above: Values, below: Values) -> Values:
    ratio: Values = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return ratio


def _ties(values: Values) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The order in which the values rise (questions,), and where in it each run of equal values starts (runs,)."""
    order = np.argsort(values, kind="stable")
    return order, np.flatnonzero(np.diff(values[order], prepend=np.nan) != 0)
