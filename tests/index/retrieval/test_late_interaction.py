"""Quantised vectors and token matches against plain floats."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corpus.documents import Span
from index.arrays import Vectors
from index.encoding.encoder import EncodedQuery
from index.retrieval.late_interaction import Matches, best_matches, token_weights
from index.storage.quantised import quantise


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


COUNTS = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), min_size=1, max_size=4)


@given(COUNTS, st.integers(0, 6), st.randoms(use_true_random=False))
def test_matches_are_what_a_loop_finds(counts: list[list[int]], words: int, random: Random) -> None:
    def rows(n: int) -> Vectors:
        return np.array([[random.randint(-127, 127) for _ in range(3)] for _ in range(n)], np.float32).reshape(-1, 3)

    rounded = quantise(rows(words))
    question = rounded.codes * rounded.scales[:, None]
    tokens = [quantise(rows(sum(lengths))) for lengths in counts]
    all_lengths = np.array([length for lengths in counts for length in lengths], np.int32)
    weights = np.arange(1, words + 1, dtype=np.float32)
    parts = np.array([len(lengths) for lengths in counts])
    matches = best_matches(question, weights, tokens, all_lengths, parts)
    for passage, (lengths, vectors) in enumerate(zip(counts, tokens, strict=True)):
        best = np.zeros((len(lengths), words), np.float32)
        for part, (end, length) in enumerate(zip(np.cumsum(lengths), lengths, strict=True)):
            if length:
                cosines = (vectors.codes * vectors.scales[:, None])[end - length : end] @ question.T
                best[part] = cosines.max(axis=0)
        np.testing.assert_allclose(matches.cosines(passage), best[1:], rtol=1e-5, atol=1e-2)
        expected = best.max(axis=0).mean() if words else 0
        assert matches.maxsim()[passage] == pytest.approx(expected, rel=1e-5, abs=1e-2)
        scores = np.maximum(best, best[0]) @ weights
        np.testing.assert_allclose(matches.scores(passage), scores[1:], rtol=1e-5, atol=1e-2)
        assert matches.best_sentence()[passage] == pytest.approx(scores.max(), rel=1e-5, abs=1e-2)


def test_the_context_helps_every_sentence_and_words_count_by_their_weight() -> None:
    # Context, then two sentences, of one passage; three question tokens.
    cosines = np.array([[0.9, 0, 0], [0.2, 0.8, 0], [0.1, 0, 0.7]], np.float32)
    matches = Matches(cosines, np.array([3]), np.array([0.5, 0.2, 0.3], np.float32))
    assert matches.maxsim() == pytest.approx([0.8])
    assert matches.scores(0) == pytest.approx([0.9 * 0.5 + 0.8 * 0.2, 0.9 * 0.5 + 0.7 * 0.3])
    assert matches.best_sentence() == pytest.approx([0.9 * 0.5 + 0.7 * 0.3])


class Idfs:
    """Two words whose idf is known: "turin" is rare, and nearly every passage holds "the"."""

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        return [{"turin": 6.0, "the": 0.5}.get(word, 2.0) for word in words]


def test_a_words_idf_is_shared_among_its_tokens() -> None:
    spans = ((0, 3), (4, 6), (6, 9), (9, 10))
    query = EncodedQuery("The Turin?", np.zeros(3, np.float32), np.zeros((4, 3), np.float32), spans)
    np.testing.assert_allclose(token_weights(query, Idfs()) * 6.5, [0.5, 3, 3, 0], rtol=1e-6)


@pytest.mark.parametrize(("text", "spans", "expected"), [("?!", ((0, 1), (1, 2)), [0.5, 0.5]), ("", (), [])])
def test_where_no_token_is_a_words_all_count_alike(text: str, spans: tuple[Span, ...], expected: list[float]) -> None:
    query = EncodedQuery(text, np.zeros(3, np.float32), np.zeros((len(spans), 3), np.float32), spans)
    assert token_weights(query, Idfs()).tolist() == expected
