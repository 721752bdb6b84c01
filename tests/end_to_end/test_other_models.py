"""Another embedding model from the build to the answer: build, ask, add, evaluate, and what is refused."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import ModelError, ModelMismatch
from corpus.sources import make_document
from index.build import build
from index.encoding.open import open_encoder
from index.snapshots.manifest import Manifest
from index.snapshots.store import Store
from service.answering.engine import Engine
from tests.models import ARCHITECTURES, tiny_model

pytestmark = pytest.mark.model

ROOT = Path(__file__).resolve().parents[2]
MILL = "Ada ran the mill of the town. It opened in 1902.\n\nThe museum closed in 1954."
QUESTION = "When opened the mill?"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each architecture."""
    root = tmp_path_factory.mktemp("models")
    prompts = {"query": "who: ", "document": "it: "}
    poolings = zip(ARCHITECTURES, ("mean", "cls", "mean"), strict=True)
    return {name: tiny_model(root / name, name, pooling, prompts) for name, pooling in poolings}


def run(var: Path, *words: object, status: int = 0) -> str:
    """What a command prints; its errors where it is to end with that status."""
    command = [sys.executable, "-m", *map(str, words), "--var", str(var)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == status, ran.stderr
    return ran.stderr if status else ran.stdout


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_snapshot_is_answered_from_by_the_model_that_made_it(
    models: dict[str, Path], tmp_path: Path, name: str
) -> None:
    folder, store = Path(shutil.copytree(models[name], tmp_path / name)), Store(tmp_path / "var")
    encoder = open_encoder(store.root / "models", model_path=folder)
    build(store, [make_document("mill", MILL)], encoder)
    shutil.rmtree(folder)
    engine = Engine.open(store)
    reply = engine.ask(QUESTION)
    assert reply.hits[0].passage.text
    assert engine.model.usage == encoder.usage
    assert (engine.model.name, engine.model.dim) == (name, 32)
    manifest = json.loads((store.open().folder / "manifest.json").read_text())
    assert manifest["model"]["usage"]["query_prompt"] == "who: "
    assert Manifest.read(store.open().folder).model == engine.model


def test_another_model_cannot_search_it(models: dict[str, Path], tmp_path: Path) -> None:
    store = Store(tmp_path / "var")
    first, other = (open_encoder(store.root / "models", model_path=models[name]) for name in ("Bert", "MPNet"))
    build(store, [make_document("mill", MILL)], first)
    with pytest.raises(ModelMismatch, match=r"was made by Bert \(.*\), not MPNet \(.*\); run `python -m index build`"):
        Engine(store.open(), other)
    shutil.rmtree(store.root / "models" / first.sha256[:16])
    with pytest.raises(ModelError, match=r"the model of the snapshot is not there; build again with --model FOLDER"):
        Engine.open(store)


def test_the_commands_take_a_model_and_changes_keep_it(models: dict[str, Path], tmp_path: Path) -> None:
    var, texts, more = tmp_path / "var", tmp_path / "texts", tmp_path / "more"
    for folder, text in ((texts, MILL), (more, "Bo ran the museum.")):
        folder.mkdir()
        (folder / f"{folder.name}.txt").write_text(text)
    run(var, "index", "build", texts, "--model", models["XLMRoberta"])
    run(var, "index", "add", more)
    manifest = Manifest.read(Store(var).open().folder)
    assert (manifest.model.name, manifest.counts.documents) == ("XLMRoberta", 2)
    assert "1902" in run(var, "service", "ask", QUESTION)
    assert "holds code or a pickle" in _refused(models["Bert"], var, texts)


def _refused(model: Path, var: Path, texts: Path) -> str:
    """What a build says of a model that has a pickle beside its weights."""
    unsafe = Path(shutil.copytree(model, var.parent / "unsafe"))
    (unsafe / "pytorch_model.bin").touch()
    return run(var, "index", "build", texts, "--model", unsafe, status=3)


def test_models_are_compared_on_own_questions(
    models: dict[str, Path], tmp_path: Path, with_models: Callable[[Path], Path]
) -> None:
    var, questions = with_models(tmp_path / "var"), tmp_path / "set.jsonl"
    (tmp_path / "mill.txt").write_text(MILL)
    start = MILL.index("1902")
    gold = [{"document": "mill", "start": start, "end": start + 4, "quote": "1902"}]
    questions.write_text(json.dumps({"id": "q", "question": QUESTION, "answerable": True, "evidence": gold}))
    run(var, "index", "build", tmp_path / "mill.txt")
    active = Store(var).current()
    asked = ["eval", "run", "--dataset", questions, "--json"]
    shipped, own = (json.loads(run(var, *asked, *more)) for more in ([], ["--model", models["Bert"]]))
    assert shipped["settings"]["model"].startswith("all-MiniLM-L6-v2 (")
    assert own["settings"]["model"].startswith("Bert (")
    assert (shipped["snapshot"], Store(var).current()) == (active, active)
    assert own["snapshot"] != active
    assert "hit@1" in run(var, "eval", "compare", shipped["run"], own["run"], "--dataset", questions)
