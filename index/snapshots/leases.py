"""Leases of the system on mapped files: who would write to one is held up until nobody reads it any more.

Whoever opens such a file for writing, or cuts it, waits until its leases are given back, at most for the seconds in
/proc/sys/fs/lease-break-time, 45 unless somebody changed them. Only Linux has leases, only for who owns the file, and
not on every file system. Source: fcntl(2), "Leases".
"""

import errno
import fcntl
import os
import signal
import sys
import weakref
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from corpus.errors import SnapshotError
from index.machine import most_open_files

SHARE = 4  # at most one in so many of the files that the process may hold open


class Leases:
    """The leases on files of a folder, as far as the system gives any.

    They are given back when nobody refers to this any more: whoever reads the files has to.
    """

    def __init__(self, folder: Path, names: Collection[str]) -> None:
        """Take them; raises SnapshotError where somebody has a file open for writing."""
        self._descriptors: dict[str, int] = {}
        weakref.finalize(self, _close, self._descriptors)
        if sys.platform == "linux" and len(names) * SHARE <= most_open_files():
            for name in names:
                self._take(folder, name)

    def asked_back(self) -> str | None:
        """The name of a file that somebody wants to write to, or may have, since its lease was taken; else None."""
        for name, descriptor in self._descriptors.items():
            if fcntl.fcntl(descriptor, fcntl.F_GETLEASE) != fcntl.F_RDLCK:
                return name
        return None

    def _take(self, folder: Path, name: str) -> None:
        with suppress(OSError):  # whoever reads it says what is wrong with it
            descriptor = os.open(folder / name, os.O_RDONLY | os.O_NONBLOCK)
            try:
                # It tells of a writer by a signal, and its own would end the process; nobody listens to this one.
                fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
                fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            except OSError as error:
                os.close(descriptor)
                if error.errno == errno.EAGAIN:
                    raise SnapshotError(
                        f"{folder.name}/{name}: somebody is writing to it; wait for that to end, or use another one"
                    ) from None
            else:
                self._descriptors[name] = descriptor


def _close(descriptors: dict[str, int]) -> None:
    for descriptor in descriptors.values():
        os.close(descriptor)
