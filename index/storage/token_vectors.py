"""Token vectors in parts. The build that encoded a part writes its files once; later snapshots share them.

Rows are numbered through all parts of a folder. The tokens of a passage are all in one part.
"""

import os
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows
from index.files import close_all, link, open_all
from index.storage.columns import VectorLayout
from index.storage.quantised import Quantised

FULL_PART = 1 << 16  # rows of a full part: some 25 MB, so that checksums are computed on all cores
MOST_PARTS = 16  # parts besides the full ones; from so many on, all token vectors are written anew


@dataclass(frozen=True, slots=True)
class TokenLimits:
    """When a part of token vectors is full, and how many parts besides full ones are too many."""

    full_part: int = FULL_PART
    most_parts: int = MOST_PARTS


DEFAULT_TOKEN_LIMITS = TokenLimits()


class TokenParts:
    """Reads the parts of a folder. `rows` says how many rows each part has."""

    def __init__(
        self, folder: Path, dim: int, rows: Sequence[int], grown: bool = False, in_memory: bool = False
    ) -> None:
        """Memory-map the files, or read them.

        Raises SnapshotError where one has other rows, or with `grown`, fewer rows.
        """
        layout = VectorLayout(dim)
        self.folder = folder
        self.rows = tuple(rows)
        self._parts = [
            Quantised(
                layout.token_codes(part).open(folder, count, grown=grown, in_memory=in_memory),
                layout.token_scales(part).open(folder, count, grown=grown, in_memory=in_memory),
            )
            for part, count in enumerate(rows)
        ] or [Quantised(np.empty((0, dim), np.int8), np.empty(0, np.float32))]
        self._first_rows = list(accumulate(rows, initial=0))[: len(self._parts)]

    def __len__(self) -> int:
        return sum(self.rows)

    def too_many(self, limits: TokenLimits = DEFAULT_TOKEN_LIMITS) -> bool:
        """Whether there are so many parts that writing all of them anew is better than adding another."""
        return len(self.rows) >= limits.most_parts + len(self) // limits.full_part

    def ranges(self, firsts: Rows, counts: NDArray[np.integer]) -> list[Quantised]:
        """The `counts` (passages,) rows from `firsts` (passages,) on, one entry a passage: (tokens, dim) each."""
        found = []
        for first, count in zip(firsts.tolist(), counts.tolist(), strict=True):
            part = bisect_right(self._first_rows, first) - 1
            start = first - self._first_rows[part]
            found.append(self._parts[part][start : start + count])
        return found


class TokenWriter:
    """Writes the token vectors of a folder: first the parts it shares with an earlier folder, then new parts."""

    def __init__(self, folder: Path, dim: int, limits: TokenLimits = DEFAULT_TOKEN_LIMITS) -> None:
        self._folder = folder
        self._layout = VectorLayout(dim)
        self._limits = limits
        self._shared: tuple[int, ...] = ()  # rows of each shared part
        self._new: list[int] = []  # rows of each new part
        self._files: tuple[BinaryIO, ...] = ()  # codes and scales of the last new part

    @property
    def rows(self) -> tuple[int, ...]:
        """How many rows each part has."""
        return (*self._shared, *self._new)

    @property
    def shared(self) -> int:
        """How many of the rows are in shared parts."""
        return sum(self._shared)

    @property
    def shared_files(self) -> tuple[str, ...]:
        """The names of the files of shared parts. No build writes to these."""
        return tuple(name for part in range(len(self._shared)) for name in self._names(part))

    def share(self, parts: TokenParts) -> None:
        """Begin with all parts of a published folder; their rows keep their numbers."""
        self._shared = parts.rows
        for name in self.shared_files:
            link(parts.folder / name, self._folder / name)

    def append(self, sizes: NDArray[np.integer], tokens: Sequence[Quantised]) -> Rows:
        """Write the tokens of passages with so many (`sizes`) tokens each; returns the first row of each: (passages,).

        An entry of `tokens` holds one passage or several, one after another.
        """
        firsts: Rows = sum(self.rows) + np.cumsum(sizes, dtype=np.int64) - sizes
        for vectors in filter(len, tokens):
            if not self._new or self._new[-1] >= self._limits.full_part:
                self._begin_part()
            for file, values in zip(self._files, (vectors.codes, vectors.scales), strict=True):
                file.write(np.ascontiguousarray(values).data)
            self._new[-1] += len(vectors)
        return firsts

    def flush(self) -> None:
        """Put what was written on the disk."""
        for file in self._files:
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Finish the files."""
        close_all(self._files)

    def _begin_part(self) -> None:
        """Start another part, once the last one is on the disk."""
        self.flush()
        self.close()
        # Mode "x": a file that exists may be shared with a published snapshot.
        self._files = open_all((self._folder / name for name in self._names(len(self.rows))), "xb")
        self._new.append(0)

    def _names(self, part: int) -> tuple[str, str]:
        """The names of a part's files."""
        return self._layout.token_codes(part).file, self._layout.token_scales(part).file
