"""The graph that the product runs says what the trained network says."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from corpus.errors import ModelError
from eval.fitting.reader.examples.data import Example
from eval.fitting.reader.examples.rows import TrainingTokenizer
from eval.fitting.reader.export import LOUD, export
from eval.fitting.reader.network import TorchScorer, load_any, load_network
from index.files import digest
from service.answering.reader.network import GRAPH, MANIFEST, TOKENIZER, Graph, OnnxScorer, ReaderFiles
from service.answering.reader.reader import open_reader
from service.answering.reader.rows import RowTokenizer
from service.answering.reader.spans import ReaderInput
from tests.readers import WORDS, random_reader, tokenizer_json


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("export")
    export(random_reader(root / "reader"), root / "out")
    return root


def test_the_graph_reads_as_the_network(folder: Path) -> None:
    rng, tokens = random.Random(5), TrainingTokenizer(tokenizer_json(), 64)
    contexts = [" ".join(rng.choices(WORDS, k=length)) for length in (1, 7, 30, 60)]
    rows = [tokens.training_row(Example("who ran it", "mill", text, -1, -1, "s", "a"), rng) for text in contexts]
    kept = [row for row in rows if row is not None]
    expected = TorchScorer(load_network(folder / "reader"), bf16=False).score(kept)
    for ours, theirs in zip(OnnxScorer(Graph(folder / "out" / GRAPH)).score(kept), expected, strict=True):
        assert np.allclose(ours.starts, theirs.starts, atol=0.05)
        assert np.allclose(ours.ends, theirs.ends, atol=0.05)


def cross_encoder(folder: Path, kind: str, classes: int = 1) -> Path:
    """A folder with a random network that gives a pair of texts one score, or tells classes apart."""
    import transformers

    torch.manual_seed(3)
    sizes = {
        "Bert": {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2},
        "DistilBert": {"dim": 16, "hidden_dim": 32, "n_layers": 2, "n_heads": 2},
    }
    config = getattr(transformers, f"{kind}Config")(vocab_size=len(WORDS) + 4, num_labels=classes, **sizes[kind])
    getattr(transformers, f"{kind}ForSequenceClassification")(config).save_pretrained(folder)
    (folder / "tokenizer.json").write_text(tokenizer_json(), "utf-8")
    return folder


@pytest.mark.parametrize("kind", ["DistilBert", "MPNet"])
def test_readers_of_other_architectures_are_exported_too(tmp_path: Path, kind: str) -> None:
    import transformers

    sizes = {
        "DistilBert": {"dim": 16, "hidden_dim": 32, "n_layers": 2, "n_heads": 2},
        "MPNet": {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2},
    }
    config = getattr(transformers, f"{kind}Config")(vocab_size=len(WORDS) + 4, pad_token_id=0, **sizes[kind])
    reader = tmp_path / "reader"
    getattr(transformers, f"{kind}ForQuestionAnswering")(config).save_pretrained(reader)
    (reader / "tokenizer.json").write_text(tokenizer_json(), "utf-8")
    export(reader, tmp_path / "out")
    tokens = TrainingTokenizer(tokenizer_json(), 64)
    text = tokens.encode("ada ran the mill . it opened in 1902 .")
    rows = tokens.windows(tokens.encode("who ran it"), tokens.encode("mill"), text, 8)
    expected = TorchScorer(load_network(reader), bf16=False).score(rows)
    for ours, theirs in zip(OnnxScorer(Graph(tmp_path / "out" / GRAPH)).score(rows), expected, strict=True):
        assert np.allclose(ours.starts, theirs.starts, atol=0.05)
        assert np.allclose(ours.ends, theirs.ends, atol=0.05)
    opened = open_reader(str(tmp_path / "out"))
    assert opened is not None
    assert opened.read([ReaderInput("who ran it", "mill", "ada ran it .", [(0, 12)])])


@pytest.mark.parametrize("kind", ["Bert", "DistilBert"])
def test_a_cross_encoder_reads_sentences(tmp_path: Path, kind: str) -> None:
    folder = cross_encoder(tmp_path / "model", kind)
    export(folder, tmp_path / "out")
    reader = open_reader(str(tmp_path / "out"))
    assert reader is not None
    assert not reader.marks_words
    text = "ada ran the mill . it opened in 1902 ."
    readings = reader.read([ReaderInput("who ran it", "mill", text, [(0, 18), (19, len(text))])])
    assert readings is not None
    (first, second), tokenizer = readings[0], RowTokenizer(tokenizer_json())
    assert (first.start, first.end, second.start, second.end) == (0, 18, 19, len(text))
    network = load_any(folder).eval()
    for reading in (first, second):
        question, title, said = (
            tokenizer.encode(each).ids for each in ("who ran it", "mill", text[reading.start : reading.end])
        )
        row = tokenizer.join(question, title, said)
        inputs = {"input_ids": torch.tensor(row.ids[None], dtype=torch.long)}
        if kind == "Bert":
            inputs["token_type_ids"] = (torch.arange(len(row.ids)) >= row.second).long()[None]
        with torch.no_grad():
            assert reading.score == pytest.approx(float(network(**inputs).logits[0, 0]), abs=0.05)


def test_a_classifier_is_no_cross_encoder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="tells 3 classes apart"):
        export(cross_encoder(tmp_path / "model", "Bert", classes=3), tmp_path / "out")


def test_the_mean_of_two_readers_lies_between_them(tmp_path: Path) -> None:
    readers = [random_reader(tmp_path / name, seed) for seed, name in enumerate(("one", "two"))]
    tokens = TrainingTokenizer(tokenizer_json(), 64)
    rows = tokens.windows(tokens.encode("who ran it"), tokens.encode(""), tokens.encode("ada ran the mill ."), 8)

    def starts(other: Path | None, share: float) -> list[float]:
        export(readers[0], tmp_path / "out", other, share)
        (scores,) = OnnxScorer(Graph(tmp_path / "out" / GRAPH)).score(rows)
        return [float(value) for value in scores.starts]

    alone = starts(None, 0.5)
    assert starts(readers[1], 0.0) == alone
    assert starts(readers[0], 0.5) == alone
    assert starts(readers[1], 0.5) != alone


def test_weights_have_7_bits(folder: Path) -> None:
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(folder / "out" / GRAPH).graph
    weights = [numpy_helper.to_array(each) for each in graph.initializer]
    quantised = [array for array in weights if array.dtype == np.int8 and array.ndim == 2]
    assert len(quantised) >= 9  # four products in each layer, and the output
    assert max(int(np.abs(array.astype(int)).max()) for array in quantised) <= 64


def test_loud_inputs_are_not_quantised(folder: Path) -> None:
    import onnx
    from onnx import numpy_helper

    weights = map(numpy_helper.to_array, onnx.load(folder / "out" / GRAPH).graph.initializer)
    loud = [array for array in weights if array.ndim == 2 and len(array) in LOUD.values()]
    assert len(loud) >= len(LOUD)
    assert {array.dtype for array in loud} == {np.dtype(np.float32)}


def test_loud_inputs_do_not_drown_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few numbers a hundred times as large as all others would leave those a step or two of the one scale."""
    network = load_network(random_reader(tmp_path / "reader", hidden=64)).eval()
    with torch.no_grad():
        for name, weights in network.named_parameters():
            if name.endswith(("output.dense.weight", "intermediate.dense.weight")):
                weights.mul_(50)
            if name.endswith("intermediate.dense.bias"):
                weights[[3, 40]] = 1000.0
            if name.endswith("output.dense.weight") and "attention" not in name:
                weights[:, [3, 40]] = 0.0
    network.save_pretrained(tmp_path / "reader")  # type: ignore[operator]
    tokens = TrainingTokenizer(tokenizer_json(), 64)
    text = tokens.encode("ada ran the mill . it opened in 1902 .")
    rows = tokens.windows(tokens.encode("who ran it"), tokens.encode("mill"), text, 8)
    (right,) = TorchScorer(load_network(tmp_path / "reader"), bf16=False).score(rows)

    def error() -> float:
        export(tmp_path / "reader", tmp_path / "out")
        (found,) = OnnxScorer(Graph(tmp_path / "out" / GRAPH)).score(rows)
        return float(np.abs(found.starts - right.starts).mean() + np.abs(found.ends - right.ends).mean())

    exact = error()
    monkeypatch.setattr("eval.fitting.reader.export.LOUD", {})
    assert exact < 0.5 * error()


def test_the_manifest_names_every_file_by_its_checksum(folder: Path) -> None:
    assert ReaderFiles.open(folder / "out").sha256 == digest(folder / "out" / GRAPH)
    manifest = json.loads((folder / "out" / MANIFEST).read_text("utf-8"))
    assert manifest["files"] == {name: digest(folder / "out" / name) for name in (GRAPH, TOKENIZER)}
    assert manifest["weights_sha256"] == digest(folder / "reader" / "model.safetensors")
