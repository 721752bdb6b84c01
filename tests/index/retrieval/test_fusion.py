"""Fusion, by hand and against sorted()."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.retrieval.fusion import DENSE_ONLY, LEXICAL_ONLY, best, fuse, min_max, rescore

SCORES = st.lists(st.integers(-3, 3), max_size=30)


def floats(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, np.float32)


@given(SCORES, st.integers(0, 40))
def test_best_is_sorted_with_the_earlier_of_equals_first(scores: list[int], count: int) -> None:
    expected = sorted(range(len(scores)), key=lambda index: -scores[index])[:count]
    assert best(floats(*scores), count).tolist() == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((2, 4, 3), [0, 1, 0.5]),
        ((-1, 1), [0, 1]),
        ((5, 5), [1, 1]),
        ((7,), [1]),
        ((0, 0), [0, 0]),
        ((-1,), [0]),
        ((), []),
    ],
)
def test_min_max(values: tuple[float, ...], expected: list[float]) -> None:
    assert min_max(floats(*values)).tolist() == expected


def test_fuse_is_a_convex_combination() -> None:
    signals = {"dense": floats(0, 2, 4), "lexical": floats(10, 0, 5)}
    assert fuse(signals, {"dense": 1, "lexical": 3}).tolist() == [0.75, 0.125, 0.625]


def test_fuse_leaves_out_what_has_no_weight() -> None:
    signals = {"dense": floats(1, 2), "lexical": floats(9, 0), "sentence": floats(4, 4)}
    assert fuse(signals, {"dense": 1, "lexical": 0, "sentence": 1}).tolist() == [0.5, 1]


def test_rescore_by_hand() -> None:
    signals = {"late": floats(0.2, 0.7), "late_sentence": floats(0.5, 0.25)}
    rescored = rescore(floats(0.8, 0.6, 0.4), np.array([0, 1]), signals, {"late": 1.0, "late_sentence": 2.0})
    np.testing.assert_allclose(rescored, [2.8 / 4, 1.6 / 4, 0.4 / 4], rtol=1e-6)


@given(st.lists(st.tuples(st.integers(0, 64), st.floats(-1, 1, width=32)), min_size=1), st.data())
def test_rescoring_reorders_the_deep_ones_and_none_falls_below_the_rest(
    rows: list[tuple[int, float]], data: st.DataObject
) -> None:
    scores, late = np.array(rows, np.float32).T
    scores /= 64
    order = best(scores, len(scores))
    depth = data.draw(st.integers(1, len(rows)))
    weight = data.draw(st.integers(1, 16)) / 4
    added = rescore(scores, order[:depth], {"late": late[order[:depth]]}, {"late": weight})
    after = best(added, len(added)).tolist()
    assert set(after[:depth]) == set(order[:depth].tolist())
    assert after[depth:] == order[depth:].tolist()
    assert added.min() >= 0
    assert added.max() <= 1


def test_the_baselines_have_one_signal_each() -> None:
    for ranking, name in ((DENSE_ONLY, "dense"), (LEXICAL_ONLY, "lexical")):
        signals = {
            field: getattr(ranking, field) for field in ("dense", "lexical", "sentence", "late", "late_sentence")
        }
        assert [field for field, weight in signals.items() if weight] == [name]
