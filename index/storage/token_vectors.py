"""Token vectors in parts: each is written once, by the build that encoded it, and shared by the snapshots after it.

Rows are numbered through all parts of a folder, and no passage straddles two of them.
"""

import os
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from index.files import link
from index.storage.columns import Layout
from index.storage.quantised import Quantised

PART = 1 << 16  # rows from which on a part is full: some 25 MB, so that checksums are compared on all cores
MOST = 16  # parts besides full ones; more would be written anew


class TokenParts:
    """Read access to the parts of a folder: `rows` of each."""

    def __init__(self, folder: Path, dim: int, rows: Sequence[int], grown: bool = False) -> None:
        """Memory-map them; raises SnapshotError where a file has other rows, or fewer where it may have `grown`."""
        layout = Layout(dim)
        self.folder = folder
        self.rows = tuple(rows)
        self._parts = [
            Quantised(*(column.open(folder, count, grown=grown) for column in layout.tokens(part)))
            for part, count in enumerate(rows)
        ] or [Quantised(np.empty((0, dim), np.int8), np.empty(0, np.float32))]
        self._starts = list(accumulate(rows, initial=0))[: len(self._parts)]

    def __len__(self) -> int:
        return sum(self.rows)

    @property
    def many(self) -> bool:
        """Whether there are so many that writing them anew is better than one more."""
        return len(self.rows) >= MOST + len(self) // PART

    def ranges(self, firsts: NDArray[np.int64], counts: NDArray[np.int32]) -> list[Quantised]:
        """The rows of each range, which lies in one part."""
        found = []
        for first, count in zip(firsts.tolist(), counts.tolist(), strict=True):
            part = bisect_right(self._starts, first) - 1
            start = first - self._starts[part]
            found.append(self._parts[part][start : start + count])
        return found


class TokenWriter:
    """Fills a folder: with the parts of an earlier one, then with parts of its own."""

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder = folder
        self._layout = Layout(dim)
        self._shared: tuple[int, ...] = ()
        self._own: list[int] = []
        self._files: tuple[BinaryIO, ...] = ()

    @property
    def rows(self) -> tuple[int, ...]:
        """Of each part."""
        return (*self._shared, *self._own)

    @property
    def shared(self) -> int:
        """How many of the rows are another folder's too."""
        return sum(self._shared)

    @property
    def shared_files(self) -> tuple[str, ...]:
        """The names of the files that hold them; no build writes to these."""
        return tuple(column.file for part in range(len(self._shared)) for column in self._layout.tokens(part))

    def share(self, parts: TokenParts) -> None:
        """Begin with all parts of a published folder; their rows keep their numbers."""
        self._shared = parts.rows
        for name in self.shared_files:
            link(parts.folder / name, self._folder / name)

    def append(self, sizes: NDArray[np.int32], tokens: Sequence[Quantised]) -> NDArray[np.int64]:
        """Write the tokens of passages of these sizes; returns the number of the first row of each."""
        firsts: NDArray[np.int64] = sum(self.rows) + np.cumsum(sizes, dtype=np.int64) - sizes
        for each in filter(len, tokens):
            if not self._own or self._own[-1] >= PART:
                self._begin()
            for file, values in zip(self._files, (each.codes, each.scales), strict=True):
                file.write(np.ascontiguousarray(values).data)
            self._own[-1] += len(each)
        return firsts

    def flush(self) -> None:
        """Put what was written on the disk."""
        for file in self._files:
            file.flush()
            os.fsync(file.fileno())

    def _begin(self) -> None:
        """Another part, once the last one is on the disk."""
        self.flush()
        self.close()
        columns = self._layout.tokens(len(self.rows))
        self._files = tuple((self._folder / column.file).open("xb") for column in columns)
        self._own.append(0)

    def close(self) -> None:
        """Finish the files."""
        for file in self._files:
            file.close()
