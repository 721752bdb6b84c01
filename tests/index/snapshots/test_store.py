"""Listing, opening, activating and deleting snapshots."""

import re
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import ConflictError, NotFoundError, SnapshotError
from corpus.sources import make_document
from index.build import build
from index.snapshots.store import SnapshotInfo, Store
from tests.fakes import FakeEncoder

ROOT = Path(__file__).parents[3]
Fill = Callable[..., Store]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three snapshots, of one, two and three documents; the last is active."""
    store = Store(tmp_path_factory.mktemp("published"))
    for documents in (1, 2, 3):
        build(store, [make_document(f"d{n}", f"Text {n}.") for n in range(documents)], FakeEncoder())
    return store.root


@pytest.fixture
def store(published: Path, tmp_path: Path) -> Store:
    """A copy to change, which waits for no other process."""
    return Store(Path(shutil.copytree(published, tmp_path / "var")), patience=0)


def by_size(store: Store) -> dict[int, str]:
    return {info.documents: info.id for info in store.list()}


def test_the_list_is_newest_first_with_every_field(store: Store) -> None:
    listed = store.list()
    assert [info.documents for info in listed] == [3, 2, 1]
    newest = listed[0]
    paths = [path for path in store.folder(newest.id).rglob("*") if path.is_file() and path.name != "manifest.json"]
    size = sum(path.stat().st_size for path in paths)
    assert newest == SnapshotInfo(newest.id, newest.created, True, 3, 3, "fake (fake)", size, None, 1.0)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", newest.created)
    assert re.sub(r"[-:]", "", newest.created[:19]) == newest.id[:15]
    assert [info.active for info in listed] == [True, False, False]
    assert sorted(info.id for info in listed) == sorted(store.names())


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "var")
    assert (store.list(), store.names(), store.current(), store.abandoned()) == ([], [], None, [])
    with pytest.raises(SnapshotError, match=r"there is no index in .*var yet; run `python -m index build`"):
        store.open()
    assert not store.root.exists()


def test_activate_rolls_back_and_forward(store: Store) -> None:
    ids = by_size(store)
    for documents in (1, 3, 2):
        store.activate(ids[documents])
        assert store.current() == store.open().id == ids[documents]
        assert [info.id for info in store.list() if info.active] == [ids[documents]]
        assert len(store.open().table.documents) == documents
    assert sorted(path.name for path in store.root.iterdir() if path.name != "build.lock") == ["CURRENT", "snapshots"]


TRICKS = [
    "",
    ".",
    "..",
    "../snapshots",
    "nothing",
    "x/../{}",
    "{}/",
    "/{}",
    "{}\0",
    "\ud800",
    "a" * 300,
    "*",
    ".building-1",
]


@pytest.mark.parametrize("trick", TRICKS, ids=ascii)
def test_no_other_name_is_a_snapshot(store: Store, trick: str) -> None:
    (store.root / "snapshots" / ".building-1").mkdir()
    before = store.current()
    for use in (store.folder, store.open, store.verify, store.activate):
        with pytest.raises(NotFoundError, match=r"there is no snapshot .*; `python -m index list` shows"):
            use(trick.format(before))
    assert store.current() == before


def test_a_damaged_snapshot_is_not_activated(store: Store) -> None:
    old, active = by_size(store)[1], store.current()
    (store.folder(old) / "text.bin").write_bytes(b"TEXT 0.")
    for use in (store.activate, store.verify, store.open):
        with pytest.raises(SnapshotError, match=rf"{old}/text\.bin: is damaged"):
            use(old)
    assert store.current() == active
    assert store.verify(str(active)).id == active


def test_a_snapshot_without_a_manifest_is_not_listed(store: Store) -> None:
    old = by_size(store)[1]
    (store.folder(old) / "manifest.json").unlink()
    assert [info.documents for info in store.list()] == [3, 2]
    assert old in store.names()


def test_one_that_is_deleted_while_they_are_listed_is_left_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [*store.names(), "deleted"]
    monkeypatch.setattr(store, "names", lambda: names)
    assert len(store.list()) == 3


@pytest.mark.parametrize("pointer", [b"20000101T000000-aaaaaa\n", b"\xff\xfe", b"", b"../..\n"])
def test_a_pointer_to_nothing_is_an_error_in_one_line(store: Store, pointer: bytes) -> None:
    (store.root / "CURRENT").write_bytes(pointer)
    with pytest.raises((NotFoundError, SnapshotError), match=r"\A[^\n]*snapshot[^\n]*python -m index [^\n]*\Z"):
        store.open()
    assert [info.active for info in store.list()] == [False] * 3
    store.activate(by_size(store)[2])
    assert [info.active for info in store.list()] == [False, True, False]


def test_nothing_is_pruned_while_nobody_knows_what_is_active(store: Store) -> None:
    (store.root / "CURRENT").write_bytes(b"")
    with pytest.raises(SnapshotError, match="CURRENT: is empty"):
        store.prune(1)
    assert len(store.list()) == 3


def test_a_report_is_shown_with_its_snapshot_and_does_not_damage_it(store: Store) -> None:
    old = by_size(store)[1]
    for report in ({"hit@3": 0.9}, {"hit@3": 0.95, "by": ["é"]}):
        store.annotate(old, report)
        assert [info.evaluation for info in store.list()] == [None, None, report]
    store.activate(old)
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.annotate(old, {"hit@3": float("nan")})
    assert store.list()[2].evaluation == report
    with pytest.raises(NotFoundError):
        store.annotate("nothing", {})


@pytest.mark.parametrize(
    ("active", "keep", "left"), [(3, 1, [3]), (1, 1, [3, 1]), (1, 2, [3, 2, 1]), (2, 0, [2]), (3, 9, [3, 2, 1])]
)
def test_prune_keeps_the_newest_and_the_active_one(store: Store, active: int, keep: int, left: list[int]) -> None:
    ids = by_size(store)
    store.activate(ids[active])
    deleted = store.prune(keep)
    assert [info.documents for info in store.list()] == left
    assert set(deleted) == set(ids.values()) - {ids[documents] for documents in left}
    assert sorted(store.names()) == sorted(ids[documents] for documents in left)
    assert store.abandoned() == []


def test_nothing_is_deleted_while_a_build_runs(store: Store) -> None:
    with store.lock(), pytest.raises(ConflictError, match="another build is running"):
        store.prune(1)
    assert len(store.list()) == 3
    assert len(store.prune(1)) == 2


def test_what_holds_the_lock_for_a_moment_is_waited_for(store: Store) -> None:
    locked = threading.Event()

    def delete() -> None:
        with store.lock():
            locked.set()
            time.sleep(0.2)

    deletion = threading.Thread(target=delete)
    deletion.start()
    locked.wait()
    report = build(Store(store.root, patience=60), [make_document("d", "A text.")], FakeEncoder())
    deletion.join()
    assert store.current() == report.snapshot


def test_one_snapshot_is_deleted_unless_it_is_active(store: Store) -> None:
    ids = by_size(store)
    with pytest.raises(ConflictError, match=f"{ids[3]} is active; activate another snapshot"):
        store.delete(ids[3])
    with store.lock(), pytest.raises(ConflictError, match="another build is running"):
        store.delete(ids[1])
    with pytest.raises(NotFoundError):
        store.delete("nothing")
    store.delete(ids[1])
    assert by_size(store) == {size: snapshot for size, snapshot in ids.items() if size > 1}
    assert store.abandoned() == []


def test_the_texts_of_a_snapshot_can_be_listed_though_it_cannot_be_opened(store: Store) -> None:
    newest = str(store.current())
    (store.folder(newest) / "manifest.json").write_text("{}")
    expected = [(f"d{n}", make_document("d", f"Text {n}.").info.sha256) for n in range(3)]
    assert store.texts(newest) == expected
    for damage in (b"\xff", b"{", b"3\n", b"[1]\n"):
        (store.folder(newest) / "documents.jsonl").write_bytes(damage)
        with pytest.raises(SnapshotError, match=r"documents\.jsonl: cannot be read"):
            store.texts(newest)
    (store.folder(newest) / "documents.jsonl").unlink()
    with pytest.raises(SnapshotError):
        store.texts(newest)
