"""Files that others write, delete and exchange while a folder is read: none is read in part, and none from outside."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest

from corpus.reading.folder import read_folder
from tests.torture.conftest import Tally
from tests.torture.hostile.rig import GOOD, Harmed, careless, require_harmless

pytestmark = pytest.mark.slow


def versions(number: int) -> str:
    """The n-th version of a text that is written over and over: so many of one letter."""
    return "abcdefghij"[number % 10] * (1 + number % 5000)


def is_whole(text: str) -> bool:
    """Whether a text is one of the versions, or the good text; not a part of one, and not the secret."""
    return text == GOOD or text == versions(len(text) - 1)


@contextmanager
def changing(folder: Path, random: Random) -> Iterator[None]:
    """A file that grows, one that comes and goes, one that is a link out of the folder half of the time."""
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
    """A folder is read while files grow, vanish, and are exchanged for links to a secret."""
    with changing(folder, random):
        for _ in range(5000 if is_long else 1000):
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
