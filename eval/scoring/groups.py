"""The measures of a run for each kind of question, or each genre of text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from eval.runs.records import Record, Run
from eval.scoring.measures import measure_named

By: TypeAlias = Literal["kind", "genre"]

GROUP_MEASURES = ("answer_accuracy", "wrongly_refused", "wrongly_answered", "right_when_sure")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over the `n` questions that it applies to; `value` is None where n is 0."""

    n: int
    value: float | None


@dataclass(frozen=True, slots=True)
class GroupScore:
    """The questions of one kind or genre, `-` where they name none, and their `GROUP_MEASURES`."""

    name: str
    questions: int
    measures: Mapping[str, Figure]


def score_groups(run: Run, by: By) -> tuple[GroupScore, ...]:
    """Every group in the order of the names; empty where no question names one."""
    groups: dict[str, list[Record]] = {}
    for record in run.records:
        groups.setdefault(getattr(record, by) or "-", []).append(record)
    if set(groups) <= {"-"}:
        return ()
    return tuple(_score(name, records) for name, records in sorted(groups.items()))


def _score(name: str, records: Sequence[Record]) -> GroupScore:
    return GroupScore(name, len(records), {measure: figure_of(measure, records) for measure in GROUP_MEASURES})


def figure_of(measure: str, records: Sequence[Record]) -> Figure:
    """A measure over some records."""
    applied = measure_named(measure).apply(records)
    return Figure(applied.n, float(applied.statistic(np.ones((1, len(records))))[0]) if applied.n else None)
