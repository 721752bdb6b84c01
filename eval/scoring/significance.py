"""How sure a number is, and whether two numbers differ by more than noise.

A statistic is a function of `weights` (resamples, questions), how often each question was drawn, to (resamples,). So
one set of draws serves all measures. A paired statistic has the questions of two runs behind each other, those of the
first run first: its weights are (resamples, 2 questions).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from eval.formulas import Values

Statistic: TypeAlias = Callable[[Values], Values]
Draws: TypeAlias = NDArray[np.uint16]

RESAMPLES = 2000
ROUNDING = 1e-12  # by how much two differences may differ and still be equal
_BATCH = 250  # resamples computed at a time, which bounds the memory


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95 % of a bootstrap distribution."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tally:
    """On how many questions the first of two runs did better, worse and the same."""

    wins: int
    losses: int
    ties: int


def draw(groups: Sequence[str], resamples: int = RESAMPLES, seed: int = 0) -> Draws:
    """How often a bootstrap draws each question: (resamples, questions).

    `groups` names the group of each question. Whole groups are drawn, with replacement (Efron 1979).
    """
    rng = np.random.default_rng(seed)
    names, member = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    counts = np.zeros((resamples, len(names)), np.uint16)
    for row in counts:
        row[:] = np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names)) if len(names) else 0
    return counts[:, member]


def value_of(statistic: Statistic, n: int) -> float | None:
    """The statistic over `n` questions, each once; None where there is nothing to measure."""
    value = float(statistic(np.ones((1, n)))[0])
    return None if np.isnan(value) else value


def interval(statistic: Statistic, draws: Draws) -> Interval | None:
    """The percentile interval of a statistic; None where no draw leaves anything to measure."""
    return _middle(np.concatenate([statistic(weights) for weights in _batches(draws)]))


def paired_interval(statistic: Statistic, draws: Draws) -> Interval | None:
    """The percentile interval of the first run's statistic less the second's, the same questions drawn for both."""
    nothing = np.zeros((_BATCH, draws.shape[1]))
    differences = [
        statistic(np.hstack([weights, nothing[: len(weights)]]))
        - statistic(np.hstack([nothing[: len(weights)], weights]))
        for weights in _batches(draws)
    ]
    return _middle(np.concatenate(differences))


def difference(statistic: Statistic, n: int) -> float | None:
    """The first run's statistic less the second's, each over its `n` questions; None where one has no value."""
    first, second = np.repeat([[1.0, 0.0]], n, axis=1), np.repeat([[0.0, 1.0]], n, axis=1)
    value = float((statistic(first) - statistic(second))[0])
    return None if np.isnan(value) else value


def randomisation(
    statistic: Statistic, groups: Sequence[str], resamples: int = RESAMPLES, seed: int = 0
) -> float | None:
    """The two-sided p of a paired difference, by Fisher's randomisation; None where there is no difference to test.

    It is the chance of a difference at least as large when the two runs swap their labels at random, group by group.
    """
    observed = difference(statistic, len(groups))
    if observed is None:
        return None
    rng = np.random.default_rng(seed)
    names, member = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    extreme = 0
    for start in range(0, resamples, _BATCH):
        kept = rng.integers(0, 2, (min(_BATCH, resamples - start), len(names)))[:, member].astype(np.float64)
        swapped = 1 - kept
        drawn = statistic(np.hstack([kept, swapped])) - statistic(np.hstack([swapped, kept]))
        # NaN, where a swap leaves nothing to measure, counts as extreme: that can only make p larger.
        extreme += int((~(np.abs(drawn) < abs(observed) - ROUNDING)).sum())
    return (extreme + 1) / (resamples + 1)


def tally(first: Sequence[float], second: Sequence[float], *, higher_is_better: bool = True) -> Tally:
    """Wins, losses and ties of the first run, question by question."""
    signs = np.sign(np.subtract(first, second)) * (1 if higher_is_better else -1)
    return Tally(int((signs > 0).sum()), int((signs < 0).sum()), int((signs == 0).sum()))


def _batches(draws: Draws) -> list[Values]:
    return [draws[start : start + _BATCH].astype(np.float64) for start in range(0, len(draws), _BATCH)]


def _middle(values: Values) -> Interval | None:
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return Interval(float(low), float(high))
