"""Differences that are noise, differences that are not, and what has no counterpart."""

from dataclasses import replace

import pytest

from corpus.errors import InputError
from eval.runs.records import HYBRID, Ranked, Record, Run
from eval.scoring.compare import Change, Flip, compare
from eval.scoring.significance import Interval, Tally


def record(name: str, rank: int | None, *, right: bool | None = True, took_ms: float = 2.0) -> Record:
    grades = tuple(int(at == rank) for at in range(1, 11))
    rankings = {HYBRID: Ranked(tuple(f"a:{at}" for at in range(10)), grades, 1.0, 0.1, took_ms)}
    return Record(
        name, "Who?", "", name, True, False, (), "", (1,), rankings, (), right, 0.5, None, {}, {}
    )  # fmt: skip


def run(*ranks: int | None, name: str = "r", took_ms: float = 2.0) -> Run:
    records = tuple(record(f"q{at}", rank, took_ms=took_ms) for at, rank in enumerate(ranks))
    return Run(name, "2026-01-01", "set", "ab", "span", "s", {}, (), records)


def change(old: Run, new: Run, name: str) -> Change:
    return next(change for change in compare(old, new).changes if change.name == name)


def test_a_gain_beyond_noise_is_better() -> None:
    changed = change(run(*[2] * 40), run(*[1] * 30, *[2] * 10), "hit@1")
    assert (changed.n, changed.old, changed.new, changed.difference) == (40, 0.0, 0.75, 0.75)
    assert (changed.tally, changed.verdict) == (Tally(30, 0, 10), "better")
    assert changed.p is not None
    assert changed.p < 0.01
    assert 0.55 < changed.interval.low < 0.7 < 0.8 < changed.interval.high < 0.95


def test_the_reverse_is_worse() -> None:
    changed = change(run(*[1] * 30, *[2] * 10), run(*[2] * 40), "hit@1")
    assert (changed.difference, changed.tally, changed.verdict) == (-0.75, Tally(0, 30, 10), "worse")


def test_a_change_smaller_than_its_noise_says_so() -> None:
    changed = change(run(1, 2, 1, 2), run(2, 1, 1, 1), "hit@1")
    assert (changed.difference, changed.tally) == (0.25, Tally(2, 1, 1))
    assert changed.verdict == "no difference beyond noise"
    assert changed.p is not None
    assert changed.p > 0.5


def test_equal_runs_have_no_difference() -> None:
    compared = compare(run(1, 2), run(1, 2))
    assert {change.verdict for change in compared.changes} == {"no difference beyond noise", "not judged"}
    assert {(change.difference, change.interval) for change in compared.changes} == {(0.0, Interval(0, 0))}
    assert {change.p for change in compared.changes} == {1.0, None}
    assert compared.flips == ()


def test_less_of_a_harm_is_better() -> None:
    refused = run(*[1] * 20)
    refused = replace(refused, records=tuple(replace(record, abstained="low_confidence") for record in refused.records))
    changed = change(refused, run(*[1] * 20), "wrongly_refused")
    assert (changed.difference, changed.tally, changed.verdict) == (-1.0, Tally(20, 0, 0), "better")


def test_latency_is_shown_but_not_judged() -> None:
    changed = change(run(*[1] * 20, took_ms=3.0), run(*[1] * 20, took_ms=2.0), "latency_p50")
    assert (changed.old, changed.new, changed.difference, changed.interval) == (3.0, 2.0, -1.0, Interval(-1, -1))
    assert (changed.p, changed.tally, changed.verdict) == (None, None, "not judged")


def test_questions_that_changed_are_listed() -> None:
    old, new = run(1, 2, 1), run(1, 1, None)
    new = replace(new, records=(replace(new.records[0], right=False), *new.records[1:]))
    assert compare(old, new).flips == (
        Flip("q0", "Who?", 1, 1, True, False),
        Flip("q1", "Who?", 2, 1, True, True),
        Flip("q2", "Who?", 1, None, True, True),
    )


def test_only_questions_of_both_runs_count() -> None:
    compared = compare(run(1, 2, 2), replace(run(1, 1), sha256="cd"))
    assert {change.n for change in compared.changes if change.name == "hit@1"} == {2}
    assert compared.notes == (
        "questions asked in one run only, left out: 1",
        "the runs are on different versions of the dataset",
    )


def test_measures_that_one_run_lacks_are_left_out() -> None:
    new = run(1, 1)
    new = replace(new, records=tuple(replace(record, right=None, confidence=None) for record in new.records))
    names = {change.name for change in compare(run(1, 2), new).changes}
    assert "hit@1" in names
    assert "answer_accuracy" not in names


def test_runs_that_share_no_question_are_refused() -> None:
    other = run(1)
    other = replace(other, id="r2", records=(replace(other.records[0], id="other"),))
    with pytest.raises(InputError, match=r"^runs r and r2 share no question; compare runs of one dataset$"):
        compare(run(1), other)


def test_only_the_named_measures_are_compared() -> None:
    assert [change.name for change in compare(run(1, 2), run(1, 1), names=("MRR@10", "hit@1")).changes] == [
        "hit@1",
        "MRR@10",
    ]


def test_runs_of_different_scope_are_compared_with_a_note() -> None:
    within = replace(run(1), settings={"within": "article"})
    note = ("only one of the runs asked every question of its own article",)
    assert compare(run(1), within).notes == compare(within, run(1)).notes == note
    assert compare(within, within).notes == ()
