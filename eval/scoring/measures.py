"""The named measures of a run: what each reads from a record, and how that adds up over the records.

Most are the mean of a value that each question has for itself. Those of confidence set it beside a label, over all
questions together. Latency is a percentile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np

from corpus.errors import InputError
from eval import formulas
from eval.formulas import Values
from eval.runs.records import BM25, DENSE, HYBRID, Ranked, Record
from eval.scoring.significance import Statistic
from eval.short_answers import exact, word_f1

RecordValue: TypeAlias = Callable[[Record], float | None]
"""A number of one record; None where there is none, so that the measure does not apply to it."""

ConfidenceFormula: TypeAlias = Callable[[Values, Values, Values | None], Values]
"""From confidences, labels and weights to a value a resample: see `eval.formulas`."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A measure on some records: its statistic, and the number of records `n` that it applies to."""

    statistic: Statistic
    n: int


@dataclass(frozen=True, slots=True)
class MeanMeasure:
    """The mean of a value that each question has for itself."""

    tested: ClassVar[bool] = True

    name: str
    value: RecordValue
    higher_is_better: bool = True

    def apply(self, records: Sequence[Record]) -> Applied:
        """The mean over the records that have a value."""
        rows, values = _read(self.value, records)
        return Applied(lambda weights: formulas.mean(values, weights[:, rows]), len(rows))


@dataclass(frozen=True, slots=True)
class LatencyMeasure:
    """A percentile (`share`, 0..1) of the time that one ranking takes, in milliseconds.

    A difference between two runs is not tested, because latency also tells how busy the machine was.
    """

    tested: ClassVar[bool] = False

    name: str
    ranking: str
    share: float
    higher_is_better: bool = False

    def apply(self, records: Sequence[Record]) -> Applied:
        """The percentile over the records that were timed."""
        rows, times = _read(self._took_ms, records)
        return Applied(lambda weights: formulas.percentile(times, weights[:, rows], share=self.share), len(rows))

    def _took_ms(self, record: Record) -> float | None:
        ranked = record.rankings.get(self.ranking)
        return ranked.took_ms if ranked else None


@dataclass(frozen=True, slots=True)
class ConfidenceMeasure:
    """How well confidence agrees with a label, such as whether the answer is right: a formula over all questions."""

    tested: ClassVar[bool] = True

    name: str
    label: Callable[[Record], bool | None]
    formula: ConfidenceFormula
    higher_is_better: bool = True

    def apply(self, records: Sequence[Record]) -> Applied:
        """The formula over the records that have both confidence and label."""
        judged = [
            (row, record.confidence, label)
            for row, record in enumerate(records)
            if record.confidence is not None and (label := self.label(record)) is not None
        ]
        rows = [row for row, _, _ in judged]
        confidences = np.array([confidence for _, confidence, _ in judged], np.float64)
        labels = np.array([label for _, _, label in judged], np.float64)
        return Applied(lambda weights: self.formula(confidences, labels, weights[:, rows]), len(rows))


Measure: TypeAlias = MeanMeasure | LatencyMeasure | ConfidenceMeasure
"""`tested` says whether a difference between two runs is tested for significance."""


def _read(value: RecordValue, records: Sequence[Record]) -> tuple[list[int], Values]:
    """The rows of the records that have a value, and the values: (rows,) each."""
    values = {row: number for row, record in enumerate(records) if (number := value(record)) is not None}
    return list(values), np.array(list(values.values()), np.float64)


def of_ranking(ranking: str, value: Callable[[Record, Ranked], float | None]) -> RecordValue:
    """A value of one ranking, for answerable questions only. One whose text is absent counts as missed."""

    def read(record: Record) -> float | None:
        ranked = record.rankings.get(ranking)
        return value(record, ranked) if ranked and record.answerable else None

    return read


def _document_grades(record: Record, ranked: Ranked) -> list[float] | None:
    """Whether each document of a ranking of passages has gold, in the order of their first passages.

    None where documents are ranked in the first place.
    """
    if ranked.recall is None:
        return None
    gold = {gold.document for gold in record.gold}
    return [int(name in gold) for name in dict.fromkeys(passage.rpartition(":")[0] for passage in ranked.ids)]


def _document_hit(record: Record, ranked: Ranked) -> float | None:
    grades = _document_grades(record, ranked)
    return None if grades is None else formulas.hit_at(grades, 1)


def _document_rank(record: Record, ranked: Ranked) -> float | None:
    grades = _document_grades(record, ranked)
    return None if grades is None else formulas.reciprocal_rank(grades, 10)


def _measures_of(ranking: str) -> list[Measure]:
    """The measures that every ranking has, those of a baseline under its name."""
    prefix = "" if ranking == HYBRID else f"{ranking}/"
    values: dict[str, Callable[[Record, Ranked], float | None]] = {
        "hit@1": lambda _, ranked: formulas.hit_at(ranked.grades, 1),
        "hit@3": lambda _, ranked: formulas.hit_at(ranked.grades, 3),
        "hit@5": lambda _, ranked: formulas.hit_at(ranked.grades, 5),
        "MRR@10": lambda _, ranked: formulas.reciprocal_rank(ranked.grades, 10),
        "nDCG@10": lambda record, ranked: formulas.ndcg_at(ranked.grades, record.judged, 10),
        "document_hit@1": _document_hit,
        "document_MRR@10": _document_rank,
        "span_recall@5": lambda _, ranked: ranked.recall,
        "span_precision@5": lambda _, ranked: ranked.precision,
        "span_recall@2000": lambda _, ranked: ranked.recall_2000,
        "span_recall@4000": lambda _, ranked: ranked.recall_4000,
    }
    return [MeanMeasure(prefix + name, of_ranking(ranking, value)) for name, value in values.items()]


def _latencies_of(ranking: str) -> list[Measure]:
    prefix = "" if ranking == HYBRID else f"{ranking}/"
    return [LatencyMeasure(f"{prefix}latency_p{percent}", ranking, percent / 100) for percent in (50, 95)]


def _is_right(record: Record) -> bool | None:
    return record.right


def _is_answerable(record: Record) -> bool | None:
    return record.answerable


def _right(record: Record) -> float | None:
    return float(record.right) if record.answerable and record.right is not None else None


def _wrongly_refused(record: Record) -> float | None:
    if not record.answerable or record.right is None:
        return None
    return float(bool(record.right and record.abstained))


def _short(formula: Callable[[str, Sequence[str]], float]) -> RecordValue:
    """How well the short answer of an answerable question agrees with its gold."""

    def read(record: Record) -> float | None:
        if not record.answerable or record.right is None or record.short is None:
            return None
        return formula(record.short, [gold.quote for gold in record.gold])

    return read


def _sure(record: Record) -> float | None:
    """Whether an answer that was given as sure is right."""
    is_sure = record.level == "sure" and not record.abstained
    return float(bool(record.right)) if is_sure and record.right is not None else None


def _is_sure(record: Record) -> float | None:
    return float(record.level == "sure" and not record.abstained) if record.answerable and record.level else None


def _wrongly_answered(record: Record) -> float | None:
    return None if record.answerable or record.confidence is None else float(not record.abstained)


MEASURES: tuple[Measure, ...] = (
    *_measures_of(HYBRID),
    MeanMeasure("answer_accuracy", _right),
    ConfidenceMeasure("AUROC", _is_right, formulas.auroc),
    ConfidenceMeasure("AUROC_answerable", _is_answerable, formulas.auroc),
    ConfidenceMeasure("coverage@risk5%", _is_right, formulas.coverage_at_risk),
    ConfidenceMeasure("brier", _is_right, formulas.brier, higher_is_better=False),
    ConfidenceMeasure("calibration_error", _is_right, formulas.calibration_error, higher_is_better=False),
    MeanMeasure("wrongly_refused", _wrongly_refused, higher_is_better=False),
    MeanMeasure("wrongly_answered", _wrongly_answered, higher_is_better=False),
    MeanMeasure("right_when_sure", _sure),
    MeanMeasure("sure", _is_sure),
    MeanMeasure("short_exact", _short(exact)),
    MeanMeasure("short_F1", _short(word_f1)),
    *_latencies_of(HYBRID),
    *(measure for ranking in (BM25, DENSE) for measure in (*_measures_of(ranking), *_latencies_of(ranking))),
)


def measure_named(name: str) -> Measure:
    """The measure of that name, in any case; raises InputError with the names there are."""
    for measure in MEASURES:
        if measure.name.casefold() == name.casefold():
            return measure
    raise InputError(f"no measure is called {name!r}; give one of {', '.join(measure.name for measure in MEASURES)}")
