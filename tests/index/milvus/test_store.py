"""Listing, publishing, activating and deleting snapshots on a server."""

from pathlib import Path
from typing import Any

import pytest

from corpus.errors import NotFoundError, SnapshotError
from index.milvus.connection import Connection
from index.milvus.store import MilvusStore
from index.retrieval.fusion import Ranking
from index.search import Searcher
from index.snapshots.store import Store
from index.stores import open_store
from tests.fakes import FakeEncoder
from tests.index.milvus.samples import QUESTION, by_age, ids

pytestmark = pytest.mark.slow


def test_the_list_is_that_of_the_local_store(published: MilvusStore, local: Store) -> None:
    assert published.list() == local.list()
    assert [info.evaluation for info in published.list()] == [None, {"hit@3": 0.9}]
    assert published.names() == local.names()


def test_activate_rolls_back_and_forward(published: MilvusStore, local: Store) -> None:
    old, new = by_age(local)
    for name in (old, new):
        published.activate(name)
        assert published.current() == published.open().id == name
        assert [info.id for info in published.list() if info.active] == [name]
    assert len(published.open(old).documents) == 1


def test_an_open_snapshot_stays_what_it_is_when_another_is_activated(published: MilvusStore, local: Store) -> None:
    old, new = by_age(local)
    searcher = Searcher(published.open(), FakeEncoder(), Ranking())
    before = ids(searcher.search(QUESTION, 5)[1])
    published.activate(old)
    assert ids(searcher.search(QUESTION, 5)[1]) == before
    published.activate(new)


def test_publishing_again_changes_nothing(
    published: MilvusStore, local: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    call = Connection.call

    def record(self: Connection, method: str, *given: Any, **options: Any) -> Any:
        called.append(method)
        return call(self, method, *given, **options)

    monkeypatch.setattr(Connection, "call", record)
    assert published.publish(local) == local.current()
    assert set(called) == {"list_collections", "load_collection", "query", "get"}  # all of them only read


@pytest.mark.parametrize("name", ["nothing", "", "x/../y", "centreqa", "20000101T000000_abcdef"])
def test_no_other_name_is_a_snapshot(published: MilvusStore, name: str) -> None:
    for use in (lambda: published.activate(name), lambda: published.open(name or "?")):
        with pytest.raises(NotFoundError, match=r"there is no snapshot .* on .*; publish it first\Z"):
            use()


def test_another_alias_is_another_store(server: str, published: MilvusStore) -> None:
    for alias in ("other", "centre", "centreqa_2026"):
        empty = MilvusStore(server, alias=alias)
        assert (empty.names(), empty.list(), empty.current()) == ([], [], None)
        with pytest.raises(SnapshotError, match=rf"nothing is active under {alias} yet; publish a snapshot\Z"):
            empty.open()


def test_without_an_address_the_store_is_the_local_one(tmp_path: Path, server: str) -> None:
    local = open_store(tmp_path)
    assert isinstance(local, Store)
    assert local.root == tmp_path
    there = open_store(tmp_path, server, alias="other")
    assert isinstance(there, MilvusStore)
    assert there.root == tmp_path
    assert there.current() is None
