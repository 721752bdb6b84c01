"""Other models than the shipped one: exported once, equal to sentence-transformers, opened without their folder."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from corpus.errors import ModelError
from index.arrays import Vectors
from index.encoding.encoder import Encoder, EncoderInput
from index.encoding.open import made_by, open_encoder
from tests.models import ARCHITECTURES, tiny_model

pytestmark = pytest.mark.model

PROMPTS = {"query": "who: ", "document": "it is a town "}
TEXTS = ["Ada ran the mill.", "When opened it?", "a", "Bo closed the museum of the river in 1954. " * 60]
NORMALIZED = ("Normalize",)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where derived files lie."""
    return tmp_path_factory.mktemp("var") / "models"


@pytest.fixture(scope="module", params=[(name, pooling) for name in ARCHITECTURES for pooling in ("mean", "cls")])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of each architecture and pooling, with prompts."""
    name, pooling = request.param
    root = tmp_path_factory.mktemp("made")
    return tiny_model(root / f"tiny-{name}-{pooling}", name, pooling, PROMPTS, extra=NORMALIZED)


@pytest.fixture
def encoder(models: Path, folder: Path) -> Encoder:
    return open_encoder(models, "onnx-fp32", 1, folder)


def by_sentence_transformers(folder: Path) -> tuple[Vectors, Vectors]:
    """The vectors of TEXTS as questions and as passages."""
    from sentence_transformers import SentenceTransformer

    loaded = SentenceTransformer(str(folder), device="cpu")
    return loaded.encode_query(TEXTS), loaded.encode_document(TEXTS)


def test_vectors_are_those_of_sentence_transformers(encoder: Encoder, folder: Path) -> None:
    queries, passages = by_sentence_transformers(folder)
    ours = np.stack([query.vector for query in encoder.encode_queries(TEXTS)])
    assert np.einsum("td,td->t", ours, queries).min() > 0.9999
    found = encoder.encode_passages([EncoderInput("", text, ((0, len(text)),)) for text in TEXTS])
    assert np.einsum("td,td->t", np.stack([each.vector for each in found]), passages).min() > 0.9999
    assert encoder.usage.max_length == 512
    # The prompt matters: without it, no vector is the same.
    assert np.einsum("td,td->t", ours, passages).max() < 0.9999


def test_products_that_narrow_keep_their_weights(models: Path, encoder: Encoder) -> None:
    import onnx
    from onnx import TensorProto

    made = made_by(models, encoder.sha256)
    assert made is not None
    kinds = {(*each.dims,): each.data_type for each in onnx.load(made / "onnx-int8.onnx").graph.initializer}
    assert kinds[64, 32] == TensorProto.FLOAT
    assert kinds[32, 64] == TensorProto.INT8


def test_context_and_text_are_read_as_one(encoder: Encoder) -> None:
    [apart] = encoder.encode_passages([EncoderInput("The mill", "Ada ran it.", ((0, 11),))])
    [joined] = encoder.encode_passages([EncoderInput("", "The mill Ada ran it.", ((0, 20),))])
    np.testing.assert_allclose(apart.vector, joined.vector, atol=1e-5)
    np.testing.assert_allclose(apart.tokens, joined.tokens, atol=1e-5)


def test_tokens_are_those_of_the_text_alone(encoder: Encoder) -> None:
    text = "Ada ran the mill. It opened in 1902."
    [passage] = encoder.encode_passages([EncoderInput("River", text, ((0, 17), (18, 36)))])
    context, first, second = encoder.count_tokens(["River", text[:17], text[18:]])
    assert passage.token_counts.tolist() == [first, second]
    assert len(passage.tokens) == context + first + second
    # A sentence's vector is the mean of its own tokens, whatever the pooling.
    states = passage.tokens[context : context + first]
    assert passage.sentences[0] @ (states.mean(0) / np.linalg.norm(states.mean(0))) > 0.9
    [query] = encoder.encode_queries(["Ada ran it"])
    assert "".join(query.text[start:end] for start, end in query.spans) == "Adaranit"
    assert len(query.tokens) == len(query.spans)


def test_a_long_text_is_cut_to_what_fits(encoder: Encoder) -> None:
    text = "mill " * 900
    [passage] = encoder.encode_passages([EncoderInput("river " * 100, text, ((0, len(text)),))])
    # XLM-R's prompt counts one token more when it stands alone: the space at its end.
    assert len(passage.tokens) - encoder.max_tokens in (0, 1)
    assert passage.token_counts.tolist() == [len(passage.tokens) - 64]
    [query] = encoder.encode_queries([text])
    assert len(query.tokens) == len(query.spans) < 510


def test_it_opens_again_without_the_folder_and_without_torch(models: Path, encoder: Encoder) -> None:
    program = f"""
import sys
from pathlib import Path
from index.encoding.open import made_by, open_encoder
models = Path({str(models)!r})
encoder = open_encoder(models, "onnx-fp32", 1, made_by(models, {encoder.sha256!r}))
print(encoder.model, encoder.usage == {encoder.usage!r}, encoder.encode_queries(["Who?"])[0].vector.shape)
print(sorted({{"torch", "transformers", "sentence_transformers", "onnx"}} & sys.modules.keys()))
"""
    program = f"from index.encoding.encoder import Usage\n{program}"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == (f"{encoder.model} True (32,)\n[]\n", "")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random BERT, without prompts."""
    return tiny_model(tmp_path_factory.mktemp("plain") / "tiny")


def test_the_same_weights_used_otherwise_are_another_model(models: Path, plain: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(plain, other)
    told = json.loads((other / "config_sentence_transformers.json").read_text())
    (other / "config_sentence_transformers.json").write_text(json.dumps({**told, "prompts": {"query": "who: "}}))
    first, second = (open_encoder(models, "onnx-fp32", 1, folder) for folder in (plain, other))
    assert first.sha256 != second.sha256
    assert first.encode_queries(["mill"])[0].vector @ second.encode_queries(["mill"])[0].vector < 0.999
    again = open_encoder(models, "onnx-fp32", 1, plain)
    assert again is first


@pytest.mark.parametrize("name", ["evil.py", "pytorch_model.bin", "1_Pooling/x.pkl"])
def test_pickles_and_code_are_refused(models: Path, plain: Path, tmp_path: Path, name: str) -> None:
    other = Path(shutil.copytree(plain, tmp_path / "other"))
    (other / name).touch()
    with pytest.raises(ModelError, match=f"{name}: holds code or a pickle, which is never loaded"):
        open_encoder(models, model_path=other)


def test_a_folder_that_names_code_is_refused(models: Path, plain: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(plain, tmp_path / "other"))
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoModel": "evil.Model"}}))
    with pytest.raises(ModelError, match="names code to run, which is never done"):
        open_encoder(models, model_path=other)


def test_a_network_that_cannot_be_exported_is_refused(plain: Path, tmp_path: Path) -> None:
    import torch

    from index.encoding.reference import TorchBackend, trace
    from index.encoding.weights import locate_model

    class Odd(torch.nn.Module):
        config = SimpleNamespace(model_type="odd")

    backend = TorchBackend(locate_model(plain), 1)
    backend.network = Odd()
    with pytest.raises(ModelError, match=r"odd: this network cannot be exported \(.*\); give another"):
        trace(backend, tmp_path / "odd.onnx")


def test_a_dense_module_is_refused(models: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="its modules are Transformer, Pooling, Dense; only"):
        open_encoder(models, model_path=tiny_model(tmp_path / "dense", extra=("Dense",)))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("model.safetensors", "no weights", "cannot be loaded"),
        ("tokenizer.json", "{}", "cannot be (loaded|used)"),
        ("config.json", '{"model_type": "no-such-network"}', "cannot be loaded"),
    ],
)
def test_files_that_cannot_be_loaded_are_refused(
    models: Path, plain: Path, tmp_path: Path, name: str, content: str, said: str
) -> None:
    other = Path(shutil.copytree(plain, tmp_path / "other"))
    (other / name).write_text(content)
    with pytest.raises(ModelError, match=said):
        open_encoder(models, model_path=other)


def test_a_model_that_asks_for_more_than_is_done_here_is_refused(models: Path, plain: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(plain, tmp_path / "other"))
    # The tokenizer's file says one thing, its settings another, which transformers heeds.
    told = json.loads((other / "tokenizer.json").read_text())
    told["normalizer"] = {"type": "Prepend", "prepend": "river "}
    (other / "tokenizer.json").write_text(json.dumps(told))
    settings = json.loads((other / "tokenizer_config.json").read_text())
    (other / "tokenizer_config.json").write_text(
        json.dumps({**settings, "tokenizer_class": "BertTokenizer", "do_lower_case": True})
    )
    with pytest.raises(ModelError, match="its vectors differ from those of sentence-transformers"):
        open_encoder(models, model_path=other)


@pytest.mark.parametrize("damage", ["onnx-fp32.onnx", "onnx-int8.onnx", "tokenizer.json", "usage", "gone"])
def test_a_damaged_derived_folder_is_refused(models: Path, plain: Path, tmp_path: Path, damage: str) -> None:
    made = made_by(models, open_encoder(models, "onnx-fp32", 1, plain).sha256)
    assert made is not None
    copy = Path(shutil.copytree(made, tmp_path / "models" / made.name))
    if damage == "gone":
        shutil.rmtree(copy)
    elif damage == "usage":
        manifest = json.loads((copy / "manifest.json").read_text())
        manifest["usage"]["pooling"] = "cls"
        (copy / "manifest.json").write_text(json.dumps(manifest))
    else:
        (copy / damage).write_bytes((copy / damage).read_bytes()[:-1] + b"?")
    variant = "onnx-int8" if "int8" in damage else "onnx-fp32"
    with pytest.raises(ModelError, match=r"build again with --model FOLDER"):
        open_encoder(tmp_path / "models", variant, 1, copy)


def test_torch_runs_only_the_shipped_model(models: Path, plain: Path) -> None:
    with pytest.raises(ModelError, match="torch: runs only the shipped model; choose another encoder"):
        open_encoder(models, "torch", model_path=plain)
