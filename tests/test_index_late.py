"""Quantised vectors and token matches against plain floats."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.encoder import Vectors
from index.late import Quantised, best_matches, maxsim, quantise


@given(arrays(np.float32, st.tuples(st.integers(0, 6), st.integers(1, 6)), elements=st.floats(-1, 1, width=16)))
def test_no_number_is_off_by_more_than_half_a_step(vectors: Vectors) -> None:
    quantised = quantise(vectors)
    assert quantised.codes.dtype == np.int8
    assert (quantised.codes.shape, len(quantised)) == (vectors.shape, len(vectors))
    np.testing.assert_allclose(quantised.scales, np.abs(vectors).max(axis=1, initial=0) / 127, rtol=1e-6)
    off = np.abs(quantised.codes * quantised.scales[:, None] - vectors)
    assert (off <= quantised.scales[:, None] * 0.5001).all()


def test_quantise_by_hand() -> None:
    quantised = quantise(np.array([[1, -1, 0.5], [0, 0, 0], [0.254, 0, -0.004]], np.float32))
    assert quantised.codes.tolist() == [[127, -127, 64], [0, 0, 0], [127, 0, -2]]  # 63.5 rounds to the even
    np.testing.assert_allclose(quantised.scales, [1 / 127, 0, 0.002], rtol=1e-6)


def test_rows_of_quantised_by_slice_and_by_number() -> None:
    quantised = quantise(np.eye(4, dtype=np.float32))
    for rows in (slice(1, 3), np.array([3, 0])):
        assert quantised[rows].codes.tolist() == quantised.codes[rows].tolist()
        assert quantised[rows].scales.tolist() == quantised.scales[rows].tolist()


def test_dot_is_close_to_the_float_product() -> None:
    random = np.random.default_rng(0)
    left, right = (random.standard_normal((n, 384)).astype(np.float32) for n in (5, 40))
    left, right = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (left, right))
    products = quantise(right).dot(left)
    assert products.dtype == np.float32
    np.testing.assert_allclose(products, left @ right.T, atol=2e-3)


@given(st.lists(st.integers(0, 4), max_size=5), st.integers(0, 3), st.randoms(use_true_random=False))
def test_best_matches_are_what_a_loop_finds(counts: list[int], words: int, random: Random) -> None:
    codes = np.array([[random.randint(-127, 127) for _ in range(3)] for _ in range(sum(counts))], np.int8)
    tokens = Quantised(codes.reshape(-1, 3), np.ones(sum(counts), np.float32))
    question = np.array([[random.randint(-9, 9) for _ in range(3)] for _ in range(words)], np.float32)
    question = question.reshape(-1, 3)
    matches = best_matches(question, tokens, np.array(counts, np.int32))
    assert matches.shape == (words, len(counts))
    first = 0
    for sentence, count in enumerate(counts):
        rows = tokens.codes[first : first + count].astype(np.float32)
        first += count
        for word in range(words):
            assert matches[word, sentence] == max((float(row @ question[word]) for row in rows), default=0)


@pytest.mark.parametrize(
    ("matches", "expected"),
    [([[1, 0.5], [0, 0.25]], 0.625), ([[-0.5], [-0.25]], -0.375), (np.zeros((0, 2)), 0), (np.zeros((2, 0)), 0)],
)
def test_maxsim_is_the_mean_of_the_best(matches: list[list[float]], expected: float) -> None:
    assert maxsim(np.asarray(matches, np.float32)) == expected
