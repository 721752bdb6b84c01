"""How sure a number is, and whether two differ by more than noise.

Every statistic is a function of `weights` (resamples, questions), how often each question was drawn, so one set of
draws serves all measures. Paired statistics read the questions of two runs one after the other, (resamples, 2 n).
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
_CHUNK = 250


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95 % of a bootstrap distribution."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Questions on which the first of two runs did better, worse, and the same."""

    wins: int
    losses: int
    ties: int


def draw(groups: Sequence[str], resamples: int = RESAMPLES, seed: int = 0) -> Draws:
    """Bootstrap counts (resamples, questions): whole groups are drawn, with replacement (Efron 1979)."""
    rng = np.random.default_rng(seed)
    names, member = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    counts = np.zeros((resamples, len(names)), np.uint16)
    for row in counts:
        row[:] = np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names)) if len(names) else 0
    return counts[:, member]


def interval(statistic: Statistic, draws: Draws) -> Interval | None:
    """The percentile interval of a statistic; None where no draw leaves anything to measure."""
    return _middle(np.concatenate([statistic(part) for part in _chunks(draws)]))


def paired_interval(statistic: Statistic, draws: Draws) -> Interval | None:
    """The percentile interval of the first run's statistic less the second's, the same questions drawn for both."""
    nothing = np.zeros((_CHUNK, draws.shape[1]))
    differences = [
        statistic(np.hstack([part, nothing[: len(part)]])) - statistic(np.hstack([nothing[: len(part)], part]))
        for part in _chunks(draws)
    ]
    return _middle(np.concatenate(differences))


def difference(statistic: Statistic, n: int) -> float | None:
    """The first run's statistic less the second's, each over its `n` questions; None where there is none."""
    first, second = np.repeat([[1.0, 0.0]], n, axis=1), np.repeat([[0.0, 1.0]], n, axis=1)
    value = float((statistic(first) - statistic(second))[0])
    return None if np.isnan(value) else value


def randomisation(
    statistic: Statistic, groups: Sequence[str], resamples: int = RESAMPLES, seed: int = 0
) -> float | None:
    """Two-sided p of a difference at least as large when the runs swap labels at random, group by group (Fisher)."""
    observed = difference(statistic, len(groups))
    if observed is None:
        return None
    rng = np.random.default_rng(seed)
    names, member = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    extreme = 0
    for start in range(0, resamples, _CHUNK):
        kept = rng.integers(0, 2, (min(_CHUNK, resamples - start), len(names)))[:, member].astype(np.float64)
        swapped = 1 - kept
        drawn = statistic(np.hstack([kept, swapped])) - statistic(np.hstack([swapped, kept]))
        extreme += int((~(np.abs(drawn) < abs(observed) - 1e-12)).sum())
    return (extreme + 1) / (resamples + 1)


def tally(first: Sequence[float], second: Sequence[float], *, higher_is_better: bool = True) -> Tally:
    """Wins, losses and ties of the first, question by question."""
    signs = np.sign(np.subtract(first, second)) * (1 if higher_is_better else -1)
    return Tally(int((signs > 0).sum()), int((signs < 0).sum()), int((signs == 0).sum()))


def _chunks(draws: Draws) -> list[Values]:
    return [draws[start : start + _CHUNK].astype(np.float64) for start in range(0, len(draws), _CHUNK)]


def _middle(values: Values) -> Interval | None:
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return Interval(float(low), float(high))
