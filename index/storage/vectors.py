"""The vectors of a folder's passages: written block by block, taken over where an earlier folder holds the same."""

import json
import os
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import SnapshotError
from index.arrays import Array, Rows, Vectors
from index.encoding.encoder import Encoder
from index.files import replace
from index.storage.columns import Layout, spread
from index.storage.passages import PassageTable
from index.storage.quantised import Quantised, quantise
from index.storage.token_vectors import TokenParts, TokenWriter

PARTIAL = "partial.json"
BLOCK = 1024  # passages that are encoded between two checkpoints; also bounds the vectors in memory
BATCH = 32
AHEAD = 2  # batches at a time: while one is cut into tokens or pooled, the encoder has the other's rows to run
USED = 0.75  # share of the stored token vectors; where fewer are still used, they are written anew


class VectorTable:
    """Read access to the vectors of the first `rows` passages of a folder."""

    def __init__(
        self, folder: Path, dim: int, passages: int, sentences: int, tokens: TokenParts, rows: int, shared: int = 0
    ) -> None:
        """Memory-map the columns; raises SnapshotError where a file is not what the counts say.

        Passages among whose tokens are the first `shared` rows are not found.
        """
        layout = Layout(dim)
        self.passages = layout.passages.open(folder, passages)
        self.sentences = layout.sentences.open(folder, sentences)
        self.vectors: Vectors = layout.vectors.open(folder, passages)
        self.sentence_vectors = Quantised(
            layout.sentence_codes.open(folder, sentences), layout.sentence_scales.open(folder, sentences)
        )
        self.tokens = tokens
        self._codes = os.open(folder / layout.sentence_codes.file, os.O_RDONLY)
        weakref.finalize(self, os.close, self._codes)
        self._dim = dim
        self._rows = rows
        self._shared = shared
        self._order: Rows | None = None

    def sentences_of(self, rows: Rows) -> Quantised:
        """The sentence vectors of these passages, one passage after another.

        They are read where the system can: a page that is mapped takes hundreds of its neighbours into the memory.
        """
        places = self.passages[rows]
        numbers = spread(places["first_sentence"], places["sentences"])
        if not hasattr(os, "pread"):
            return self.sentence_vectors[numbers]
        file, dim = self._codes, self._dim
        ranges = zip(places["first_sentence"].tolist(), places["sentences"].tolist(), strict=True)
        codes = b"".join(os.pread(file, count * dim, first * dim) for first, count in ranges)
        return Quantised(np.frombuffer(codes, np.int8).reshape(-1, dim), self.sentence_vectors.scales[numbers])

    def tokens_of(self, rows: Rows) -> list[Quantised]:
        """The token vectors of each of these passages."""
        return self.tokens.ranges(self.passages["first_token"][rows], self.passages["tokens"][rows])

    def find(self, keys: NDArray[np.uint64]) -> Rows:
        """The row with the same key, for each of (n, 2) keys; -1 where there is none."""
        own = self.passages["key"]
        if self._order is None:
            rows = np.flatnonzero(self.passages["first_token"][: self._rows] >= self._shared)
            self._order = rows[np.argsort(own[rows, 0])]
            self._sorted = own[self._order, 0]
        if not len(self._order):
            return np.full(len(keys), -1, np.int64)
        rows = self._order[np.searchsorted(self._sorted, keys[:, 0]).clip(max=len(self._order) - 1)]
        return np.where((own[rows] == keys).all(axis=1), rows, -1)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a build came: all about the first `rows` passages is on the disk. `maker` names encoder and settings.

    `parts` are the rows of each part of the token vectors; the first `shared` of all rows are another folder's too.
    """

    maker: str
    dim: int
    passages: int
    sentences: int
    parts: Sequence[int]
    shared: int
    rows: int

    def save(self, folder: Path) -> None:
        """Put it beside the columns, atomically: a crash leaves the last one or this one."""
        replace(folder / PARTIAL, json.dumps(asdict(self)))

    @classmethod
    def resume(cls, folder: Path, maker: str) -> VectorTable | None:
        """What an interrupted build left behind, or None where it is of no use to this maker.

        Not what it shared: since then nobody compared a checksum of that.
        """
        try:
            point = cls(**json.loads((folder / PARTIAL).read_text("utf-8")))
            if point.maker != maker:
                return None
            tokens = TokenParts(folder, point.dim, point.parts, grown=True)  # past the checkpoint
            return VectorTable(folder, point.dim, point.passages, point.sentences, tokens, point.rows, point.shared)
        except (OSError, ValueError, TypeError, SnapshotError):
            return None


class VectorWriter:
    """Fills the vector columns of a folder whose passages and sentences are written."""

    def __init__(self, folder: Path, table: PassageTable, encoder: Encoder, maker: str, keep_tokens: bool) -> None:
        self._folder = folder
        self._table = table
        self._encoder = encoder
        self._maker = maker
        self._keep_tokens = keep_tokens
        self._shared: VectorTable | None = None
        self.tokens = TokenWriter(folder, encoder.dim)
        layout = Layout(encoder.dim)
        self._passages = layout.passages.open(folder, len(table), "r+")
        self._sentences = layout.sentences.open(folder, len(table.sentences), "r+")
        self._vectors = layout.vectors.create(folder, len(table))
        self._codes = layout.sentence_codes.create(folder, len(table.sentences))
        self._scales = layout.sentence_scales.create(folder, len(table.sentences))

    def share_tokens(self, source: VectorTable, found: Rows) -> None:
        """Take over all token vectors of a verified snapshot as they are, where that is worth it.

        `found` (passages,) is the row there of each passage, -1 where there is none.
        """
        used = source.passages["tokens"][found[found >= 0]].sum(dtype=np.int64)
        if used >= USED * len(source.tokens) and not source.tokens.many:
            self._shared = source
            self.tokens.share(source.tokens)

    def write(self, sources: Sequence[VectorTable], progress: Callable[[int, int], None]) -> int:
        """Fill every row, from `sources` where they hold the same passage; returns how many were reused."""
        total, reused, unsaved = len(self._table), 0, 0
        with closing(self.tokens), _ahead() as pool:
            for first in range(0, total, BLOCK):
                last = min(first + BLOCK, total)
                missing = np.arange(first, last)
                for source in sources:
                    found = source.find(self._table.passages["key"][missing])
                    self._copy(missing[found >= 0], source, found[found >= 0])
                    missing = missing[found < 0]
                reused += last - first - len(missing)
                self._encode(pool, missing, lambda left, last=last: progress(last - left, total))  # type: ignore[misc]
                unsaved += len(missing)
                if unsaved >= BLOCK or last == total:  # what was taken over can be taken over again
                    self._save(last)
                    unsaved = 0
                progress(last, total)
        return reused

    def read(self) -> VectorTable:
        """What was written."""
        dim, passages, sentences = self._encoder.dim, len(self._table), len(self._table.sentences)
        tokens = TokenParts(self._folder, dim, self.tokens.rows)
        return VectorTable(self._folder, dim, passages, sentences, tokens, passages)

    def _copy(self, rows: Rows, source: VectorTable, found: Rows) -> None:
        """Take over whole passages, bytes as they are."""
        self._vectors[rows] = source.vectors[found]
        old, own = source.passages[found], self._table.passages[rows]
        places, taken = (spread(each["first_sentence"], each["sentences"]) for each in (own, old))
        self._put_sentences(places, source.sentence_vectors[taken])
        if self._keep_tokens:
            shared = source is self._shared
            firsts = old["first_token"] if shared else self.tokens.append(old["tokens"], source.tokens_of(found))
            self._put_tokens(rows, old["tokens"], firsts, places, source.sentences["tokens"][taken])

    def _encode(self, pool: ThreadPoolExecutor, rows: Rows, left: Callable[[int], None]) -> None:
        """Run the encoder, on passages of like length together so that no row is waited for."""
        passages = self._table.passages[rows]
        longest_first = rows[np.argsort(passages["byte_start"] - passages["byte_end"], kind="stable")]
        batches = [longest_first[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        remaining = len(rows)
        for batch, (vectors, sentences, sizes, counts, tokens) in zip(
            batches, pool.map(self._run, batches), strict=True
        ):
            self._vectors[batch] = vectors
            own = self._table.passages[batch]
            places = spread(own["first_sentence"], own["sentences"])
            self._put_sentences(places, sentences)
            if self._keep_tokens:
                self._put_tokens(batch, sizes, self.tokens.append(sizes, [tokens]), places, counts)
            remaining -= len(batch)
            left(remaining)

    def _run(self, batch: Rows) -> tuple[Vectors, Quantised, Array, Array, Quantised]:
        """Passage vectors, sentence vectors, tokens of each passage and of each sentence, token vectors."""
        encoded = self._encoder.encode_passages([self._table.encoder_input(int(row)) for row in batch])
        most = None if self._keep_tokens else 0
        return (
            np.stack([passage.vector for passage in encoded]),
            quantise(np.concatenate([passage.sentences for passage in encoded])),
            np.array([len(passage.tokens) for passage in encoded]),
            np.concatenate([passage.token_counts for passage in encoded]),
            quantise(np.concatenate([passage.tokens[:most] for passage in encoded])),
        )

    def _put_sentences(self, places: Rows, vectors: Quantised) -> None:
        """Write sentence vectors to their rows."""
        self._codes[places] = vectors.codes
        self._scales[places] = vectors.scales

    def _put_tokens(self, rows: Rows, sizes: Array, firsts: Rows, places: Rows, counts: Array) -> None:
        """Write where the tokens of passages lie, and how many belong to the sentences at `places`."""
        self._passages["tokens"][rows] = sizes
        self._passages["first_token"][rows] = firsts
        self._sentences["tokens"][places] = counts

    def _save(self, rows: int) -> None:
        """Put all that is written on the disk, then say so."""
        for values in (self._passages, self._sentences, self._vectors, self._codes, self._scales):
            if isinstance(values, np.memmap):  # not where there are no rows
                values.flush()
        self.tokens.flush()
        counts = len(self._table), len(self._table.sentences)
        tokens = self.tokens.rows, self.tokens.shared
        Checkpoint(self._maker, self._encoder.dim, *counts, *tokens, rows).save(self._folder)


@contextmanager
def _ahead() -> Iterator[ThreadPoolExecutor]:
    """A pool whose waiting work is dropped when an error ends the build."""
    pool = ThreadPoolExecutor(AHEAD, "build")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
