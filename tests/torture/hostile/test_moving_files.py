"""Files that others write, delete and exchange while a folder is read: none is read in part, and none from outside."""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedReader, RawIOBase
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.errors import CorpusError
from corpus.reading.files import FileContent
from corpus.reading.folder import read_folder
from tests.torture.conftest import Tally
from tests.torture.hostile.rig import GOOD, Harmed, careless, require_harmless

pytestmark = pytest.mark.slow
PIECE = 1000  # bytes that are read at once
CLOCK = 10_000_000  # nanoseconds


def versions(number: int) -> str:
    """The n-th version of a text that is written over and over: so many of one letter."""
    return "abcdefghij"[number % 10] * (1 + number % 5000)


def is_whole(text: str) -> bool:
    """Whether a text is one of the versions, or the good text; not a part of one, and not the secret."""
    return text == GOOD or text == versions(len(text) - 1)


@contextmanager
def changing(folder: Path, random: Random) -> Iterator[None]:
    """A file that comes and goes, one that is a link out of the folder half of the time."""
    ended = threading.Event()
    secret = folder.parent / "outside" / "secret.txt"

    def change() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            (folder / ".new").write_text(versions(number), "utf-8")
            with suppress(FileNotFoundError):
                (folder / "vanishing.txt").unlink()
            if random.random() < 0.5:
                (folder / ".new").replace(folder / "vanishing.txt")
            with suppress(FileNotFoundError):
                (folder / "swapped.txt").unlink()
            if random.random() < 0.5:
                (folder / "swapped.txt").symlink_to(secret)
            else:
                (folder / "swapped.txt").write_text(GOOD, "utf-8")

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_files_that_change_while_they_are_read(folder: Path, tally: Tally, random: Random, is_long: bool) -> None:
    """A folder is read while files come and go, and are exchanged for links to a secret."""
    with changing(folder, random):
        for _ in range(5000 if is_long else 200):
            tally.tries += 1
            assert "good" in require_harmless(read_folder(folder), is_whole)
            tally.survivors += 1


def test_a_reader_that_looks_once_reads_the_secret(folder: Path, random: Random) -> None:
    def read_often() -> None:
        for _ in range(2000):
            # A file that is being written is empty for a moment: that is no harm.
            require_harmless(careless(folder), lambda text: not text or is_whole(text))

    with changing(folder, random), pytest.raises(Harmed, match="swapped holds 'A secret text"):
        read_often()


class Rewritten:
    """A visible file that is rewritten in place between any two looks at it: larger, smaller, or in other letters."""

    def __init__(self, path: Path, random: Random) -> None:
        self.path = path
        self._random = random
        self._number = 0
        self._size = 1
        self._next()

    def _next(self) -> None:
        """Rewrite the file at once, half of the time in its size."""
        self._number += 1
        self._size = self._random.choice([self._size, self._random.randrange(1, 5 * PIECE)])
        with self.path.open("r+b" if self.path.exists() else "wb") as file:
            file.write(self.text.encode())
            file.truncate()

    @property
    def text(self) -> str:
        """The version that the file holds now."""
        return "abcdefghij"[self._number % 10] * self._size

    def open(self, descriptor: int, *arguments: object, **options: object) -> BufferedReader:
        """As `os.fdopen`; while the file is read piece by piece, it is rewritten now and then."""
        rewrite, random = self._next, self._random

        class Pieces(RawIOBase):
            def readable(self) -> bool:
                return True

            def readinto(self, buffer: Any) -> int:
                if random.random() < 0.1:
                    rewrite()
                data = os.read(descriptor, min(PIECE, len(buffer)))
                buffer[: len(data)] = data
                return len(data)

        return BufferedReader(Pieces(), PIECE)


def in_steps(found: os.stat_result) -> SimpleNamespace:
    """What is known of a file where the clock that stamps files goes in steps, as on older systems."""
    time = found.st_mtime_ns // CLOCK * CLOCK
    return SimpleNamespace(st_mode=found.st_mode, st_size=found.st_size, st_mtime=time / 1e9, st_mtime_ns=time)


def read_rewritten(folder: Path, random: Random, monkeypatch: pytest.MonkeyPatch, times: int, tally: Tally) -> None:
    """Read a folder so often; raises Harmed unless one version of its rewritten file is read, or it is named."""
    file, known, seen = Rewritten(folder / "rewritten.txt", random), os.fstat, Counter[str]()
    monkeypatch.setattr(os, "fdopen", file.open)
    monkeypatch.setattr(os, "fstat", lambda descriptor: in_steps(known(descriptor)))
    for _ in range(times):
        tally.tries += 1
        reading = read_folder(folder)
        names = require_harmless(reading, lambda text: text == GOOD or len(set(text)) == 1)
        left = [f"{left.file} {left.reason}" for left in reading.report.left_out]
        assert names == ["good"] if left else names == ["good", "rewritten"]
        assert left in ([], ["rewritten.txt changed while it was read: build again when nothing writes to it"])
        seen["named" if left else "read"] += 1
        tally.survivors += 1
    assert min(seen["named"], seen["read"]) > times // 10, seen


def test_a_file_that_is_rewritten_while_it_is_read(
    folder: Path, tally: Tally, random: Random, monkeypatch: pytest.MonkeyPatch, is_long: bool
) -> None:
    """A file is rewritten in place while it is read, in its size or another; one version is read, or it is named."""
    read_rewritten(folder, random, monkeypatch, 1000 if is_long else 50, tally)


COMPARED: Mapping[str, Callable[[os.stat_result], object]] = {
    "nothing": lambda found: None,
    "the size": lambda found: found.st_size,
    "size and time at once": lambda found: (found.st_size, found.st_mtime_ns),
}
"""What a reader with too little care compares before and after."""


@pytest.mark.parametrize("compared", COMPARED)
def test_a_reader_that_compares_too_little_reads_a_mixed_text(
    compared: str, folder: Path, random: Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(path: Path, folder: Path, max_bytes: int) -> FileContent:
        opened = os.open(path, os.O_RDONLY)
        before = COMPARED[compared](os.fstat(opened))
        data = os.fdopen(opened, "rb").read(max_bytes)
        after = COMPARED[compared](os.fstat(opened))
        os.close(opened)
        if before != after:
            raise CorpusError(f"{path} changed while it was read: build again when nothing writes to it")
        return FileContent(data, "")

    monkeypatch.setattr("corpus.reading.folder.read_source_file", read)
    with pytest.raises(Harmed, match="rewritten holds"):
        read_rewritten(folder, random, monkeypatch, 2000, Tally())
