"""Noticing that files of an open snapshot were changed or cut: what is mapped from them is then not what was verified.

Where the system gives leases, it is noticed before it happens. A file that is replaced by another one of its name, or
deleted, is still there for who has mapped it: that is no change.
"""

import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import SnapshotError
from index.snapshots.leases import Leases

SHARE = 20  # after a look that took long, so many times as long passes until the next: it costs little
LONGEST_PAUSE = 0.05  # seconds between two looks, at most


@dataclass(frozen=True, slots=True)
class FileState:
    """What changes when a file is written to: `inode` tells that file from another one of its name."""

    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> "FileState | None":
        """That of a file; None where there is none."""
        try:
            found = os.stat(path)  # noqa: PTH116  # a quarter faster than Path.stat
        except OSError:
            return None
        return cls(found.st_ino, found.st_size, found.st_mtime_ns)


class UnchangedFiles:
    """These files as they are now, and whether they still are. Made before their checksums are compared.

    To be kept by whoever reads them, and by nobody else: while they are `mapped`, it holds off who would write to them.
    """

    def __init__(self, folder: Path, names: Collection[str], *, mapped: bool = False) -> None:
        """Raises SnapshotError where somebody is writing to a file that is to be mapped."""
        self._folder = folder
        self._leases = Leases(folder, names if mapped else ())
        self._states = {name: state for name in names if (state := FileState.of(folder / name))}
        self._next_look = 0.0

    def require(self, *, now: bool = False) -> None:
        """Raise SnapshotError where one was written to since, or somebody waits to write to it.

        Looks only now and then unless told to look `now`.
        """
        started = time.monotonic()
        if not now and started < self._next_look:
            return
        if name := self._leases.asked_back():
            raise SnapshotError(
                f"{self._folder.name}/{name}: is to be changed while it is in use; put it back, or build again"
            )
        for name, state in self._states.items():
            found = FileState.of(self._folder / name)
            if found and found.inode == state.inode and found != state:
                changed = f"{self._folder.name}/{name}"
                raise SnapshotError(f"{changed}: was changed while it was in use; put it back, or build again")
        ended = time.monotonic()
        self._next_look = ended + min(SHARE * (ended - started), LONGEST_PAUSE)
