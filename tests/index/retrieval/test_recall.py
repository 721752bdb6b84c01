"""Recall against a loop, and choosing as few probes as give it."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.retrieval.recall import DEPTH, RecallSample, fewest_probes

RANDOM = np.random.default_rng(0)
VECTORS = RANDOM.standard_normal((50, 4)).astype(np.float32)
QUERIES = RANDOM.standard_normal((3, 4)).astype(np.float32)


def test_the_furthest_of_the_nearest_is_the_tenth() -> None:
    sample = RecallSample.of(VECTORS, QUERIES)
    assert sample.furthest.tolist() == pytest.approx(np.sort(QUERIES @ VECTORS.T, axis=1)[:, -DEPTH].tolist())
    few = RecallSample.of(VECTORS[:3], QUERIES)
    assert few.furthest.tolist() == pytest.approx((QUERIES @ VECTORS[:3].T).max(axis=1).tolist())


def test_recall_is_the_share_of_the_nearest_that_was_found() -> None:
    nearest = np.argsort(-(QUERIES @ VECTORS.T), axis=1)
    sample = RecallSample.of(VECTORS, QUERIES)
    assert sample.recall(rows[:DEPTH] for rows in nearest) == 1
    assert sample.recall([nearest[0][:DEPTH], nearest[1][:5], nearest[2][-DEPTH:]]) == 0.5


def measured(needed: int) -> Callable[[int], float]:
    """A search that finds all with so many probes, and less the fewer it has."""
    return lambda probes: min(1.0, probes / needed)


@given(st.integers(1, 300), st.integers(1, 400))
def test_about_as_few_probes_as_are_needed(lists: int, needed: int) -> None:
    probes = fewest_probes(measured(needed), lists, 1.0)
    assert 1 <= probes <= lists
    if needed <= lists:
        assert needed <= probes <= needed + 1 + probes // 8
    else:
        assert probes == lists
