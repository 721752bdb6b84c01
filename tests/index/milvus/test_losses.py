"""A publish or a prune that is killed, and rows that are lost: no snapshot looks whole that is not."""

from typing import Any

import pytest

from corpus.errors import SnapshotError
from index.milvus.connection import Connection
from index.milvus.fields import COLLECTIONS, collection_name
from index.milvus.store import MilvusStore
from index.retrieval.fusion import Ranking
from index.search import Searcher
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.index.milvus.samples import by_age

pytestmark = pytest.mark.slow


class Interrupted(BaseException):
    """As a process ends that is killed."""


def test_a_publish_that_is_killed_leaves_the_active_snapshot(
    server: str, published: MilvusStore, local: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before every collection in turn, the header last; then the next one goes through."""
    store, (old, new) = MilvusStore(server, alias="centreqa_killed"), by_age(local)
    store.publish(local, old)
    store.activate(old)
    call = Connection.call
    for victim in COLLECTIONS:

        def kill(self: Connection, method: str, *given: Any, victim: str = victim, **options: Any) -> Any:
            if method == "insert" and given[0].endswith(f"_{victim}"):
                raise Interrupted
            return call(self, method, *given, **options)

        monkeypatch.setattr(Connection, "call", kill)
        with pytest.raises(Interrupted):
            store.publish(local, new)
        monkeypatch.undo()
        assert [info.id for info in store.list()] == [old]
        assert store.open().id == old
    with pytest.raises(SnapshotError, match=rf"{new}: was not published to its end; publish it again\Z"):
        store.activate(new)
    told: list[tuple[int, int]] = []
    assert store.publish(local, new, lambda done, total: told.append((done, total))) == new
    assert told[-1] == (told[-1][1],) * 2
    assert store.current() == old
    store.activate(new)
    assert store.open().id == new
    assert published.names() == local.names()  # though its alias begins like theirs


def test_rows_that_are_lost_are_noticed(server: str, local: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store, call = MilvusStore(server, alias="lossy"), Connection.call

    def lose(self: Connection, method: str, *given: Any, **options: Any) -> Any:
        if method == "insert" and given[0].endswith("_sentences"):
            given = (given[0], given[1][:-1])
        return call(self, method, *given, **options)

    monkeypatch.setattr(Connection, "call", lose)
    with pytest.raises(SnapshotError, match=r"_sentences: holds \d+ rows, not \d+; .*publish again\Z"):
        store.publish(local, by_age(local)[0])
    assert store.list() == []
    assert store.current() is None


def test_a_prune_that_is_killed_leaves_nothing_that_looks_whole(
    server: str, local: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, (old, new), call = MilvusStore(server, alias="pruned"), by_age(local), Connection.call
    for name in (old, new):
        store.publish(local, name)
    store.activate(new)
    dropped: list[object] = []

    def kill(self: Connection, method: str, *given: Any, **options: Any) -> Any:
        if method == "drop_collection":
            if dropped:
                raise Interrupted
            dropped.append(given[0])
        return call(self, method, *given, **options)

    monkeypatch.setattr(Connection, "call", kill)
    with pytest.raises(Interrupted):
        store.prune(1)
    monkeypatch.undo()
    assert store.names() == [new]
    store.publish(local, old)
    assert store.open(old).id == old
    assert store.prune(1) == [old]


def test_rows_that_are_deleted_are_noticed(server: str, local: Store) -> None:
    store, (old, _) = MilvusStore(server, alias="damaged"), by_age(local)
    store.publish(local, old)
    store.activate(old)
    searcher = Searcher(store.open(), FakeEncoder(), Ranking())
    connection = Connection(server)
    connection.call("delete", collection_name("damaged", old, "sentences"), ids=[0])
    with pytest.raises(SnapshotError, match="the server has 3 of 4 sentences; publish again"):
        searcher.search("cat", 3)
    for use in (lambda: store.activate(old), lambda: store.open()):
        with pytest.raises(SnapshotError, match="_sentences: holds 3 rows, not 4; activate another snapshot"):
            use()
    assert store.prune(0) == []
    connection.call("drop_alias", "damaged")
    assert store.prune(0) == [old]
    assert store.list() == []
    assert not [name for name in connection.call("list_collections") if name.startswith("damaged")]
