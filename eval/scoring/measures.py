"""The named measures of a run: what each reads from a record, and how it sums up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from corpus.errors import InputError
from eval import formulas as metrics
from eval.formulas import Values
from eval.runs.records import BM25, DENSE, HYBRID, Ranked, Record, Run
from eval.scoring import significance
from eval.scoring.significance import Statistic

Pick: TypeAlias = Callable[[Record], tuple[float, bool] | None]
Aggregate: TypeAlias = Callable[[Values, Values, Values | None], Values]


@dataclass(frozen=True, slots=True)
class Measure:
    """`pick` gives a record's value and label, None where the measure does not apply; `aggregate` sums them up.

    `judged`: a difference between runs says something about them; latency also tells how busy the machine was.
    """

    name: str
    pick: Pick
    aggregate: Aggregate = metrics.mean
    higher_is_better: bool = True
    judged: bool = True

    def statistic(self, records: Sequence[Record]) -> tuple[Statistic, int]:
        """The measure as a function of how often each record counts, and to how many of them it applies."""
        picked = {at: pair for at, record in enumerate(records) if (pair := self.pick(record))}
        at, values = list(picked), np.array([value for value, _ in picked.values()], np.float64)
        labels = np.array([label for _, label in picked.values()], np.float64)
        return lambda weights: self.aggregate(values, labels, weights[:, at]), len(at)


@dataclass(frozen=True, slots=True)
class Score:
    """A measure's value over the `n` questions it applies to, with its 95 % bootstrap interval; None where n is 0."""

    name: str
    n: int
    value: float | None
    low: float | None
    high: float | None


def by_rank(ranking: str, value: Callable[[Record, Ranked], float | None]) -> Pick:
    """Over answerable questions; one whose text is absent counts as missed."""

    def pick(record: Record) -> tuple[float, bool] | None:
        ranked = record.rankings.get(ranking)
        found = value(record, ranked) if ranked and record.answerable else None
        return None if found is None else (found, False)

    return pick


def _documents(record: Record, ranked: Ranked) -> list[int] | None:
    """Whether each document found, in the order of its first passage, has gold; None where documents are the unit."""
    if ranked.recall is None:
        return None
    wanted = {gold.document for gold in record.gold}
    return [int(name in wanted) for name in dict.fromkeys(key.rpartition(":")[0] for key in ranked.ids)]


def _document_hit(record: Record, ranked: Ranked) -> float | None:
    grades = _documents(record, ranked)
    return None if grades is None else metrics.hit_at(grades, 1)


def _document_rank(record: Record, ranked: Ranked) -> float | None:
    grades = _documents(record, ranked)
    return None if grades is None else metrics.reciprocal_rank(grades, 10)


def _ranking_measures(ranking: str) -> list[Measure]:
    prefix = "" if ranking == HYBRID else f"{ranking}/"
    values: dict[str, Callable[[Record, Ranked], float | None]] = {
        "hit@1": lambda _, ranked: metrics.hit_at(ranked.grades, 1),
        "hit@3": lambda _, ranked: metrics.hit_at(ranked.grades, 3),
        "hit@5": lambda _, ranked: metrics.hit_at(ranked.grades, 5),
        "MRR@10": lambda _, ranked: metrics.reciprocal_rank(ranked.grades, 10),
        "nDCG@10": lambda record, ranked: metrics.ndcg_at(ranked.grades, record.judged, 10),
        "document_hit@1": _document_hit,
        "document_MRR@10": _document_rank,
        "span_recall@5": lambda _, ranked: ranked.recall,
        "span_precision@5": lambda _, ranked: ranked.precision,
        "span_recall@2000": lambda _, ranked: ranked.recall_2000,
        "span_recall@4000": lambda _, ranked: ranked.recall_4000,
    }
    return [Measure(prefix + name, by_rank(ranking, value)) for name, value in values.items()]


def _latency_measures(ranking: str) -> list[Measure]:
    prefix = "" if ranking == HYBRID else f"{ranking}/"

    def pick(record: Record) -> tuple[float, bool] | None:
        ranked = record.rankings.get(ranking)
        return (ranked.took_ms, False) if ranked and ranked.took_ms is not None else None

    return [
        Measure(f"{prefix}latency_p{percent}", pick, partial(metrics.percentile, share=percent / 100), False, False)
        for percent in (50, 95)
    ]


def _confidence(record: Record) -> tuple[float, bool] | None:
    known = record.confidence is not None and record.right is not None
    return (record.confidence or 0.0, bool(record.right)) if known else None


def _answerable(record: Record) -> tuple[float, bool] | None:
    return None if record.confidence is None else (record.confidence, record.answerable)


def _right(record: Record) -> tuple[float, bool] | None:
    return (float(record.right), False) if record.answerable and record.right is not None else None


def _wrongly_refused(record: Record) -> tuple[float, bool] | None:
    judged = record.answerable and record.right is not None
    return (float(bool(record.right and record.abstained)), False) if judged else None


def _wrongly_answered(record: Record) -> tuple[float, bool] | None:
    judged = not record.answerable and record.confidence is not None
    return (float(not record.abstained), False) if judged else None


MEASURES: tuple[Measure, ...] = (
    *_ranking_measures(HYBRID),
    Measure("answer_accuracy", _right),
    Measure("AUROC", _confidence, metrics.auroc),
    Measure("AUROC_answerable", _answerable, metrics.auroc),
    Measure("coverage@risk5%", _confidence, metrics.coverage_at_risk),
    Measure("brier", _confidence, metrics.brier, higher_is_better=False),
    Measure("calibration_error", _confidence, metrics.calibration_error, higher_is_better=False),
    Measure("wrongly_refused", _wrongly_refused, higher_is_better=False),
    Measure("wrongly_answered", _wrongly_answered, higher_is_better=False),
    *_latency_measures(HYBRID),
    *(m for ranking in (BM25, DENSE) for m in (*_ranking_measures(ranking), *_latency_measures(ranking))),
)


def measure(name: str) -> Measure:
    """The measure of that name, in any case; raises InputError with the names there are."""
    for candidate in MEASURES:
        if candidate.name.casefold() == name.casefold():
            return candidate
    raise InputError(f"no measure is called {name!r}; give one of {', '.join(m.name for m in MEASURES)}")


def groups(records: Sequence[Record], by_group: bool) -> list[str]:
    """What is drawn as a whole: questions by themselves, or with those on the same fact or article."""
    return [record.group if by_group else str(at) for at, record in enumerate(records)]


def score(run: Run, *, by_group: bool = False) -> tuple[Score, ...]:
    """Every measure that the run's records allow, and those with nothing to measure as None."""
    draws = significance.draw(groups(run.records, by_group))
    return tuple(_score(one, run.records, draws) for one in MEASURES)


def _score(one: Measure, records: Sequence[Record], draws: significance.Draws) -> Score:
    statistic, n = one.statistic(records)
    value = float(statistic(np.ones((1, len(records))))[0])
    if np.isnan(value):
        return Score(one.name, 0, None, None, None)
    interval = significance.interval(statistic, draws) or significance.Interval(value, value)
    return Score(one.name, n, value, interval.low, interval.high)


def confidences(run: Run) -> tuple[Values, Values]:
    """Confidence (n,) and whether the best answer found is right (n,), of every question that has both."""
    pairs = [(r.confidence, r.right) for r in run.records if r.confidence is not None and r.right is not None]
    confidence, right = np.array(pairs, np.float64).reshape(-1, 2).T
    return confidence, right
