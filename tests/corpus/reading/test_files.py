"""Files that somebody moves, exchanges or writes to after the folder was listed."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.errors import CorpusError
from corpus.reading.files import read_source_file
from corpus.reading.folder import read_folder

PROCESS = Path("/proc/self/status")  # a regular file of 0 bytes that holds some, like one that grows


def exchange_for_link(path: Path) -> None:
    outside = path.parent.with_name("outside.txt")
    outside.write_text("secret", "utf-8")
    path.symlink_to(outside)


@pytest.mark.parametrize(
    ("exchange", "reason"),
    [
        (exchange_for_link, "is a link out of "),
        (lambda path: os.mkfifo(path), "is not a regular file: remove it"),
        (lambda path: path.mkdir(), "is not a regular file: remove it"),
        (lambda path: None, "cannot be read (No such file or directory): check its permissions"),
        (lambda path: path.write_bytes(b"x" * 2000), "has 2000 bytes, more than 1000: split it"),
    ],
)
def test_a_file_that_is_exchanged_after_the_walk_is_left_out(
    tmp_path: Path, exchange: Callable[[Path], object], reason: str
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text("first", "utf-8")
    (folder / "b.txt").write_text("second", "utf-8")
    reading = read_folder(folder, max_bytes=1000)
    (folder / "b.txt").unlink()
    exchange(folder / "b.txt")
    assert [document.text for document in reading] == ["first"]
    (left,) = reading.report.left_out
    assert left.file == "b.txt"
    assert reason in left.reason


def test_a_folder_that_is_exchanged_for_a_link_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    (folder / "b").mkdir(parents=True)
    for path in (folder / "a.txt", folder / "b" / "c.txt"):
        path.write_text("first", "utf-8")
    reading = read_folder(folder)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "c.txt").write_text("secret", "utf-8")
    (folder / "b").rename(tmp_path / "before")
    (folder / "b").symlink_to(tmp_path / "outside")
    assert [document.text for document in reading] == ["first"]
    assert "is a link out of " in reading.report.left_out[0].reason


@pytest.mark.skipif(not PROCESS.exists(), reason="needs /proc")
def test_a_file_that_changes_while_it_is_read_is_refused() -> None:
    with pytest.raises(CorpusError, match=r"status changed while it was read: build again when nothing writes to it$"):
        read_source_file(PROCESS, None, 1_000_000)


@pytest.mark.parametrize("text", ["other", "a longer one"])
def test_a_file_that_is_rewritten_while_it_is_read_is_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fdopen = tmp_path / "a.txt", os.fdopen
    path.write_text("first", "utf-8")
    os.utime(path, (1, 1))

    def rewritten(*arguments: Any, **options: Any) -> object:
        path.write_text(text, "utf-8")
        return fdopen(*arguments, **options)

    monkeypatch.setattr(os, "fdopen", rewritten)
    with pytest.raises(CorpusError, match="changed while it was read"):
        read_source_file(path, tmp_path, 1000)


def test_a_file_that_changes_all_the_time_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, waited = tmp_path / "a.txt", list[float]()

    def change(seconds: float) -> None:
        waited.append(seconds)
        path.write_text("other", "utf-8")

    path.write_text("first", "utf-8")
    monkeypatch.setattr("time.sleep", change)
    with pytest.raises(CorpusError, match="changed while it was read"):
        read_source_file(path, tmp_path, 1000)
    assert waited == [0.02]


def test_a_time_that_no_calendar_has_is_no_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, known = tmp_path / "a.txt", os.fstat
    path.write_text("A text.", "utf-8")

    def late(descriptor: int) -> object:
        found = known(descriptor)
        return SimpleNamespace(
            st_mode=found.st_mode, st_size=found.st_size, st_mtime=float(1 << 50), st_mtime_ns=(1 << 50) * 10**9
        )

    monkeypatch.setattr(os, "fstat", late)  # not every file system keeps such a time
    content = read_source_file(path, tmp_path, 1000)
    assert (content.data, content.modified) == (b"A text.", "")
