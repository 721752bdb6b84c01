"""Columns of numbers on disk: raw little-endian rows without a header, memory-mapped when read.

What a header would say (type, width, rows) follows from the snapshot's manifest, so no file here can be a pickle.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from corpus.errors import SnapshotError
from index.arrays import Array

CHUNK = 1 << 20

PASSAGE = np.dtype(
    [
        ("document", "<i4"),  # row in documents.jsonl
        ("section", "<i4"),  # number of the section in the document
        ("start", "<i8"),  # code points in the document
        ("end", "<i8"),
        ("byte_start", "<i8"),  # bytes in text.bin
        ("byte_end", "<i8"),
        ("first_sentence", "<i8"),  # row in the sentence columns
        ("sentences", "<i4"),
        ("first_token", "<i8"),  # row in the token columns, through all of their parts
        ("tokens", "<i4"),  # those of the context, then those of each sentence
        ("key", "<u8", (2,)),  # hash of all that the encoder sees of it
    ]
)
SENTENCE = np.dtype(
    [
        ("start", "<i4"),  # code points from the start of the passage
        ("end", "<i4"),
        ("tokens", "<i4"),
    ]
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `width` numbers a row, or 0 for a plain value a row."""

    file: str
    dtype: np.dtype[Any]
    width: int

    def shape(self, rows: int) -> tuple[int, ...]:
        """Of an array with that many rows."""
        return (rows, self.width) if self.width else (rows,)

    def size(self, rows: int) -> int:
        """Bytes of that many rows."""
        return int(np.prod(self.shape(rows))) * self.dtype.itemsize

    def create(self, folder: Path, rows: int) -> Array:
        """A new column of zeros, writable through its memory map."""
        size = self.size(rows)
        with (folder / self.file).open("wb") as file:
            # Written, not a hole: on a full disk that is an OSError here, not a SIGBUS in the map later.
            for start in range(0, size, CHUNK):
                file.write(bytes(min(CHUNK, size - start)))
        return self._map(folder, rows, "r+")

    def open(self, folder: Path, rows: int, mode: Literal["r", "r+"] = "r", grown: bool = False) -> Array:
        """The column, read-only unless told; raises SnapshotError where the file does not hold that many rows.

        Where it may have `grown`, it may hold more.
        """
        path = folder / self.file
        bytes_there = path.stat().st_size if path.is_file() else -1
        if bytes_there < self.size(rows) or (bytes_there > self.size(rows) and not grown):
            raise SnapshotError(f"{path}: is not a column of {rows} rows; build again")
        column = self._map(folder, rows, mode)
        return np.asarray(column) if mode == "r" else column  # plain views: indexing a memmap costs microseconds more

    def _map(self, folder: Path, rows: int, mode: Literal["r", "r+"]) -> Array:
        if not rows:
            return np.empty(self.shape(0), self.dtype)
        return np.memmap(folder / self.file, self.dtype, mode, shape=self.shape(rows))


@dataclass(frozen=True, slots=True)
class Layout:
    """Every column of a snapshot whose vectors have `dim` numbers."""

    dim: int

    @property
    def passages(self) -> Column:
        """Where each passage lies."""
        return Column("passages.bin", PASSAGE, 0)

    @property
    def sentences(self) -> Column:
        """Where each sentence lies."""
        return Column("sentences.bin", SENTENCE, 0)

    @property
    def vectors(self) -> Column:
        """Passage vectors."""
        return Column("vectors.bin", np.dtype("<f4"), self.dim)

    @property
    def sentence_codes(self) -> Column:
        """Sentence vectors as bytes."""
        return Column("sentence_codes.bin", np.dtype("i1"), self.dim)

    @property
    def sentence_scales(self) -> Column:
        """What to multiply them by."""
        return Column("sentence_scales.bin", np.dtype("<f4"), 0)

    def tokens(self, part: int) -> tuple[Column, Column]:
        """One part of the token vectors: as bytes, and what to multiply them by."""
        codes = Column(f"token_codes.{part}.bin", np.dtype("i1"), self.dim)
        return codes, Column(f"token_scales.{part}.bin", np.dtype("<f4"), 0)


def spread(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row numbers of many ranges one after another: starts[0], starts[0]+1, ... (counts[0] of them), starts[1], ..."""
    counts = np.asarray(counts, np.int64)
    offsets = np.cumsum(counts) - counts
    steps = np.arange(int(counts.sum()), dtype=np.int64)
    rows: NDArray[np.int64] = steps + np.repeat(np.asarray(starts, np.int64) - offsets, counts)
    return rows
