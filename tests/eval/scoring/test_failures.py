"""Every missed question has exactly one cause."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.datasets.questions import Gold
from eval.runs.records import BM25, DENSE, HYBRID, Ranked, Record, Run
from eval.scoring.failures import CAUSES, Cause, cause_of, count_causes, describe, find_failures
from service.answering.answer import Evidence


def ranked(*grades: int) -> Ranked:
    return Ranked(tuple(f"a:{number}" for number in range(len(grades))), grades, 0.0, 0.0, 1.0)


RIGHT = Record(
    id="q1",
    text="Who heads it?",
    kind="who",
    group="head",
    answerable=True,
    absent=False,
    gold=(Gold("centre", 4, 11, "Beridze"),),
    context="Mr Beridze heads\nit.",
    judged=(1,),
    rankings={HYBRID: ranked(1, 0), DENSE: ranked(1), BM25: ranked(1)},
    evidence=(Evidence("centre", 0, 20, "Mr Beridze heads\nit.", 1),),
    right=True,
    confidence=0.9,
    abstained=None,
    features={},
    signals={},
)
WRONG = replace(RIGHT, right=False)
LOW = replace(WRONG, rankings={HYBRID: ranked(0, 1), DENSE: ranked(0), BM25: ranked(1)})


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (RIGHT, None),
        (replace(RIGHT, abstained="low_confidence"), "wrongly refused"),
        (WRONG, "right passage, wrong sentence"),
        (replace(WRONG, abstained="low_confidence"), "right passage, wrong sentence"),
        (LOW, "ranked too low"),
        (replace(LOW, evidence=(replace(RIGHT.evidence[0], passage=2),)), "right passage, wrong sentence"),
        (replace(LOW, judged=()), "cut by passage boundaries"),
        (replace(LOW, judged=(), absent=True), "not in the corpus"),
        (replace(WRONG, answerable=False), "wrongly answered"),
        (replace(WRONG, answerable=False, abstained="low_confidence"), None),
        (replace(RIGHT, right=None), None),
        (replace(LOW, right=None, evidence=(replace(RIGHT.evidence[0], passage=2),)), "ranked too low"),
    ],
)
def test_causes(record: Record, expected: Cause | None) -> None:
    assert cause_of(record) == expected


@pytest.mark.parametrize(
    ("dense", "bm25", "signal"),
    [
        ((0,), (1,), "dense"),
        ((1,), (0, 1), "bm25"),
        ((0, 1), (), "dense and bm25"),
        ((1,), (1, 0), "the fusion"),
    ],
)
def test_the_signal_that_ranked_it_low(dense: tuple[int, ...], bm25: tuple[int, ...], signal: str) -> None:
    record = replace(LOW, rankings={HYBRID: ranked(0), DENSE: ranked(*dense), BM25: ranked(*bm25)})
    (failure,) = find_failures(Run("r", "", "set", "ab", "span", "s", {}, (), (RIGHT, record)))
    assert (failure.cause, failure.signal, failure.record) == ("ranked too low", signal, record)


def test_without_baselines_no_signal_is_blamed() -> None:
    record = replace(LOW, rankings={HYBRID: ranked(0)})
    (failure,) = find_failures(Run("r", "", "set", "ab", "span", "s", {}, (), (record,)))
    assert failure.signal == ""


@given(st.builds(lambda **changes: replace(LOW, **changes), answerable=st.booleans(), absent=st.booleans(),
    judged=st.sampled_from([(), (1,)]), right=st.sampled_from([True, False, None]),
    abstained=st.sampled_from([None, "no_match"])))  # fmt: skip
def test_a_wrong_answer_always_has_a_cause(record: Record) -> None:
    cause = cause_of(record)
    assert cause is None or cause in CAUSES
    delivered = bool(record.right and not record.abstained) if record.answerable else bool(record.abstained)
    assert delivered == (cause is None)


def test_counts_by_cause_and_signal() -> None:
    failures = find_failures(Run("r", "", "set", "ab", "span", "s", {}, (), (LOW, WRONG, LOW)))
    assert count_causes(failures) == {("ranked too low", "dense"): 2, ("right passage, wrong sentence", ""): 1}


def test_a_case_is_printed_with_its_gold_in_context() -> None:
    (failure,) = find_failures(Run("r", "", "set", "ab", "span", "s", {}, (), (LOW,)))
    assert describe(failure).splitlines() == [
        "q1  ranked too low (dense)",
        "  question    Who heads it?",
        "  gold        centre:4-11  Mr [Beridze] heads it.",
        "  hybrid      relevant at 2, first a:0",
        "  dense       nothing relevant, first a:0",
        "  bm25        relevant at 1, first a:0",
        "  answer      centre:0-20  Mr Beridze heads it.",
        "  confidence  0.90, answered",
    ]
