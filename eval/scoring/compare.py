"""Two runs over the same questions: what changed, and whether it is more than noise."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from corpus.errors import InputError
from eval.runs.records import Record, Run, first_rank
from eval.scoring import significance
from eval.scoring.measures import MEASURES, MeanMeasure, Measure
from eval.scoring.scores import resampled_groups
from eval.scoring.significance import Draws, Interval, Tally

Verdict: TypeAlias = Literal["better", "worse", "no difference beyond noise", "not judged"]

SIGNIFICANT = 0.05  # a difference with a smaller p is more than noise
COMPARED = tuple(measure for measure in MEASURES if "/" not in measure.name)  # the service's, not the baselines'


@dataclass(frozen=True, slots=True)
class Change:
    """One measure in both runs, over the `n` questions that it applies to.

    `difference` is new less old, with its 95 % interval, `p` its two-sided p by randomisation. Latency has no `p` and
    is not judged. `tally` counts questions on which the new run did better, worse and the same; None where the measure
    has no value for a single question.
    """

    name: str
    n: int
    old: float
    new: float
    difference: float
    interval: Interval
    p: float | None
    tally: Tally | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Flip:
    """A question whose answer, or whose rank of the first relevant hit (None beyond 10), changed."""

    id: str
    text: str
    old_rank: int | None
    new_rank: int | None
    old_right: bool | None
    new_right: bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every measure that both runs have, the questions that changed, and what could not be compared."""

    old: Run
    new: Run
    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Paired:
    """The records of the questions that both runs asked: the two of one question at the same index."""

    old: tuple[Record, ...]
    new: tuple[Record, ...]


def compare(old: Run, new: Run, *, by_group: bool = False, names: Collection[str] | None = None) -> Comparison:
    """Compare the questions that both runs asked on the named measures (all where None).

    Raises InputError where no question was asked in both.
    """
    paired = _pair(old, new)
    groups = resampled_groups(paired.new, by_group)
    draws = significance.draw(groups)
    measures = [measure for measure in COMPARED if names is None or measure.name in names]
    changes = [change for measure in measures if (change := _change(measure, paired, draws, groups))]
    flips = [flip for pair in zip(paired.old, paired.new, strict=True) if (flip := _flip(*pair))]
    return Comparison(old, new, tuple(changes), tuple(flips), _notes(old, new, len(paired.new)))


def _pair(old: Run, new: Run) -> _Paired:
    by_id = {record.id: record for record in old.records}
    shared = tuple(record for record in new.records if record.id in by_id)
    if not shared:
        raise InputError(f"runs {old.id} and {new.id} share no question; compare runs of one dataset")
    return _Paired(tuple(by_id[record.id] for record in shared), shared)


def _notes(old: Run, new: Run, shared: int) -> tuple[str, ...]:
    """What makes the two runs less than comparable."""
    notes = []
    if alone := len(old.records) + len(new.records) - 2 * shared:
        notes.append(f"questions asked in one run only, left out: {alone}")
    if old.sha256 != new.sha256:
        notes.append("the runs are on different versions of the dataset")
    if old.settings.get("within") != new.settings.get("within"):
        notes.append("only one of the runs asked every question of its own article")
    return tuple(notes)


def _change(measure: Measure, paired: _Paired, draws: Draws, groups: Sequence[str]) -> Change | None:
    """None where one of the runs has nothing to measure."""
    both = measure.apply(paired.new + paired.old)
    difference = significance.difference(both.statistic, len(groups))
    new, old = (
        significance.value_of(measure.apply(records).statistic, len(records)) for records in (paired.new, paired.old)
    )
    if difference is None or new is None or old is None:
        return None
    interval = significance.paired_interval(both.statistic, draws) or Interval(difference, difference)
    p = significance.randomisation(both.statistic, groups) if measure.tested else None
    verdict: Verdict = "not judged" if p is None else "no difference beyond noise"
    if p is not None and p < SIGNIFICANT and difference:
        verdict = "better" if (difference > 0) == measure.higher_is_better else "worse"
    return Change(measure.name, both.n // 2, old, new, difference, interval, p, _tally(measure, paired), verdict)


def _tally(measure: Measure, paired: _Paired) -> Tally | None:
    """Wins and losses question by question; None where single questions have no value that tells better from worse."""
    if not isinstance(measure, MeanMeasure):
        return None
    pairs = ((measure.value(new), measure.value(old)) for new, old in zip(paired.new, paired.old, strict=True))
    valued = [(new, old) for new, old in pairs if new is not None and old is not None]
    news, olds = [new for new, _ in valued], [old for _, old in valued]
    return significance.tally(news, olds, higher_is_better=measure.higher_is_better)


def _flip(old: Record, new: Record) -> Flip | None:
    """None where neither the rank nor the answer changed."""
    old_rank, new_rank = first_rank(old), first_rank(new)
    answer_changed = None not in (old.right, new.right) and old.right != new.right
    if old_rank == new_rank and not answer_changed:
        return None
    return Flip(new.id, new.text, old_rank, new_rank, old.right, new.right)
