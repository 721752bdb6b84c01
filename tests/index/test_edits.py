"""Which documents a build takes, keeps and refuses."""

import os
from pathlib import Path

import pytest

from corpus.errors import ConflictError, CorpusError, NotFoundError
from corpus.sources import make_document
from index.build import build
from index.edits import Edit, Mode, has_changed, same_source, source_name, source_of, with_source
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.index.builds import numbers


def put(store: Store, source: str, texts: dict[str, str], mode: Mode = "add") -> tuple[int, ...]:
    documents = with_source((make_document(name, text) for name, text in texts.items()), source)
    return numbers(build(store, documents, FakeEncoder(), edit=Edit(mode, source)))


def held(store: Store) -> dict[str, str]:
    """The source of each document."""
    return {record.info.id: source_of(record.info) for record in store.open().documents}


def test_what_a_source_brought_it_may_bring_again(store: Store) -> None:
    assert put(store, "minutes", {"one": "First.", "two": "Second."}) == (2, 0, 0, 0, 2, 0)
    assert put(store, "policy", {"three": "Third."}) == (1, 0, 2, 0, 1, 2)
    assert put(store, "minutes", {"one": "First again."}) == (0, 1, 2, 0, 1, 2)
    assert held(store) == {"one": "minutes", "two": "minutes", "three": "policy"}


def test_what_another_source_brought_is_never_replaced_silently(store: Store) -> None:
    put(store, "minutes", {"one": "First."})
    before = store.current()
    with pytest.raises(ConflictError, match=r"one: minutes brought this document; give --replace .* or rename"):
        put(store, "policy", {"one": "Something else."})
    assert store.current() == before
    put(store, "policy", {"one": "Something else."}, "overwrite")
    assert held(store) == {"one": "policy"}


def test_what_does_not_say_where_it_is_from_may_be_taken_over(store: Store) -> None:
    build(store, [make_document("one", "First."), make_document("two", "Second.")], FakeEncoder())
    put(store, "policy", {"one": "Something else."})
    assert held(store) == {"one": "policy", "two": ""}


def test_only_what_exists_is_replaced(store: Store) -> None:
    put(store, "minutes", {"one": "First.", "two": "Second."})
    with pytest.raises(NotFoundError, match=r"no document 'three' to replace; `python -m index add` adds it"):
        put(store, "policy", {"one": "Other.", "three": "Third."}, "replace")
    assert put(store, "policy", {"one": "Other."}, "replace") == (0, 1, 1, 0, 1, 1)
    assert held(store) == {"one": "policy", "two": "minutes"}


def test_sync_drops_what_the_source_holds_no_more(store: Store) -> None:
    put(store, "minutes", {"one": "First.", "two": "Second."})
    put(store, "policy", {"three": "Third."})
    assert put(store, "minutes", {"two": "Second.", "four": "Fourth."}, "sync") == (1, 0, 2, 1, 1, 2)
    assert held(store) == {"two": "minutes", "three": "policy", "four": "minutes"}
    with pytest.raises(ConflictError, match="three: policy brought"):
        put(store, "minutes", {"three": "Mine."}, "sync")


def test_a_snapshot_knows_whether_a_source_has_changed(store: Store) -> None:
    texts = {"one": "First.", "two": "Second."}
    put(store, "minutes", texts)
    put(store, "policy", {"three": "Third."})

    def changed(texts: dict[str, str]) -> bool:
        documents = (make_document(name, text) for name, text in texts.items())
        return has_changed(store.open(), with_source(documents, "minutes"), "minutes")

    assert not changed(texts)
    assert changed({"one": "First."})
    assert changed(texts | {"two": "Other."})
    assert changed(texts | {"four": "Fourth."})
    assert changed(texts | {"three": "Third."})


def test_removed_documents_leave_and_the_last_one_does_not(store: Store) -> None:
    put(store, "minutes", {"one": "First.", "two": "Second."})
    report = build(store, [], FakeEncoder(), edit=Edit("overwrite", remove=frozenset({"one"})))
    assert numbers(report) == (0, 0, 1, 1, 0, 1)
    assert held(store) == {"two": "minutes"}
    with pytest.raises(CorpusError, match="nothing would be left to search: add another document"):
        build(store, [], FakeEncoder(), edit=Edit("overwrite", remove=frozenset({"two"})))


def test_what_is_removed_leaves_no_vectors_in_shared_files(store: Store) -> None:
    texts = {f"d{number}": f"Text number {number}." for number in range(8)}
    put(store, "minutes", texts)
    build(store, [], FakeEncoder(), edit=Edit("overwrite", remove=frozenset({"d3"})))
    manifest = store.open().manifest
    assert sum(manifest.parts) == manifest.counts.tokens
    put(store, "minutes", {name: text for name, text in texts.items() if name not in ("d3", "d4")}, "sync")
    manifest = store.open().manifest
    assert sum(manifest.parts) > manifest.counts.tokens  # shared with the snapshot before


def test_a_text_that_names_a_source_itself_keeps_that_under_another_name() -> None:
    stated = make_document("one", "---\nsource: The Times\nauthor: Ada\n---\n\nText.", suffix=".md")
    (document,) = with_source([stated], "minutes")
    assert dict(document.info.metadata) == {"author": "Ada", "source": "minutes", "stated source": "The Times"}
    assert document.text == stated.text


def test_sources_are_the_same_however_the_path_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert source_name(Path("./minutes//2026/")) == "minutes/2026"
    assert source_name(Path(os.fsdecode(b"m\xff"))) == r"m\xff"
    assert same_source("minutes", str(tmp_path / "minutes"))
    assert not same_source("http", str(tmp_path / "http"))
    assert not same_source("", str(tmp_path))
