"""The reference to the engine, and what rebinds it."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from corpus.errors import NotFoundError, SnapshotError, UnavailableError
from index.snapshots.store import SnapshotInfo
from index.stores import ServedStore
from service.answering.engine import Engine
from service.runtime.current import CurrentEngine
from tests.fakes import FakeEngine, FakeStore

fake_store = partial(FakeStore, snapshots=("s1", "s2", "damaged"))


def following(store: FakeStore) -> CurrentEngine:
    """A reference that follows this store, in which one snapshot does not open."""

    def open_engine(_: ServedStore, snapshot: str) -> Engine:
        if snapshot == "damaged":
            raise SnapshotError("damaged: its checksum differs")
        return FakeEngine(snapshot)

    return CurrentEngine(store, open_engine)


def test_nothing_is_loaded_until_a_reload() -> None:
    current = following(fake_store("s1"))
    assert current.snapshot is None
    with pytest.raises(UnavailableError, match="still being opened"):
        _ = current.engine
    current.reload()
    assert current.engine.snapshot == current.snapshot == "s1"
    assert current.ready.is_set()


def test_no_snapshot_says_what_to_run() -> None:
    current = following(fake_store(None))
    with pytest.raises(UnavailableError):
        current.reload()
    with pytest.raises(UnavailableError, match="python -m index build"):
        _ = current.engine


def test_the_same_snapshot_is_not_opened_again() -> None:
    current = following(fake_store("s1"))
    current.reload()
    engine = current.engine
    current.reload()
    assert current.engine is engine


def test_a_snapshot_that_does_not_open_leaves_the_old_one() -> None:
    store = fake_store("s1")
    current = following(store)
    current.reload()
    store.active = "damaged"
    with pytest.raises(SnapshotError):
        current.reload()
    assert current.snapshot == "s1"
    assert current.error == "damaged: its checksum differs"


def test_activating_what_does_not_open_is_undone() -> None:
    store = fake_store("s1")
    current = following(store)
    current.reload()
    with pytest.raises(SnapshotError):
        current.activate("damaged")
    assert store.active == current.snapshot == "s1"
    with pytest.raises(NotFoundError):
        current.activate("unknown")
    assert current.activate("s2").id == current.snapshot == "s2"


def test_activating_what_others_replace_and_delete_meanwhile_is_an_error() -> None:
    class BusyStore(FakeStore):
        def list(self) -> list[SnapshotInfo]:
            self.snapshots = [name for name in self.snapshots if name != "s2"]
            return super().list()

    current = following(BusyStore("s1"))
    with pytest.raises(NotFoundError, match="was deleted since"):
        current.activate("s2")


def test_watching_follows_the_pointer_past_a_bad_snapshot() -> None:
    store = fake_store("s1")
    current = following(store)
    used = list[str | None]()

    async def use(snapshot: str | None, opened: int) -> None:
        used.append(snapshot)

    async def until(condition: Callable[[], bool], snapshot: str) -> None:
        while not condition() or current.snapshot != snapshot or used[-1:] != [snapshot]:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    async def scenario() -> None:
        watching = asyncio.create_task(current.watch(use, seconds=0.001))
        await until(lambda: current.error is None, "s1")
        store.active = "damaged"
        await until(lambda: current.error is not None, "s1")
        store.active = "s2"
        await until(lambda: current.error is None, "s2")
        watching.cancel()

    asyncio.run(asyncio.wait_for(scenario(), 10))


def test_following_never_raises_and_does_not_try_a_bad_snapshot_again_at_once() -> None:
    store, tried = FakeStore("damaged", ()), list[str]()

    def open_engine(_: ServedStore, snapshot: str) -> Engine:
        tried.append(snapshot)
        raise RuntimeError if snapshot == "odd" else SnapshotError("its checksum differs")

    current = CurrentEngine(store, open_engine, retry_seconds=1000)
    for snapshot in ("damaged", "damaged", "odd", "odd"):
        store.active = snapshot
        current.follow()
    assert tried == ["damaged", "odd"]
    assert current.error == "odd could not be opened"
    again = CurrentEngine(store, open_engine, retry_seconds=0)
    again.follow()
    again.follow()
    assert tried == ["damaged", "odd"] + ["odd"] * 2


def test_an_engine_that_is_handed_over_is_not_kept() -> None:
    current = following(fake_store("s1"))
    assert current.hand_over() is None
    current.reload()
    engine = current.engine
    assert current.hand_over() is engine
    assert current.snapshot is None
