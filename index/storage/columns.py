"""Columns of numbers on disk: raw little-endian rows without a header, memory-mapped or read whole.

A header would give type, width and number of rows. Here they follow from the snapshot's manifest, so a file is nothing
but numbers, and none can be a pickle.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from corpus.errors import SnapshotError
from index.arrays import Array, Rows

CHUNK = 1 << 20  # bytes of zeros written at a time when a column is created

PASSAGE = np.dtype(
    [
        ("document", "<i4"),  # row of the document, which is its line in documents.jsonl
        ("section", "<i4"),  # number of the section in the document, from 0
        ("start", "<i8"),  # code points from the start of the document
        ("end", "<i8"),  # code points from the start of the document
        ("byte_start", "<i8"),  # bytes from the start of text.bin
        ("byte_end", "<i8"),  # bytes from the start of text.bin
        ("lead_start", "<i8"),  # code points from the start of the document; -1 where it has no lead
        ("lead_end", "<i8"),  # code points from the start of the document
        ("lead_byte_start", "<i8"),  # bytes from the start of text.bin
        ("lead_byte_end", "<i8"),  # bytes from the start of text.bin
        ("first_sentence", "<i8"),  # row of its first sentence in the sentence columns
        ("sentences", "<i4"),  # how many sentences it has
        ("first_token", "<i8"),  # row of its first token, counted through all parts of the token columns
        ("tokens", "<i4"),  # how many tokens it has: those of the context, then those of each sentence
        ("key", "<u8", (2,)),  # hash of all that the encoder reads of it
        ("saying", "<u8"),  # hash of what it says, see `index.retrieval.duplicates`; 0 where it has no words
        ("group", "<i8"),  # row of the first passage that says the same
    ]
)
"""One row of passages.bin. Spans are half-open."""

SENTENCE = np.dtype(
    [
        ("start", "<i4"),  # code points from the start of the passage
        ("end", "<i4"),  # code points from the start of the passage
        ("tokens", "<i4"),  # how many tokens it has; 0 where token vectors are not kept
        ("block", "<i4"),  # number of its block in the passage, from 0
        ("kind", "u1"),  # what its block is: number in `corpus.documents.KINDS`
    ]
)
"""One row of sentences.bin. Spans are half-open."""

BLOCK = np.dtype(
    [
        ("start", "<i8"),  # code points from the start of the document
        ("end", "<i8"),  # code points from the start of the document
        ("lead_start", "<i8"),  # code points from the start of the document; -1 where it has no lead
        ("lead_end", "<i8"),  # code points from the start of the document
        ("kind", "u1"),  # number in `corpus.documents.KINDS`; HIDDEN for text that nobody reads
        ("level", "u1"),  # of a heading or an item
    ]
)
"""One row of blocks.bin: what the text of a document is made of. Spans are half-open."""

HIDDEN = 255


@dataclass(frozen=True, slots=True)
class Column:
    """One file of rows. A row is `width` numbers of the type `dtype`, or one value where `width` is 0."""

    file: str
    dtype: np.dtype[Any]
    width: int = 0

    def shape(self, rows: int) -> tuple[int, ...]:
        """The shape of an array with so many rows: (rows, width) or (rows,)."""
        return (rows, self.width) if self.width else (rows,)

    def size(self, rows: int) -> int:
        """Bytes of so many rows."""
        return int(np.prod(self.shape(rows))) * self.dtype.itemsize

    def create(self, folder: Path, rows: int) -> Array:
        """A new column of zeros, to be written through its memory map; raises OSError where the disk is full."""
        size = self.size(rows)
        with (folder / self.file).open("wb") as file:
            # The zeros are written. In a sparse file, a full disk would be a SIGBUS in the map later, not an OSError.
            for start in range(0, size, CHUNK):
                file.write(bytes(min(CHUNK, size - start)))
        return self._map(folder, rows, "r+")

    def open(
        self,
        folder: Path,
        rows: int,
        mode: Literal["r", "r+"] = "r",
        grown: bool = False,
        in_memory: bool = False,
    ) -> Array:
        """The first rows of the column, read-only unless `mode` is "r+"; a copy of its own with `in_memory`.

        Raises SnapshotError where the file does not hold exactly so many rows, or with `grown`, at least so many.
        """
        path = folder / self.file
        file_size = path.stat().st_size if path.is_file() else -1
        if file_size < self.size(rows) or (file_size > self.size(rows) and not grown):
            raise SnapshotError(f"{path}: is not a column of {rows} rows; build again")
        if in_memory:
            return self._read(path, rows)
        column = self._map(folder, rows, mode)
        # Read-only columns are plain views: indexing a np.memmap takes microseconds more.
        return np.asarray(column) if mode == "r" else column

    def _read(self, path: Path, rows: int) -> Array:
        data = path.read_bytes()[: self.size(rows)]
        if len(data) < self.size(rows):
            raise SnapshotError(f"{path}: was cut while it was read; put it back, or build again")
        return np.frombuffer(data, self.dtype).reshape(self.shape(rows))

    def _map(self, folder: Path, rows: int, mode: Literal["r", "r+"]) -> Array:
        if not rows:  # an empty file cannot be mapped
            return np.empty(self.shape(0), self.dtype)
        return np.memmap(folder / self.file, self.dtype, mode, shape=self.shape(rows))


PASSAGES = Column("passages.bin", PASSAGE)
"""Where each passage lies."""

SENTENCES = Column("sentences.bin", SENTENCE)
"""Where each sentence lies inside its passage."""

BLOCKS = Column("blocks.bin", BLOCK)
"""The blocks of each document, and its hidden spans."""


@dataclass(frozen=True, slots=True)
class VectorLayout:
    """The columns of vectors, which have `dim` numbers each."""

    dim: int

    @property
    def passage_vectors(self) -> Column:
        """The vector of each passage."""
        return Column("vectors.bin", np.dtype("<f4"), self.dim)

    @property
    def sentence_codes(self) -> Column:
        """The vector of each sentence as bytes: `Quantised.codes`."""
        return Column("sentence_codes.bin", np.dtype("i1"), self.dim)

    @property
    def sentence_scales(self) -> Column:
        """The scale of each sentence vector: `Quantised.scales`."""
        return Column("sentence_scales.bin", np.dtype("<f4"))

    def token_codes(self, part: int) -> Column:
        """One part of the token vectors as bytes: `Quantised.codes`."""
        return Column(f"token_codes.{part}.bin", np.dtype("i1"), self.dim)

    def token_scales(self, part: int) -> Column:
        """The scales of one part of the token vectors: `Quantised.scales`."""
        return Column(f"token_scales.{part}.bin", np.dtype("<f4"))


def rows_of_ranges(starts: Rows, counts: NDArray[np.integer]) -> Rows:
    """The row numbers of many ranges, one range after another: (sum of counts,).

    Range i holds `counts[i]` rows from `starts[i]` on: starts[0], starts[0] + 1, ..., starts[1], starts[1] + 1, ...
    """
    counts = np.asarray(counts, np.int64)
    offsets = np.cumsum(counts) - counts
    steps = np.arange(int(counts.sum()), dtype=np.int64)
    rows: Rows = steps + np.repeat(np.asarray(starts, np.int64) - offsets, counts)
    return rows
