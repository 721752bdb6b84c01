"""Writing the vectors of a folder's passages: taken over where an earlier folder has the same passage, else encoded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows, Vectors
from index.encoding.encoder import Encoder
from index.storage.checkpoint import Checkpoint, RowDigest
from index.storage.columns import PASSAGES, SENTENCES, VectorLayout, rows_of_ranges
from index.storage.passages import PassageTable
from index.storage.quantised import Quantised, quantise
from index.storage.token_vectors import DEFAULT_TOKEN_LIMITS, TokenLimits, TokenParts, TokenWriter
from index.storage.vectors import VectorTable

BLOCK = 1024  # passages encoded between two checkpoints; this also bounds the vectors in memory
BATCH = 32  # passages that the encoder is given at a time
AHEAD = 2  # batches encoded at a time: while one is cut into tokens or pooled, the encoder can run rows of the other
MIN_USED = 0.75  # share of the stored token vectors that must still be used; with less, they are written anew


@dataclass(frozen=True, slots=True)
class WriterLimits:
    """How the work of a `VectorWriter` is divided: see the constants of the same names."""

    block: int = BLOCK
    batch: int = BATCH
    ahead: int = AHEAD
    tokens: TokenLimits = DEFAULT_TOKEN_LIMITS


DEFAULT_LIMITS = WriterLimits()


@dataclass(frozen=True, slots=True)
class EncodedBatch:
    """What the encoder gave for a batch of passages, ready to be written.

    `vectors` (passages, dim), `sentences` (sentences, dim) and `tokens` (tokens, dim) are the vectors.
    `passage_sizes` (passages,) and `sentence_sizes` (sentences,) say how many tokens each passage and sentence has; a
    passage also has those of its context. Where token vectors are not kept, `tokens` is empty.
    """

    vectors: Vectors
    sentences: Quantised
    tokens: Quantised
    passage_sizes: NDArray[np.integer]
    sentence_sizes: NDArray[np.integer]


class VectorColumns:
    """The columns of a folder that are written here, open for writing."""

    def __init__(self, folder: Path, dim: int, passages: int, sentences: int) -> None:
        layout = VectorLayout(dim)
        self._passages = PASSAGES.open(folder, passages, "r+")
        self._sentences = SENTENCES.open(folder, sentences, "r+")
        self._vectors = layout.passage_vectors.create(folder, passages)
        self._codes = layout.sentence_codes.create(folder, sentences)
        self._scales = layout.sentence_scales.create(folder, sentences)

    def put_passages(self, rows: Rows, vectors: Vectors) -> None:
        """Write the vectors (n, dim) of these passages (n,)."""
        self._vectors[rows] = vectors

    def put_sentences(self, rows: Rows, vectors: Quantised) -> None:
        """Write the vectors (n, dim) of these sentences (n,)."""
        self._codes[rows] = vectors.codes
        self._scales[rows] = vectors.scales

    def put_tokens(self, rows: Rows, firsts: Rows, sizes: NDArray[np.integer]) -> None:
        """Write where the tokens of these passages lie: their first rows (n,) and how many there are (n,)."""
        self._passages["tokens"][rows] = sizes
        self._passages["first_token"][rows] = firsts

    def put_sentence_sizes(self, rows: Rows, sizes: NDArray[np.integer]) -> None:
        """Write how many tokens (n,) these sentences (n,) have."""
        self._sentences["tokens"][rows] = sizes

    def flush(self) -> None:
        """Put what was written on the disk."""
        for column in (self._passages, self._sentences, self._vectors, self._codes, self._scales):
            if isinstance(column, np.memmap):  # a column without rows is no map
                column.flush()


class VectorWriter:
    """Fills the vector columns of a folder whose passages and sentences are already there."""

    def __init__(
        self,
        folder: Path,
        table: PassageTable,
        encoder: Encoder,
        identity: Mapping[str, object],
        *,
        keep_tokens: bool,
        limits: WriterLimits = DEFAULT_LIMITS,
    ) -> None:
        """`identity` goes into the checkpoints, as `Checkpoint.identity`."""
        self._folder = folder
        self._table = table
        self._encoder = encoder
        self._identity = identity
        self._keep_tokens = keep_tokens
        self._limits = limits
        self._columns = VectorColumns(folder, encoder.dim, len(table), len(table.sentences))
        self._token_source: VectorTable | None = None  # the table whose token vectors are shared
        self._digest = RowDigest()
        self.tokens = TokenWriter(folder, encoder.dim, limits.tokens)

    def share_tokens(self, source: VectorTable, known: Rows) -> None:
        """Share all token vectors of a verified snapshot, where most are still used and its parts are not too many.

        `known` (passages,) is the row in `source` of each passage, -1 where it has none.
        """
        used = source.passages["tokens"][known[known >= 0]].sum(dtype=np.int64)
        if used >= MIN_USED * len(source.tokens) and not source.tokens.too_many(self._limits.tokens):
            self._token_source = source
            self.tokens.share(source.tokens)

    def write(self, sources: Sequence[VectorTable], progress: Callable[[int, int], None]) -> int:
        """Fill every row, from the first of the `sources` that has the same passage, otherwise with the encoder.

        Calls `progress` with the passages done and in all. Returns how many were taken over.
        """
        block = self._limits.block
        total, reused, unsaved = len(self._table), 0, 0
        with closing(self.tokens), _worker_pool(self._limits.ahead) as pool:
            for first in range(0, total, block):
                last = min(first + block, total)
                missing = np.arange(first, last)
                for source in sources:
                    found = source.find_rows(self._table.passages["key"][missing])
                    self._take_over(missing[found >= 0], source, found[found >= 0])
                    missing = missing[found < 0]
                reused += last - first - len(missing)
                for left in self._encode(pool, missing):
                    progress(last - left, total)
                unsaved += len(missing)
                if unsaved >= block or last == total:  # rows taken over need no checkpoint: they can be again
                    self._save_checkpoint(last)
                    unsaved = 0
                progress(last, total)
        return reused

    def read(self) -> VectorTable:
        """The vectors that were written."""
        dim = self._encoder.dim
        tokens = TokenParts(self._folder, dim, self.tokens.rows)
        return VectorTable(self._folder, dim, len(self._table), len(self._table.sentences), tokens)

    def _take_over(self, rows: Rows, source: VectorTable, source_rows: Rows) -> None:
        """Copy the vectors of whole passages, as they are."""
        old, new = source.passages[source_rows], self._table.passages[rows]
        old_sentences = rows_of_ranges(old["first_sentence"], old["sentences"])
        new_sentences = rows_of_ranges(new["first_sentence"], new["sentences"])
        self._columns.put_passages(rows, source.vectors[source_rows])
        self._columns.put_sentences(new_sentences, source.sentence_vectors[old_sentences])
        if self._keep_tokens:
            if source is self._token_source:
                firsts = old["first_token"]
            else:
                firsts = self.tokens.append(old["tokens"], source.tokens_of(source_rows))
            self._columns.put_tokens(rows, firsts, old["tokens"])
            self._columns.put_sentence_sizes(new_sentences, source.sentences["tokens"][old_sentences])

    def _encode(self, pool: ThreadPoolExecutor, rows: Rows) -> Iterator[int]:
        """Encode and write these passages; yields how many are left after each batch.

        Passages of about the same length are encoded together, so that the encoder waits for no long one.
        """
        passages = self._table.passages[rows]
        longest_first = rows[np.argsort(passages["byte_start"] - passages["byte_end"], kind="stable")]
        size = self._limits.batch
        batches = [longest_first[start : start + size] for start in range(0, len(rows), size)]
        left = len(rows)
        for batch, encoded in zip(batches, pool.map(self._encode_batch, batches), strict=True):
            self._put(batch, encoded)
            left -= len(batch)
            yield left

    def _encode_batch(self, rows: Rows) -> EncodedBatch:
        encoded = self._encoder.encode_passages([self._table.encoder_input(int(row)) for row in rows])
        kept = slice(None if self._keep_tokens else 0)
        return EncodedBatch(
            vectors=np.stack([passage.vector for passage in encoded]),
            sentences=quantise(np.concatenate([passage.sentences for passage in encoded])),
            tokens=quantise(np.concatenate([passage.tokens[kept] for passage in encoded])),
            passage_sizes=np.array([len(passage.tokens) for passage in encoded]),
            sentence_sizes=np.concatenate([passage.token_counts for passage in encoded]),
        )

    def _put(self, rows: Rows, encoded: EncodedBatch) -> None:
        """Write what the encoder gave for these passages."""
        passages = self._table.passages[rows]
        sentences = rows_of_ranges(passages["first_sentence"], passages["sentences"])
        self._columns.put_passages(rows, encoded.vectors)
        self._columns.put_sentences(sentences, encoded.sentences)
        if self._keep_tokens:
            firsts = self.tokens.append(encoded.passage_sizes, [encoded.tokens])
            self._columns.put_tokens(rows, firsts, encoded.passage_sizes)
            self._columns.put_sentence_sizes(sentences, encoded.sentence_sizes)

    def _save_checkpoint(self, rows: int) -> None:
        """Put all about the first `rows` passages on the disk, then say so."""
        self._columns.flush()
        self.tokens.flush()
        point = Checkpoint(
            identity=self._identity,
            dim=self._encoder.dim,
            passages=len(self._table),
            sentences=len(self._table.sentences),
            parts=self.tokens.rows,
            shared=self.tokens.shared,
            rows=rows,
            block=self._limits.block,
        )
        replace(point, sha256=self._digest.of(self.read(), point)).save(self._folder)


@contextmanager
def _worker_pool(threads: int) -> Iterator[ThreadPoolExecutor]:
    """A pool that drops the work still waiting when an error ends the build."""
    pool = ThreadPoolExecutor(threads, "build")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
