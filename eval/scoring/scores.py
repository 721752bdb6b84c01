"""The value of every measure of a run, with its interval, and the confidences that it gives."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.formulas import Values
from eval.runs.records import Record, Run
from eval.scoring import significance
from eval.scoring.measures import MEASURES, Measure


@dataclass(frozen=True, slots=True)
class Score:
    """A measure's value over the `n` questions it applies to, with its 95 % bootstrap interval; None where n is 0."""

    name: str
    n: int
    value: float | None
    low: float | None
    high: float | None


def resampled_groups(records: Sequence[Record], by_group: bool) -> list[str]:
    """What the bootstrap draws as a whole, for each record: its fact or article, or only itself."""
    return [record.group if by_group else str(row) for row, record in enumerate(records)]


def score(run: Run, *, by_group: bool = False) -> tuple[Score, ...]:
    """Every measure of the run; its value is None where there is nothing to measure."""
    draws = significance.draw(resampled_groups(run.records, by_group))
    return tuple(_score(measure, run.records, draws) for measure in MEASURES)


def _score(measure: Measure, records: Sequence[Record], draws: significance.Draws) -> Score:
    applied = measure.apply(records)
    value = significance.value_of(applied.statistic, len(records))
    if value is None:
        return Score(measure.name, 0, None, None, None)
    interval = significance.interval(applied.statistic, draws) or significance.Interval(value, value)
    return Score(measure.name, applied.n, value, interval.low, interval.high)


@dataclass(frozen=True, slots=True)
class JudgedConfidences:
    """The confidence (n,) of every question whose best answer was judged, and whether that was right (n,), 1 or 0."""

    confidence: Values
    right: Values


def judged_confidences(run: Run) -> JudgedConfidences:
    """What a run says about confidence; empty arrays where it was asked for no answer."""
    judged = [(r.confidence, r.right) for r in run.records if r.confidence is not None and r.right is not None]
    confidence, right = np.array(judged, np.float64).reshape(-1, 2).T
    return JudgedConfidences(confidence, right)
