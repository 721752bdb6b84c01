"""Two runs over the same questions: what changed, and whether it is more than noise."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from corpus.errors import InputError
from eval.formulas import mean
from eval.runs.records import Record, Run, first_rank
from eval.scoring import significance
from eval.scoring.measures import MEASURES, Measure, groups
from eval.scoring.significance import Interval, Tally

Verdict: TypeAlias = Literal["better", "worse", "no difference beyond noise", "not judged"]

SIGNIFICANT = 0.05
_OWN = [one for one in MEASURES if "/" not in one.name]  # the baselines are no part of what is compared


@dataclass(frozen=True, slots=True)
class Change:
    """One measure in both runs over `n` questions: `difference` is new less old, `p` two-sided by randomisation.

    `tally` counts questions on which the new run did better, worse and the same; None where the measure has no
    value for a single question. Latency is not judged and has no `p`: it also varies with the machine's load.
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
    """A question whose rank of the first relevant hit (None beyond 10) or whose answer changed."""

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


def compare(old: Run, new: Run, *, by_group: bool = False, names: Collection[str] | None = None) -> Comparison:
    """Compare the questions that both runs asked, as `new` against `old`, on the named measures (all where None).

    Raises InputError where no question was asked in both.
    """
    asked = {record.id: record for record in old.records}
    pairs = [(asked[record.id], record) for record in new.records if record.id in asked]
    if not pairs:
        raise InputError(f"runs {old.id} and {new.id} share no question; compare runs of one dataset")
    draws = significance.draw(groups([record for _, record in pairs], by_group))
    wanted = [one for one in _OWN if names is None or one.name in names]
    changes = [change for one in wanted if (change := _change(one, pairs, draws, by_group))]
    flips = (flip for before, after in pairs if (flip := _flip(before, after)))
    left = len(old.records) + len(new.records) - 2 * len(pairs)
    alone = (f"questions asked in one run only, left out: {left}",) if left else ()
    other = ("the runs are on different versions of the dataset",) if old.sha256 != new.sha256 else ()
    narrower = old.settings.get("within") != new.settings.get("within")
    scope = ("only one of the runs asked every question of its own article",) if narrower else ()
    return Comparison(old, new, tuple(changes), tuple(flips), alone + other + scope)


def _change(
    one: Measure, pairs: Sequence[tuple[Record, Record]], draws: significance.Draws, by_group: bool
) -> Change | None:
    before, after = [old for old, _ in pairs], [new for _, new in pairs]
    statistic, n = one.statistic(after + before)
    difference = significance.difference(statistic, len(pairs))
    if difference is None:
        return None
    interval = significance.paired_interval(statistic, draws) or Interval(difference, difference)
    p = significance.randomisation(statistic, groups(after, by_group)) if one.judged else None
    verdict: Verdict = "not judged" if p is None else "no difference beyond noise"
    if p is not None and p < SIGNIFICANT and difference:
        verdict = "better" if (difference > 0) == one.higher_is_better else "worse"
    new, old = (float(one.statistic(side)[0](np.ones((1, len(side))))[0]) for side in (after, before))
    return Change(one.name, n // 2, old, new, difference, interval, p, _tally(one, pairs), verdict)


def _tally(one: Measure, pairs: Sequence[tuple[Record, Record]]) -> Tally | None:
    """Per-question wins and losses, where the measure is a mean of what single questions score."""
    if one.aggregate is not mean:
        return None
    values = [(old[0], new[0]) for before, after in pairs if (old := one.pick(before)) and (new := one.pick(after))]
    olds, news = [old for old, _ in values], [new for _, new in values]
    return significance.tally(news, olds, higher_is_better=one.higher_is_better)


def _flip(old: Record, new: Record) -> Flip | None:
    ranks = first_rank(old), first_rank(new)
    changed = ranks[0] != ranks[1] or (None not in (old.right, new.right) and old.right != new.right)
    return Flip(new.id, new.text, *ranks, old.right, new.right) if changed else None
