"""Where evaluated engines come from: snapshots, stores that are made for a set, and how documents are cut for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.passages import Chunking
from corpus.sources import make_document
from eval.datasets.questions import Dataset, Gold, Question
from eval.runs.prepare import chunking_for, engine_for, index_documents
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
    assert chunking_for(WITH_DOCUMENTS, max_tokens=100, overlap=2) == Chunking(max_tokens=100, overlap=2)
    assert chunking_for(ABOUT_SNAPSHOT) is None


def test_the_passages_of_a_snapshot_are_not_chosen_again() -> None:
    with pytest.raises(InputError, match=r"^set is asked of a snapshot, whose passages are made; leave out overlap$"):
        chunking_for(ABOUT_SNAPSHOT, overlap=0)


def test_an_engine_has_the_wanted_passages(tmp_path: Path) -> None:
    whole = engine_for(WITH_DOCUMENTS, tmp_path)
    cut = engine_for(WITH_DOCUMENTS, tmp_path, chunking=Chunking(max_tokens=3))
    assert [len(engine.passages("rouen")) for engine in (whole, cut)] == [1, 3]
