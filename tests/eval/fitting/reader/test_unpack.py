"""An exported reader as weights again."""

import json
from pathlib import Path

import pytest
import torch

from corpus.errors import ModelError
from eval.fitting.reader.export import export
from eval.fitting.reader.network import load_network
from eval.fitting.reader.unpack import unpack
from service.answering.reader.network import MANIFEST, TOKENIZER
from tests.readers import random_reader, tokenizer_json


def exported(folder: Path) -> Path:
    """A random reader, all of whose weights differ: the exporter writes equal ones once."""
    reader = random_reader(folder / "reader")
    network = load_network(reader)
    with torch.no_grad():
        for weights in network.parameters():
            weights.add_(0.02 * torch.randn_like(weights))
    network.save_pretrained(reader)  # type: ignore[operator]
    export(reader, folder / "once")
    return folder / "once"


def test_weights_that_were_unpacked_read_as_before(tmp_path: Path) -> None:
    unpack(exported(tmp_path), tmp_path / "unpacked")
    export(tmp_path / "unpacked", tmp_path / "twice")
    once, twice = (json.loads((tmp_path / name / MANIFEST).read_text("utf-8"))["probes"] for name in ("once", "twice"))
    for one, other in zip(once, twice, strict=True):
        assert other == {name: pytest.approx(values, abs=0.01) for name, values in one.items()}
    assert (tmp_path / "twice" / TOKENIZER).read_bytes() == tokenizer_json().encode()


def test_they_are_the_weights_that_were_exported_but_for_their_bits(tmp_path: Path) -> None:
    unpack(exported(tmp_path), tmp_path / "unpacked")
    before, after = (load_network(tmp_path / name).state_dict() for name in ("reader", "unpacked"))
    assert before.keys() == after.keys()
    for name, weights in before.items():
        assert (weights - after[name]).abs().max() <= weights.abs().max() / 60, name


def test_a_folder_without_such_a_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="give the folder of an exported reader"):
        unpack(tmp_path, tmp_path / "out")
