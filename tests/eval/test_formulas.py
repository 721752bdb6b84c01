"""Measures against values computed by hand, and against ir-measures."""

from dataclasses import dataclass
from math import isnan, log2

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import formulas


@dataclass(frozen=True)
class Piece:
    document: str
    start: int
    end: int
    quote: str = ""


def test_hit_looks_at_the_first_k_only() -> None:
    assert [formulas.hit_at([0, 0, 1], k) for k in (1, 2, 3, 10)] == [0, 0, 1, 1]


def test_reciprocal_rank_is_of_the_first_relevant() -> None:
    assert formulas.reciprocal_rank([0, 0, 2, 1]) == 1 / 3
    assert formulas.reciprocal_rank([0] * 10 + [1]) == 0
    assert formulas.reciprocal_rank([]) == 0


def test_ndcg_discounts_grades_against_the_best_ranking_of_all_judged() -> None:
    assert formulas.ndcg_at([1, 0, 2], [2, 1]) == pytest.approx((1 + 2 / 2) / (2 + 1 / log2(3)))
    assert formulas.ndcg_at([2, 1], [1, 2]) == 1
    assert formulas.ndcg_at([1], [1, 1]) == pytest.approx(1 / (1 + 1 / log2(3)))
    assert formulas.ndcg_at([0, 0], []) == 0


def test_ranking_measures_agree_with_ir_measures() -> None:
    rng = np.random.default_rng(7)
    measures = [ir_measures.parse_measure(m) for m in ("Success@1", "Success@3", "Success@5", "RR@10", "nDCG@10")]
    qrels, run, ours = [], [], {}
    for query in range(60):
        grades = rng.choice([0, 0, 0, 0, 1, 2, 3], size=40)
        order = rng.permutation(40)[: rng.integers(1, 41)]
        qrels += [ir_measures.Qrel(str(query), str(d), int(grade)) for d, grade in enumerate(grades)]
        run += [ir_measures.ScoredDoc(str(query), str(d), 1 - rank / 100) for rank, d in enumerate(order)]
        ranked, judged = [int(grades[d]) for d in order], [int(grade) for grade in grades if grade]
        ours[str(query)] = [
            *(formulas.hit_at(ranked, k) for k in (1, 3, 5)),
            formulas.reciprocal_rank(ranked, 10),
            formulas.ndcg_at(ranked, judged, 10),
        ]
    theirs = {(m.query_id, m.measure): m.value for m in ir_measures.iter_calc(measures, qrels, run)}
    assert len(theirs) == 300
    for name, values in ours.items():
        for measure, value in zip(measures, values, strict=True):
            assert value == pytest.approx(theirs[name, measure], abs=1e-9), (name, measure)


def test_a_passage_holds_gold_that_lies_wholly_inside() -> None:
    gold = Piece("a", 10, 20)
    assert formulas.holds(Piece("a", 10, 20), gold)
    assert formulas.holds(Piece("a", 0, 30), gold)
    assert not formulas.holds(Piece("b", 0, 30), gold)
    assert not formulas.holds(Piece("a", 11, 30), gold)


def test_a_passage_shorter_than_gold_holds_it_by_half_of_itself() -> None:
    gold = Piece("a", 100, 200)
    assert formulas.holds(Piece("a", 120, 140), gold)
    assert formulas.holds(Piece("a", 90, 110), gold)
    assert not formulas.holds(Piece("a", 89, 110), gold)
    assert not formulas.holds(Piece("a", 110, 310), gold)


def test_span_recall_takes_the_best_covered_alternative() -> None:
    retrieved = [Piece("a", 0, 15), Piece("a", 10, 18), Piece("b", 0, 5)]
    assert formulas.span_recall(retrieved, [Piece("a", 10, 20)]) == 0.8
    assert formulas.span_recall(retrieved, [Piece("a", 10, 20), Piece("b", 0, 10), Piece("b", 2, 4)]) == 1
    assert formulas.span_recall([], [Piece("a", 10, 20)]) == 0
    assert formulas.span_recall(retrieved, []) == 0


def test_span_precision_charges_what_is_retrieved_twice() -> None:
    gold = [Piece("a", 5, 15), Piece("a", 10, 20)]
    assert formulas.span_precision([Piece("a", 0, 20)], gold) == 15 / 20
    assert formulas.span_precision([Piece("a", 0, 20), Piece("a", 0, 20)], gold) == 15 / 40
    assert formulas.span_precision([Piece("b", 0, 20)], gold) == 0
    assert formulas.span_precision([], gold) == 0


def test_an_answer_is_right_where_a_quote_contains_gold() -> None:
    gold = [Piece("a", 10, 14, "2017")]
    assert formulas.answers([Piece("a", 0, 14, "founded in 2017")], gold, by_text=False)
    assert not formulas.answers([Piece("b", 0, 14, "founded in 2017")], gold, by_text=False)
    assert not formulas.answers([Piece("a", 50, 60, "in 2017")], gold, by_text=False)
    assert formulas.answers([Piece("a", 50, 60, "in 2017")], gold, by_text=True)
    assert not formulas.answers([Piece("b", 50, 60, "in 2017")], gold, by_text=True)
    assert not formulas.answers([], gold, by_text=True)


VALUES = np.array([0.9, 0.8, 0.8, 0.3, 0.1])
LABELS = np.array([1.0, 1.0, 0.0, 0.0, 1.0])


def test_auroc_counts_ties_half() -> None:
    # positives .9 .8 .1, negatives .8 .3: wins 2 + 1.5 + 0 of 6
    assert formulas.auroc(VALUES, LABELS).tolist() == [pytest.approx(3.5 / 6)]


def test_auroc_without_both_classes_is_not_a_number() -> None:
    assert isnan(formulas.auroc(VALUES, np.ones(5))[0])
    assert isnan(formulas.auroc(np.array([]), np.array([]))[0])


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=1, max_size=20))
def test_weighted_auroc_is_that_of_repeated_questions(items: list[tuple[int, bool, int]]) -> None:
    values, labels, weights = (np.array(column, float) for column in zip(*items, strict=True))
    repeated = [np.repeat(part, weights.astype(int)) for part in (values, labels)]
    expected, actual = formulas.auroc(*repeated), formulas.auroc(values, labels, weights[None, :])
    assert actual == pytest.approx(expected, nan_ok=True)


def test_coverage_at_risk_is_the_largest_safe_share() -> None:
    values = np.linspace(1, 0, 40)
    labels = np.ones(40)
    labels[[10, 30]] = 0  # 1 wrong of 20 is 5 %; at the 31st there are 2 of 40
    assert formulas.coverage_at_risk(values, labels).tolist() == [1.0]
    labels[35] = 0
    assert formulas.coverage_at_risk(values, labels).tolist() == [30 / 40]
    assert formulas.coverage_at_risk(VALUES, np.zeros(5)).tolist() == [0]


def test_coverage_never_splits_questions_of_one_confidence() -> None:
    assert formulas.coverage_at_risk(np.array([0.5, 0.5]), np.array([1.0, 0.0])).tolist() == [0]
    assert formulas.coverage_at_risk(np.array([0.6, 0.5]), np.array([1.0, 0.0])).tolist() == [0.5]


def test_risk_coverage_has_a_point_for_each_threshold() -> None:
    coverage, risk = formulas.risk_coverage(VALUES, LABELS)
    assert coverage.tolist() == [0.2, 0.6, 0.8, 1.0]
    assert risk.tolist() == [0, 1 / 3, 0.5, 0.4]


def test_brier_is_the_mean_squared_error() -> None:
    assert formulas.brier(np.array([0.8, 0.4]), np.array([1.0, 1.0])).tolist() == [pytest.approx((0.04 + 0.36) / 2)]


def test_calibration_error_weighs_each_tenth_by_its_questions() -> None:
    values, labels = np.array([0.95, 0.91, 0.15, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    top = abs(0.95 + 0.91 + 1.0 - 2)
    assert formulas.calibration_error(values, labels).tolist() == [pytest.approx((top + 0.15) / 4)]


def test_reliability_leaves_empty_bins_out() -> None:
    bins = formulas.reliability(np.array([0.95, 0.85, 1.0, 0.05]), np.array([1.0, 0.0, 0.0, 0.0]))
    assert bins == (
        formulas.Bin(0.0, 1, 0.05, 0.0),
        formulas.Bin(0.8, 1, 0.85, 0.0),
        formulas.Bin(0.9, 2, 0.975, 0.5),
    )


def test_percentile_is_a_value_that_occurred() -> None:
    values = np.array([4.0, 1.0, 3.0, 2.0])
    assert [formulas.percentile(values, share=s)[0] for s in (0.5, 0.51, 0.95)] == [2, 3, 4]
    assert formulas.percentile(values, np.array([[0, 0, 9.0, 1]]), share=0.5).tolist() == [3]
    assert isnan(formulas.percentile(np.array([]), share=0.5)[0])


def test_mean_of_nothing_is_not_a_number() -> None:
    means = formulas.mean(np.array([1.0, 3.0]), np.array([[1.0, 1], [0, 3], [0, 0]]))
    assert means[:2].tolist() == [2, 3]
    assert isnan(means[2])


def test_recall_within_a_budget_cuts_the_passage_that_crosses_it() -> None:
    ranking = [Piece("b", 0, 20), Piece("a", 0, 20), Piece("a", 20, 40)]
    gold = [Piece("a", 10, 30)]
    budgets = (20, 30, 35, 40, 50, 60, 100)
    assert [formulas.recall_within(ranking, gold, n) for n in budgets] == [0, 0, 0.25, 0.5, 1, 1, 1]
    twice = [Piece("a", 0, 20), Piece("a", 0, 20), Piece("a", 20, 40)]
    assert formulas.recall_within(twice, gold, 40) == 0.5  # what is retrieved twice takes up room twice
    assert formulas.recall_within([], gold, 40) == 0
