"""What each measure reads from records, and what never becomes a number."""

from dataclasses import replace

import pytest

from corpus.errors import InputError
from eval.datasets.questions import Gold
from eval.runs.records import BM25, DENSE, HYBRID, Ranked, Record, Run
from eval.scoring.measures import MEASURES, measure_named
from eval.scoring.scores import score as score_run


def ranked(*grades: int, took_ms: float = 2.0) -> Ranked:
    return Ranked(tuple(f"a:{number}" for number in range(len(grades))), grades, 0.5, 0.25, took_ms)


def record(name: str, *grades: int, answerable: bool = True, right: bool | None = True, sure: float = 0.9) -> Record:
    rankings = {HYBRID: ranked(*grades)}
    if answerable:
        rankings |= {DENSE: ranked(0, 1), BM25: ranked(0, 0, took_ms=1.0)}
    return Record(
        name, "Who?", "", name, answerable, False, (), "", (1,), rankings, (), right, sure, None, {}, {}
    )  # fmt: skip


def run(*records: Record) -> Run:
    return Run("r", "2026-01-01", "set", "ab", "span", "s", {}, (), records)


def values(run: Run) -> dict[str, tuple[int, float | None]]:
    return {score.name: (score.n, score.value) for score in score_run(run)}


def test_ranking_measures_are_over_answerable_questions() -> None:
    measured = values(run(record("a", 1), record("b", 0, 1), record("c", 0, answerable=False, right=False)))
    assert measured["hit@1"] == (2, 0.5)
    assert measured["hit@3"] == (2, 1.0)
    assert measured["MRR@10"] == (2, 0.75)
    assert measured["span_recall@5"] == (2, 0.5)
    assert measured["dense/MRR@10"] == (2, 0.5)
    assert measured["bm25/hit@5"] == (2, 0.0)
    assert measured["latency_p50"] == (3, 2.0)
    assert measured["bm25/latency_p95"] == (2, 1.0)


def test_an_absent_question_counts_as_missed() -> None:
    gone = replace(record("b", 0, right=False), absent=True, judged=())
    measured = values(run(record("a", 1), gone))
    assert (measured["hit@1"], measured["nDCG@10"], measured["answer_accuracy"]) == ((2, 0.5), (2, 0.5), (2, 0.5))


def test_answers_and_refusals() -> None:
    measured = values(
        run(
            record("a", 1, sure=0.9),
            replace(record("b", 1, sure=0.3), abstained="low_confidence"),
            replace(record("c", 0, right=False, sure=0.6), abstained="low_confidence"),
            record("d", 0, answerable=False, right=False, sure=0.7),
            replace(record("e", 0, answerable=False, right=False, sure=0.1), abstained="low_confidence"),
        )
    )
    assert measured["answer_accuracy"] == pytest.approx((3, 2 / 3))
    assert measured["wrongly_refused"] == pytest.approx((3, 1 / 3))
    assert measured["wrongly_answered"] == (2, 0.5)
    assert measured["AUROC"] == pytest.approx((5, 4 / 6))  # .9 and .3 right against .6, .7, .1
    assert measured["AUROC_answerable"] == pytest.approx((5, 4 / 6))  # .9, .3, .6 against .7, .1
    assert measured["coverage@risk5%"] == (5, 0.2)


def test_what_cannot_be_measured_is_none() -> None:
    documents = replace(record("a", 1, right=None), confidence=None)
    measured = values(run(documents))
    assert (
        measured["answer_accuracy"]
        == measured["AUROC"]
        == measured["brier"]
        == measured["wrongly_answered"]
        == (0, None)
    )
    assert measured["hit@1"] == (1, 1.0)
    assert values(run(record("a", 1)))["AUROC"] == (0, None)


def test_every_interval_holds_its_value() -> None:
    many = [record(str(number), number % 2, right=bool(number % 3), sure=number / 40) for number in range(40)]
    for score in score_run(run(*many), by_group=True):
        if score.value is not None:
            assert score.low is not None
            assert score.high is not None
            # Calibration error is biased upwards in resamples, so its value may lie below.
            assert score.low <= score.value <= score.high or score.name == "calibration_error"


def test_a_measure_is_found_by_name_in_any_case() -> None:
    assert measure_named("mrr@10").name == "MRR@10"
    with pytest.raises(InputError, match=r"^no measure is called 'hit@2'; give one of hit@1, hit@3, "):
        measure_named("hit@2")
    assert len({measure.name.casefold() for measure in MEASURES}) == len(MEASURES)


def test_recall_in_a_readers_room_is_measured_where_it_was_recorded() -> None:
    old = record("a", 1)
    roomy = replace(old.rankings[HYBRID], recall_2000=0.5, recall_4000=1.0)
    new = replace(old, id="b", rankings={**old.rankings, HYBRID: roomy})
    measured = values(run(old, new))
    assert (measured["span_recall@2000"], measured["span_recall@4000"]) == ((1, 0.5), (1, 1.0))
    assert measured["bm25/span_recall@2000"] == (0, None)


def test_latency_is_of_what_was_timed() -> None:
    untimed = replace(record("a", 1), rankings={HYBRID: replace(ranked(1), took_ms=None)})
    assert values(run(untimed, record("b", 1)))["latency_p50"] == (1, 2.0)
    assert values(run(untimed))["latency_p95"] == (0, None)


def test_a_document_is_found_by_any_of_its_passages() -> None:
    ids = ("a/1:0-9", "a/1:9-20", "a/2:0-5")
    passages = replace(ranked(0, 0, 1), ids=ids)
    split = replace(record("a"), gold=(Gold("a/1", 21, 24, "who"),), rankings={HYBRID: passages})
    other = replace(split, id="b", gold=(Gold("a/2", 0, 3, "who"),))
    measured = values(run(split, other))
    assert (measured["document_hit@1"], measured["document_MRR@10"]) == ((2, 0.5), (2, 0.75))
    assert measured["hit@1"] == (2, 0.0)
    documents = replace(other, rankings={HYBRID: replace(passages, recall=None)})
    assert values(run(documents))["document_hit@1"] == (0, None)


def test_short_answers_and_sureness_are_measured() -> None:
    gold = (Gold("a", 0, 10, "Ada Brandt"),)
    sure = replace(record("a"), gold=gold, short="Ada", level="sure", right=True, answerable=True, abstained=None)
    records = [
        sure,
        replace(sure, short="ada brandt.", right=False),
        replace(sure, short=None, level="likely"),
        replace(sure, level="sure", abstained="low_confidence"),  # not given
        replace(sure, answerable=False, short="Bo", right=False),
    ]

    measured = values(run(*records))
    assert [measured[name][0] for name in ("short_exact", "short_F1", "right_when_sure", "sure")] == [3, 3, 3, 4]
    assert measured["short_exact"][1] == pytest.approx(1 / 3)
    assert measured["short_F1"][1] == pytest.approx(7 / 9)
    assert measured["right_when_sure"][1] == pytest.approx(1 / 3)
    assert measured["sure"][1] == 0.5
