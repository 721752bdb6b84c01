"""Intervals and tests against what theory says of small cases."""

import numpy as np
import pytest

from eval import formulas
from eval.formulas import Values
from eval.scoring import significance
from eval.scoring.significance import Interval, Statistic


def mean_of(values: list[float]) -> Statistic:
    array = np.array(values)
    return lambda weights: formulas.mean(array, weights)


def test_draws_are_as_many_questions_as_there_are() -> None:
    draws = significance.draw([str(number) for number in range(30)], resamples=50)
    assert draws.shape == (50, 30)
    assert set(draws.sum(axis=1)) == {30}
    assert (significance.draw([str(number) for number in range(30)], resamples=50) == draws).all()


def test_groups_are_drawn_whole() -> None:
    draws = significance.draw(["a", "b", "a", "c"], resamples=200)
    assert (draws[:, 0] == draws[:, 2]).all()
    assert set((draws[:, 0] + draws[:, 1] + draws[:, 3]).tolist()) == {3}


def test_interval_covers_the_middle_95_percent() -> None:
    values = [float(number % 2) for number in range(400)]
    middle = significance.interval(mean_of(values), significance.draw([str(number) for number in range(400)]))
    assert middle is not None
    # the standard error of a share of .5 over 400 is .025
    assert middle.low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.01)
    assert middle.high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.01)


def test_interval_without_variation_is_a_point() -> None:
    draws = significance.draw(["a", "b"], resamples=20)
    assert significance.interval(mean_of([1, 1]), draws) == Interval(1, 1)


def test_nothing_to_measure_has_no_interval() -> None:
    def nothing(weights: Values) -> Values:
        return np.full(len(weights), np.nan)

    draws = significance.draw(["a"], resamples=5)
    assert significance.interval(nothing, draws) is None
    assert significance.difference(nothing, 1) is None
    assert significance.randomisation(nothing, ["a"]) is None


def test_pairing_cancels_what_both_runs_share() -> None:
    easy_and_hard = [0.0, 1.0] * 50
    better = [value + 0.25 for value in easy_and_hard]
    draws = significance.draw([str(number) for number in range(100)])
    statistic = mean_of(better + easy_and_hard)
    assert significance.difference(statistic, 100) == 0.25
    middle = significance.paired_interval(statistic, draws)
    assert middle is not None
    assert (middle.low, middle.high) == pytest.approx((0.25, 0.25))


def test_randomisation_enumerates_the_sign_flips() -> None:
    # Three wins of 1: only all flipped and none flipped, 2 of 8, are as extreme.
    p = significance.randomisation(mean_of([1, 1, 1, 0, 0, 0]), ["a", "b", "c"], resamples=20_000)
    assert p == pytest.approx(2 / 8, abs=0.01)


def test_randomisation_flips_groups_whole() -> None:
    statistic = mean_of([1, 1, 1, 0, 0, 0])
    assert significance.randomisation(statistic, ["a", "a", "a"], resamples=100) == 1
    assert significance.randomisation(statistic, ["a", "b", "b"], resamples=20_000) == pytest.approx(2 / 4, abs=0.01)


def test_equal_runs_do_not_differ() -> None:
    assert significance.randomisation(mean_of([0, 1, 0, 1]), ["a", "b"], resamples=100) == 1


def test_randomisation_reaches_measures_that_are_no_mean() -> None:
    labels = np.array([1.0, 0.0] * 20)
    good, useless = labels, np.full(40, 0.5)
    values = np.concatenate([good, useless])

    def statistic(weights: Values) -> Values:
        return formulas.auroc(values, np.concatenate([labels, labels]), weights)

    assert significance.difference(statistic, 40) == 0.5
    p = significance.randomisation(statistic, [str(number) for number in range(40)], resamples=500)
    assert p == 1 / 501


def test_tally_counts_from_the_first_runs_side() -> None:
    assert significance.tally([1, 0, 1, 1], [0, 1, 0, 1]) == significance.Tally(wins=2, losses=1, ties=1)
    assert significance.tally([1, 0], [0, 0], higher_is_better=False) == significance.Tally(0, 1, 1)
