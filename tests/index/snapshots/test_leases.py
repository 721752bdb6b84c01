"""Who would write to a file of a mapped snapshot waits until nobody reads it any more; nobody else waits."""

import fcntl
import os
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from corpus.errors import SnapshotError
from index.snapshots import leases, snapshot
from index.snapshots.leases import Leases
from index.snapshots.snapshot import Snapshot
from tests.index.snapshots.samples import FILES, TEXTS, cut, grow, rewrite
from tests.leases import has_leases

A_WHILE = 0.3  # seconds in which a writer that is not held up has long finished


@pytest.fixture(autouse=True)
def mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every snapshot is mapped."""
    monkeypatch.setattr(snapshot, "IN_MEMORY", 0)
    if not has_leases(tmp_path):
        pytest.skip("this file system has no leases")


@pytest.fixture
def writers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def descriptors() -> int:
    """How many files this process holds open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.parametrize("change", [cut, rewrite, grow])
@pytest.mark.parametrize("name", FILES)
def test_a_writer_waits_until_the_snapshot_is_let_go(
    folder: Path, name: str, change: Callable[[Path], None], writers: ThreadPoolExecutor
) -> None:
    opened = Snapshot.open(folder)
    opened.require_unchanged(now=True)
    before = (folder / name).read_bytes()
    writing = writers.submit(change, folder / name)
    try:
        with pytest.raises(SnapshotError, match=f"{folder.name}/{name}: is to be changed"):
            require_for(opened, A_WHILE)
        assert not writing.done()
        assert (folder / name).read_bytes() == before
        assert opened.document("a").text == TEXTS["a"]
    finally:
        del opened
    writing.result(A_WHILE)
    assert (folder / name).read_bytes() != before


def require_for(opened: Snapshot, seconds: float) -> None:
    """Look for so long whether it is unchanged."""
    ended = time.monotonic() + seconds
    while time.monotonic() < ended:
        opened.require_unchanged()


@pytest.mark.parametrize("name", ["text.bin", "lexical/terms.bin"])
def test_what_somebody_writes_to_is_not_opened(folder: Path, name: str) -> None:
    with (folder / name).open("ab"), pytest.raises(SnapshotError, match=f"{folder.name}/{name}: somebody is writing"):
        Snapshot.open(folder)
    assert Snapshot.open(folder).document("a").text == TEXTS["a"]


def test_who_reads_replaces_links_or_deletes_does_not_wait(
    folder: Path, tmp_path: Path, writers: ThreadPoolExecutor
) -> None:
    opened = Snapshot.open(folder)

    def work() -> None:
        shutil.copytree(folder, tmp_path / "copy")
        os.link(folder / "vectors.bin", tmp_path / "shared")
        (tmp_path / "copy/text.bin").replace(folder / "text.bin")
        (folder / "sentences.bin").unlink()

    writers.submit(work).result(A_WHILE)
    opened.require_unchanged(now=True)
    assert opened.document("a").text == TEXTS["a"]


def test_a_snapshot_that_is_read_holds_nobody_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    opened = Snapshot.open(folder)
    cut(folder / "text.bin")
    with pytest.raises(SnapshotError, match=r"text\.bin: was changed"):
        opened.require_unchanged(now=True)


@pytest.mark.parametrize("error", [PermissionError(13, "not the owner"), OSError(22, "no such thing")])
def test_where_the_system_gives_no_lease_the_file_is_watched(
    folder: Path, error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_or_get = fcntl.fcntl

    def refuse(descriptor: int, command: int, value: int = 0) -> int:
        if command == fcntl.F_SETLEASE:
            raise error
        return set_or_get(descriptor, command, value)

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    before = descriptors()
    assert Leases(folder, FILES).asked_back() is None
    assert descriptors() == before
    opened = Snapshot.open(folder)
    cut(folder / "text.bin")
    with pytest.raises(SnapshotError, match=r"text\.bin: was changed"):
        opened.require_unchanged(now=True)


def test_leases_leave_descriptors_for_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for most, expected in ((len(FILES) * leases.SHARE, len(FILES)), (len(FILES) * leases.SHARE - 1, 0)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, most=most: (most, most))
        before = descriptors()
        held = Leases(folder, FILES)
        assert descriptors() == before + expected
        del held
        assert descriptors() == before


def test_files_that_are_none_need_no_lease(folder: Path) -> None:
    (folder / "text.bin").unlink()
    os.mkfifo(folder / "text.bin")
    (folder / "terms.bin").symlink_to("/dev/null")
    with suppress(SnapshotError):
        Snapshot.open(folder)
    assert Leases(folder, ["text.bin", "terms.bin", "none", "lexical"]).asked_back() is None
