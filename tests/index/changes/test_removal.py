"""A document that is removed is in no snapshot any more."""

from collections.abc import Callable

import pytest

from corpus.errors import ConflictError, NotFoundError
from corpus.sources import make_document
from index.build import build
from index.changes.removal import Receipt, RemovedText, erase, texts_of
from index.edits import Edit
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

ONE, OTHER, TWO = "The secret is blue.", "The secret is red.", "Nothing special."
Fill = Callable[..., Store]


def sha256(text: str) -> str:
    return make_document("any", text).info.sha256


@pytest.fixture
def history(fill: Fill) -> tuple[Store, dict[str, str]]:
    """Snapshots with and without the document `one`, by what they are; the last one, without it, is active."""
    steps = {
        "other text": {"one": OTHER, "two": TWO},
        "before": {"two": TWO},
        "under another id": {"elsewhere": ONE, "two": TWO},
        "held": {"one": ONE, "two": TWO},
        "after": {"two": TWO},
    }
    ids = {name: str(fill(texts).current()) for name, texts in steps.items()}
    return fill({"two": TWO}), ids


def removed() -> tuple[RemovedText, ...]:
    return tuple(sorted((RemovedText("one", sha256(ONE)), RemovedText("one", sha256(OTHER))), key=lambda t: t.sha256))


def test_every_snapshot_that_holds_a_text_of_it_goes(history: tuple[Store, dict[str, str]]) -> None:
    store, ids = history
    assert texts_of(store, ["one"]) == removed()
    receipt = erase(store, texts_of(store, ["one"]))
    assert receipt == Receipt(removed(), receipt.deleted)
    assert sorted(receipt.deleted) == sorted([ids["other text"], ids["under another id"], ids["held"]])
    assert set(store.names()) == {ids["before"], ids["after"], store.current()}
    assert not any("secret" in path.read_text("utf-8", "replace") for path in store.root.rglob("*") if path.is_file())
    assert receipt.lines() == [
        *(f"one (SHA-256 {text.sha256}) is in no snapshot any more" for text in removed()),
        *(f"deleted snapshot {name}, which held it" for name in receipt.deleted),
    ]
    with pytest.raises(NotFoundError, match="no snapshot has a document 'one'"):
        texts_of(store, ["two", "one"])


def test_history_is_kept_where_that_is_wanted(history: tuple[Store, dict[str, str]]) -> None:
    store, ids = history
    names = store.names()
    receipt = erase(store, texts_of(store, ["one"]), keep_history=True)
    kept = {ids["other text"], ids["under another id"], ids["held"]}
    assert (receipt.deleted, set(receipt.kept), store.names()) == ((), kept, names)
    assert receipt.lines()[0].endswith("is not in the active snapshot any more")
    assert receipt.lines()[-1] == f"kept snapshot {receipt.kept[-1]}, which holds it"


def test_the_active_snapshot_stays_and_copies_in_it_are_named(fill: Fill) -> None:
    held = fill({"one": ONE, "copy": ONE, "two": TWO})
    texts = texts_of(held, ["one"])
    build(held, [], FakeEncoder(), edit=Edit("overwrite", remove=frozenset({"one"})))
    older = fill({"copy": ONE, "two": TWO}, activate=False).list()[0].id
    receipt = erase(held, texts)
    assert receipt.copies == ("copy",)
    assert receipt.lines()[-1] == "document copy says the same and stays: remove it too if it has to go"
    assert sorted(held.names()) == sorted([str(held.current()), older])


def test_the_active_snapshot_is_never_deleted(history: tuple[Store, dict[str, str]]) -> None:
    store, ids = history
    texts = texts_of(store, ["one"])
    store.activate(ids["other text"])  # somebody rolled back
    assert ids["other text"] not in erase(store, texts).deleted
    assert store.open().document("one").text == OTHER


def test_a_snapshot_that_cannot_be_read_goes_too(history: tuple[Store, dict[str, str]]) -> None:
    store, ids = history
    (store.folder(ids["before"]) / "documents.jsonl").write_bytes(b"\xff")
    (store.folder(ids["after"]) / "manifest.json").write_text("{}")  # its documents can still be read
    receipt = erase(store, texts_of(store, ["one"]))
    assert ids["before"] in receipt.deleted
    assert ids["after"] in store.names()


def test_nothing_is_deleted_while_a_build_runs(history: tuple[Store, dict[str, str]]) -> None:
    store, _ = history
    texts = texts_of(store, ["one"])
    with store.lock(), pytest.raises(ConflictError, match="another build is running"):
        erase(store, texts)
    assert len(erase(store, texts_of(store, ["one"])).deleted) == 3
