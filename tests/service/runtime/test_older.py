"""Older snapshots: opened once, and again only where that is needed."""

import pytest

from corpus.errors import NotFoundError
from index.search import ServedSnapshot
from service.runtime.older import OlderSnapshots
from tests.fakes import FakeStore


class CountingStore(FakeStore):
    """Remembers what it opened."""

    def __init__(self, *snapshots: str) -> None:
        super().__init__(None, snapshots)
        self.opened: list[str] = []

    def open(self, snapshot: str | None = None) -> ServedSnapshot:
        self.opened.append(str(snapshot))
        return super().open(snapshot)


def test_one_is_opened_once() -> None:
    store = CountingStore("s1", "s2")
    older = OlderSnapshots(store)
    assert older.open("s1") is older.open("s1")
    assert older.open("s2") is not older.open("s1")
    assert store.opened == ["s1", "s2"]


def test_only_those_that_were_asked_for_last_stay_open() -> None:
    store = CountingStore("s1", "s2", "s3")
    older = OlderSnapshots(store, kept=2)
    for name in ("s1", "s2", "s1", "s3", "s1", "s2"):
        older.open(name)
    assert store.opened == ["s1", "s2", "s3", "s2"]


def test_one_that_was_deleted_is_not_kept() -> None:
    store = CountingStore("s1", "s2")
    older = OlderSnapshots(store)
    older.open("s1")
    store.snapshots = ["s2"]
    with pytest.raises(NotFoundError):
        older.open("s1")


def test_one_that_was_changed_is_opened_again() -> None:
    store = CountingStore("s1")
    older = OlderSnapshots(store)
    older.open("s1").changed = "vectors"  # type: ignore[attr-defined]
    older.open("s1").require_unchanged(now=True)
    assert store.opened == ["s1", "s1"]
