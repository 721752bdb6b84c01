"""The reference to the engine, and what rebinds it."""

import asyncio
from typing import cast

import pytest

from corpus.errors import NotFoundError, SnapshotError, UnavailableError
from index.snapshots.store import SnapshotInfo, Store
from service.answering.engine import Engine
from service.runtime.current import Live


class FakeStore:
    def __init__(self, active: str | None) -> None:
        self.active = active

    def current(self) -> str | None:
        return self.active

    def activate(self, snapshot: str) -> None:
        if snapshot == "unknown":
            raise NotFoundError("there is no snapshot 'unknown'")
        self.active = snapshot

    def list(self) -> list[SnapshotInfo]:
        return [SnapshotInfo(str(self.active), "", True, 1, 1, "fake", 1, None)]


class FakeEngine:
    def __init__(self, snapshot: str) -> None:
        self.snapshot = snapshot


def live_on(store: FakeStore) -> Live:
    def open_engine(_: Store, snapshot: str) -> Engine:
        if snapshot == "damaged":
            raise SnapshotError("damaged: its checksum differs")
        return cast(Engine, FakeEngine(snapshot))

    return Live(cast(Store, store), open_engine)


def test_nothing_is_loaded_until_a_reload() -> None:
    live = live_on(FakeStore("s1"))
    assert live.snapshot is None
    with pytest.raises(UnavailableError, match="still being opened"):
        _ = live.engine
    live.reload()
    assert live.engine.snapshot == live.snapshot == "s1"
    assert live.ready.is_set()


def test_no_snapshot_says_what_to_run() -> None:
    live = live_on(FakeStore(None))
    with pytest.raises(UnavailableError):
        live.reload()
    with pytest.raises(UnavailableError, match="python -m index build"):
        _ = live.engine


def test_the_same_snapshot_is_not_opened_again() -> None:
    live = live_on(FakeStore("s1"))
    live.reload()
    engine = live.engine
    live.reload()
    assert live.engine is engine


def test_a_snapshot_that_does_not_open_leaves_the_old_one() -> None:
    store = FakeStore("s1")
    live = live_on(store)
    live.reload()
    store.active = "damaged"
    with pytest.raises(SnapshotError):
        live.reload()
    assert live.snapshot == "s1"
    assert live.error == "damaged: its checksum differs"


def test_activating_what_does_not_open_is_undone() -> None:
    store = FakeStore("s1")
    live = live_on(store)
    live.reload()
    with pytest.raises(SnapshotError):
        live.activate("damaged")
    assert store.active == live.snapshot == "s1"
    with pytest.raises(NotFoundError):
        live.activate("unknown")
    assert live.activate("s2").id == live.snapshot == "s2"


def test_watching_follows_the_pointer_past_a_bad_snapshot() -> None:
    store = FakeStore("s1")
    live = live_on(store)
    used = list[str]()

    async def use(snapshot: str) -> None:
        used.append(snapshot)

    async def until(snapshot: str | None, error: bool) -> None:
        while live.snapshot != snapshot or (live.error is not None) != error or used[-1:] != [snapshot]:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    async def scenario() -> None:
        watching = asyncio.create_task(live.watch(use, seconds=0.001))
        await until("s1", error=False)
        store.active = "damaged"
        await until("s1", error=True)
        store.active = "s2"
        await until("s2", error=False)
        watching.cancel()

    asyncio.run(asyncio.wait_for(scenario(), 10))


def test_following_never_raises_and_tries_a_bad_snapshot_once() -> None:
    store, opened = FakeStore("damaged"), list[str]()

    def open_engine(_: Store, snapshot: str) -> Engine:
        opened.append(snapshot)
        raise RuntimeError if snapshot == "odd" else SnapshotError("its checksum differs")

    live = Live(cast(Store, store), open_engine)
    for snapshot in ("damaged", "damaged", "odd", "odd"):
        store.active = snapshot
        live.follow()
    assert opened == ["damaged", "odd"]
    assert live.error == "odd could not be opened"


def test_what_is_given_up_is_not_kept() -> None:
    live = live_on(FakeStore("s1"))
    assert live.give_up() is None
    live.reload()
    engine = live.engine
    assert live.give_up() is engine
    assert live.snapshot is None
