"""Where evaluated engines come from: snapshots, stores that are made for a set, and how documents are cut for it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import SnapshotError
from corpus.passages import Chunking
from corpus.sources import make_document
from eval.datasets.questions import Dataset, Gold, Question
from eval.runs.prepare import chunking_for, engine_for, index_documents, quoted_texts
from index.encoding.encoder import Encoder
from index.snapshots.store import Store

TEXTS = {"rouen": "Rouen is an old town on the river.", "caen": "Caen was rebuilt after the war."}
DOCUMENTS = tuple(make_document(name, text) for name, text in TEXTS.items())
QUESTION = Question("q1", "Which town is on the river?", True, (Gold("rouen", 0, 5, "Rouen"),), "", "", "q1")
ABOUT_SNAPSHOT = Dataset("set", None, (QUESTION,), "span", "ab")
WITH_DOCUMENTS = Dataset("own", DOCUMENTS, (QUESTION,), "span", "cd")

pytestmark = pytest.mark.usefixtures("without_model")


def test_documents_are_indexed_once(tmp_path: Path, encoder: Encoder) -> None:
    phases: list[str] = []
    first = index_documents(DOCUMENTS, tmp_path, encoder, progress=lambda phase, done, total: phases.append(phase))
    assert set(phases) == {"read", "encode", "index", "publish"}
    again = index_documents(DOCUMENTS, tmp_path, encoder, progress=lambda phase, done, total: phases.append("again"))
    assert again.id == first.id
    assert "again" not in phases


def test_other_documents_or_chunking_are_other_stores(tmp_path: Path, encoder: Encoder) -> None:
    first = index_documents(DOCUMENTS, tmp_path, encoder)
    assert index_documents(DOCUMENTS[:1], tmp_path, encoder).id != first.id
    assert index_documents(DOCUMENTS, tmp_path, encoder, Chunking(max_tokens=20)).id != first.id
    assert len(list((tmp_path / "eval" / "stores").iterdir())) == 3


def test_a_damaged_store_is_built_again(tmp_path: Path, encoder: Encoder) -> None:
    first = index_documents(DOCUMENTS, tmp_path, encoder)
    (manifest,) = tmp_path.glob(f"eval/stores/*/snapshots/{first.id}/manifest.json")
    manifest.write_text("{")
    assert index_documents(DOCUMENTS, tmp_path, encoder).id != first.id


def test_an_engine_is_on_the_sets_documents_or_the_active_snapshot(fill: Callable[..., Store]) -> None:
    store = fill(TEXTS)
    assert engine_for(ABOUT_SNAPSHOT, store.root).snapshot == store.current()
    assert engine_for(WITH_DOCUMENTS, store.root).snapshot != store.current()


def test_a_chunking_is_the_default_except_for_what_is_given() -> None:
    assert chunking_for(WITH_DOCUMENTS) == Chunking()
    for dataset in (WITH_DOCUMENTS, ABOUT_SNAPSHOT):
        assert chunking_for(dataset, max_tokens=100, overlap=2) == Chunking(max_tokens=100, overlap=2)
        assert chunking_for(dataset, min_tokens=0) == Chunking(min_tokens=0)
        assert chunking_for(dataset, overlap=0) == Chunking()


def test_the_passages_of_a_snapshot_are_taken_as_they_are_where_nothing_is_given() -> None:
    assert chunking_for(ABOUT_SNAPSHOT) is None


def test_an_engine_has_the_wanted_passages(tmp_path: Path) -> None:
    whole = engine_for(WITH_DOCUMENTS, tmp_path)
    cut = engine_for(WITH_DOCUMENTS, tmp_path, chunking=Chunking(max_tokens=3))
    assert [len(engine.passages("rouen")) for engine in (whole, cut)] == [1, 3]


def test_the_documents_of_a_snapshot_can_be_cut_otherwise(fill: Callable[..., Store]) -> None:
    store = fill(TEXTS)
    active = store.current()
    cut = engine_for(ABOUT_SNAPSHOT, store.root, chunking=Chunking(max_tokens=3))
    assert [len(cut.passages(name)) for name in TEXTS] == [3, 3]
    assert [cut.document(name).text for name in TEXTS] == list(TEXTS.values())
    assert (store.current(), store.names()) == (active, [active])
    again = engine_for(ABOUT_SNAPSHOT, store.root, chunking=Chunking(max_tokens=3))
    assert again.snapshot == cut.snapshot


def test_documents_that_are_cut_otherwise_keep_the_confidence_of_their_snapshot(fill: Callable[..., Store]) -> None:
    store = fill(TEXTS)
    question = QUESTION.text
    shipped = engine_for(ABOUT_SNAPSHOT, store.root, chunking=Chunking(max_tokens=20)).ask(question).confidence
    fitted = {"weights": {}, "intercept": 25.0, "threshold": 0.5}
    (store.root / "confidence.json").write_text(json.dumps(fitted))
    fill(TEXTS)
    kept = engine_for(ABOUT_SNAPSHOT, store.root, chunking=Chunking(max_tokens=20)).ask(question).confidence
    assert shipped < 0.999 < kept


def test_documents_are_cut_otherwise_by_the_encoder_of_their_snapshot(
    fill: Callable[..., Store], encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_encoder(models: Path, variant: str, model_path: Path | None, progress: object) -> Encoder:
        opened.append(variant)
        return encoder

    store = fill(TEXTS)
    monkeypatch.setattr("eval.runs.prepare.open_encoder", open_encoder)
    for variant in ("auto", "torch"):
        engine_for(ABOUT_SNAPSHOT, store.root, chunking=Chunking(max_tokens=20), variant=variant)
    assert opened == ["fake", "torch"]


def test_without_a_snapshot_there_is_nothing_to_cut(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"^there is no index in .* yet; run `python -m index build`$"):
        engine_for(ABOUT_SNAPSHOT, tmp_path, chunking=Chunking(max_tokens=20))


def test_quotes_are_looked_for_in_what_is_released_and_what_is_active(
    fill: Callable[..., Store], tmp_path: Path
) -> None:
    with pytest.raises(SnapshotError, match=r"^there is no index in .* yet; run `python -m index build`$"):
        list(quoted_texts(tmp_path / "var"))
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "lyon.txt").write_text("Lyon lies on two rivers.")
    source = {"lyon": "Lyon lies on two rivers."}
    assert list(quoted_texts(tmp_path / "var", tmp_path / "new")) == [source]
    store = fill(TEXTS)
    assert list(quoted_texts(store.root)) == [TEXTS]
    assert list(quoted_texts(store.root, tmp_path / "new")) == [source, TEXTS]
