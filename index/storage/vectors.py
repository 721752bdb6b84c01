"""Reading the vectors of a folder's passages, and finding those of a passage that was encoded before."""

import os
import weakref
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows, Vectors
from index.storage.columns import PASSAGES, SENTENCES, VectorLayout, rows_of_ranges
from index.storage.quantised import Quantised
from index.storage.token_vectors import TokenParts


class VectorTable:
    """Reads the vectors of one folder.

    `passages` (passages,) and `sentences` (sentences,) are the columns of `index.storage.columns`, `vectors`
    (passages, dim) those of passages and `sentence_vectors` (sentences, dim) those of sentences, as bytes.
    """

    def __init__(
        self,
        folder: Path,
        dim: int,
        passages: int,
        sentences: int,
        tokens: TokenParts,
        *,
        complete_rows: int | None = None,
        shared_tokens: int = 0,
        in_memory: bool = False,
    ) -> None:
        """Memory-map the columns of so many passages and sentences, or read them.

        Raises SnapshotError where a file differs.

        `find_rows` finds only the first `complete_rows` passages (all where None), and of these only passages whose
        tokens lie behind the first `shared_tokens` rows of token vectors.
        """
        layout = VectorLayout(dim)
        self.passages = PASSAGES.open(folder, passages, in_memory=in_memory)
        self.sentences = SENTENCES.open(folder, sentences, in_memory=in_memory)
        self.vectors: Vectors = layout.passage_vectors.open(folder, passages, in_memory=in_memory)
        self.sentence_vectors = Quantised(
            layout.sentence_codes.open(folder, sentences, in_memory=in_memory),
            layout.sentence_scales.open(folder, sentences, in_memory=in_memory),
        )
        self.tokens = tokens
        self._in_memory = in_memory
        self._codes_file = os.open(folder / layout.sentence_codes.file, os.O_RDONLY)
        weakref.finalize(self, os.close, self._codes_file)
        self._dim = dim
        self._complete_rows = passages if complete_rows is None else complete_rows
        self._shared_tokens = shared_tokens
        self._by_key: Rows | None = None  # rows that can be found, in the order of their keys' first halves
        self._sorted_keys = np.empty(0, np.uint64)  # the first half of the key of each of them

    def sentences_of(self, rows: Rows) -> Quantised:
        """The sentence vectors of these passages, one passage after another: (sentences, dim).

        Those of a file that is mapped are read with pread where the system has it: reading one page of a memory map
        takes hundreds of its neighbours into memory.
        """
        passages = self.passages[rows]
        numbers = rows_of_ranges(passages["first_sentence"], passages["sentences"])
        if self._in_memory or not hasattr(os, "pread"):
            return self.sentence_vectors[numbers]
        file, dim = self._codes_file, self._dim
        ranges = zip(passages["first_sentence"].tolist(), passages["sentences"].tolist(), strict=True)
        codes = b"".join(os.pread(file, count * dim, first * dim) for first, count in ranges)
        return Quantised(np.frombuffer(codes, np.int8).reshape(-1, dim), self.sentence_vectors.scales[numbers])

    def sample_sentences(self, count: int) -> Vectors:
        """The vectors of `count` sentences, or of all where there are fewer: (at most count, dim).

        They are drawn at random from the whole text, always the same ones.
        """
        total = len(self.sentences)
        rows = np.sort(np.random.default_rng(0).choice(total, min(count, total), replace=False))
        drawn = self.sentence_vectors[rows]
        sample: Vectors = drawn.codes * drawn.scales[:, None]
        return sample

    def tokens_of(self, rows: Rows) -> list[Quantised]:
        """The token vectors of each of these passages: (tokens, dim) each, none where they are not kept."""
        return self.tokens.ranges(self.passages["first_token"][rows], self.passages["tokens"][rows])

    def find_rows(self, keys: NDArray[np.uint64]) -> Rows:
        """The row of the passage that has the same key, for each of the (n, 2) keys; -1 where there is none: (n,)."""
        own_keys = self.passages["key"]
        if self._by_key is None:
            rows = np.flatnonzero(self.passages["first_token"][: self._complete_rows] >= self._shared_tokens)
            self._by_key = rows[np.argsort(own_keys[rows, 0])]
            self._sorted_keys = own_keys[self._by_key, 0]
        if not len(self._by_key):
            return np.full(len(keys), -1, np.int64)
        candidates = np.searchsorted(self._sorted_keys, keys[:, 0]).clip(max=len(self._by_key) - 1)
        rows = self._by_key[candidates]
        return np.where((own_keys[rows] == keys).all(axis=1), rows, -1)
