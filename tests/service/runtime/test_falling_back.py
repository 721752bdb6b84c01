"""One snapshot is damaged: another one is served, which is said, until the active one is mended."""

import asyncio
import os
import re
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from corpus.errors import SnapshotError, UnavailableError
from corpus.sources import make_document
from index.build import build
from index.snapshots import snapshot
from index.snapshots.store import Store
from index.stores import ServedStore
from service.answering.engine import Engine
from service.runtime.current import CurrentEngine
from tests.fakes import FakeEncoder
from tests.leases import has_leases

TEXTS = ["The first harbour.", "The second harbour.", "The third harbour."]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three snapshots; the last is active."""
    store = Store(tmp_path_factory.mktemp("published"))
    for text in TEXTS:
        build(store, [make_document("a", text)], FakeEncoder())
    return store.root


@pytest.fixture
def store(published: Path, tmp_path: Path) -> Store:
    """A copy to damage."""
    return Store(Path(shutil.copytree(published, tmp_path / "var")))


def following(store: Store, retry_seconds: float = 1000.0) -> CurrentEngine:
    def open_engine(served: ServedStore, name: str) -> Engine:
        return Engine(served.open(name), FakeEncoder())

    return CurrentEngine(store, open_engine, retry_seconds)


def ids(store: Store) -> list[str]:
    """Every snapshot, oldest first."""
    return [info.id for info in reversed(store.list())]


def text_of(current: CurrentEngine) -> str:
    return current.engine.document("a").text


def text_file(store: Store, number: int) -> Path:
    return store.folder(ids(store)[number]) / "text.bin"


def damage(path: Path) -> None:
    path.write_bytes(b"X" + path.read_bytes()[1:])


def test_a_start_uses_the_newest_good_snapshot_and_says_so(store: Store) -> None:
    first, second, third = ids(store)
    damage(text_file(store, 2))
    current = following(store)
    with capture_logs() as lines:
        current.follow()
        current.follow()
    assert (current.snapshot, text_of(current)) == (second, TEXTS[1])
    assert current.ready.is_set()
    assert f"{third}/text.bin: is damaged" in str(current.error)
    assert [(line["event"], line.get("in_use")) for line in lines] == [
        ("snapshot opened", None),
        ("snapshot not opened", second),
    ]
    damage(text_file(store, 1))
    current = following(store)
    current.follow()
    assert current.snapshot == first
    assert store.current() == third


def test_an_active_one_that_is_mended_is_used(store: Store) -> None:
    path = text_file(store, 2)
    good = path.read_bytes()
    damage(path)
    current = following(store, retry_seconds=0)
    current.follow()
    assert text_of(current) == TEXTS[1]
    path.write_bytes(good)
    last = time.monotonic() + 60
    while current.error and time.monotonic() < last:
        current.follow()
    assert (current.snapshot, text_of(current), current.error) == (store.current(), TEXTS[2], None)


def test_what_its_gate_refused_is_never_used_and_newer_ones_come_last(store: Store) -> None:
    first, second, third = ids(store)
    store.activate(second)
    damage(text_file(store, 1))
    current = following(store)
    current.follow()
    assert current.snapshot == first
    damage(text_file(store, 0))
    current = following(store)
    current.follow()
    assert current.snapshot == third
    store.annotate(third, {"gate": {"passed": False}})
    current = following(store)
    current.follow()
    with pytest.raises(UnavailableError, match=f"{second}/text.bin: is damaged"):
        _ = current.engine


@pytest.mark.parametrize("content", [b"", b"\n", b"\0" * 10**6, b"20000101T000000-aaaaaa\n"])
def test_a_pointer_that_names_nothing_is_an_error_and_no_wait(store: Store, content: bytes) -> None:
    (store.root / "CURRENT").write_bytes(content)
    current = following(store)
    current.follow()
    assert current.snapshot == ids(store)[2]
    assert "CURRENT" in str(current.error) or "no snapshot" in str(current.error)
    assert current.activate(ids(store)[0]).id == current.snapshot == ids(store)[0]
    assert current.error is None


def test_a_pointer_that_is_emptied_under_a_running_service_is_said(store: Store) -> None:
    current = following(store)
    current.follow()
    (store.root / "CURRENT").write_bytes(b"")
    current.follow()
    assert current.snapshot == ids(store)[2]
    assert "CURRENT: is empty" in str(current.error)


def test_without_an_active_snapshot_none_is_used(store: Store) -> None:
    (store.root / "CURRENT").unlink()
    current = following(store)
    current.follow()
    with pytest.raises(UnavailableError, match="there is no index yet"):
        _ = current.engine


def cut(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize("change", [damage, cut])
@pytest.mark.parametrize("name", ["text.bin", "vectors.bin", "sentence_codes.bin", "passages.bin", "dense.faiss"])
def test_files_that_change_under_the_engine_end_in_a_refusal_and_another_snapshot(
    store: Store, name: str, change: Callable[[Path], None]
) -> None:
    second, third = ids(store)[1:]
    current = following(store)
    current.follow()
    engine = current.engine
    change(store.folder(third) / name)
    time.sleep(0.1)  # a look is made so rarely that it costs little
    for ask in (engine.ask, engine.search, lambda _: engine.document("a"), lambda _: current.engine):
        with pytest.raises(SnapshotError, match=f"{third}/{name}: was changed while it was in use"):
            ask("Which harbour?")
    with capture_logs() as lines:
        current.follow()
    assert "snapshot changed while it was in use" in [line["event"] for line in lines]
    assert (current.snapshot, text_of(current)) == (second, TEXTS[1])
    assert f"{third}/{name}: is damaged" in str(current.error)


@pytest.mark.parametrize("change", [damage, cut])
@pytest.mark.parametrize("name", ["text.bin", "vectors.bin", "dense.faiss", "lexical/terms.bin"])
def test_who_would_change_mapped_files_waits_until_another_snapshot_is_used(
    store: Store, name: str, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_leases(store.root):
        pytest.skip("this file system has no leases")
    monkeypatch.setattr(snapshot, "IN_MEMORY", 0)
    second, third = ids(store)[1:]
    current = following(store)
    current.follow()
    with ThreadPoolExecutor() as pool:
        writing = pool.submit(change, store.folder(third) / name)
        time.sleep(0.1)  # a look is made so rarely that it costs little
        with pytest.raises(SnapshotError, match=f"{third}/{name}: is to be changed while it is in use"):
            current.engine.ask("Which harbour?")
        assert not writing.done()
        current.follow()
        assert (current.snapshot, text_of(current)) == (second, TEXTS[1])
        assert re.search(f"{third}/{name}: (somebody is writing to it|is damaged)", str(current.error))
        writing.result(1)
    with pytest.raises(SnapshotError, match=f"{third}/{name}: is damaged"):
        current.reload()


def test_where_no_snapshot_can_be_used_any_more_the_helpers_let_go_of_theirs(store: Store) -> None:
    current = following(store)
    used = list[str | None]()

    async def use(snapshot: str | None, opened: int) -> None:
        used.append(snapshot)
        if snapshot:
            for number in range(len(TEXTS)):
                cut(text_file(store, number))

    async def scenario() -> None:
        watching = asyncio.create_task(current.watch(use, seconds=0.001))
        while len(used) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        watching.cancel()

    _, _, third = ids(store)
    asyncio.run(asyncio.wait_for(scenario(), 10))
    assert used[:2] == [third, None]


def test_files_that_are_as_they_were_are_opened_again(store: Store) -> None:
    current = following(store)
    current.follow()
    engine = current.engine
    os.utime(text_file(store, 2), ns=(0, 0))
    current.follow()
    assert current.engine is not engine
    assert (current.snapshot, current.error) == (ids(store)[2], None)
