"""Passage terms in BM25."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from corpus.errors import SnapshotError
from index.arrays import Array, Rows
from index.retrieval.words import WORD, stem, terms
from index.storage.columns import Column, spread

K1 = 1.2
B = 0.75
BLOCK = 8192  # texts whose terms are in memory at a time
SORTED = 1 << 23  # terms that are sorted in memory at a time, unless one term alone has more
CACHED = 1 << 19  # words whose stems are remembered while an index is built
COMMON = 4  # a term that one text in so many holds is common

# Of every text its terms, which a later build takes over; of every term its postings; of every common one the score of
# each text as well: a column is added to a column ten times as fast as to places in it.
TERMS = Column("terms.bin", np.dtype("<u4"), 0)
LENGTHS = Column("lengths.bin", np.dtype("<i4"), 0)
SCORES = Column("posting_scores.bin", np.dtype("<f4"), 0)
ROWS = Column("posting_rows.bin", np.dtype("<i4"), 0)
STARTS = Column("posting_starts.bin", np.dtype("<i8"), 0)
COLUMNS = "common_scores.bin"
VOCABULARY = "vocabulary.json"


class LexicalIndex:
    """BM25 in Lucene's variant (Kamphuis et al. 2020, table 1), scores computed when the index is built."""

    def __init__(self, folder: Path, count: int) -> None:
        """Memory-map the columns; raises SnapshotError where the folder holds something else."""
        vocabulary = _read_vocabulary(folder / VOCABULARY)
        self.lengths: Array = LENGTHS.open(folder, count)
        self.terms: Array = TERMS.open(folder, int(self.lengths.sum(dtype=np.int64)))
        self._starts: Array = STARTS.open(folder, len(vocabulary) + 1)
        postings = int(self._starts[-1])
        self._scores: Array = SCORES.open(folder, postings)
        self._rows: Array = ROWS.open(folder, postings)
        common = _common(self._starts, count)
        columns = Column(COLUMNS, SCORES.dtype, count).open(folder, len(common))
        self._columns = dict(zip(common, columns, strict=True))
        self._numbers = {term: number for number, term in enumerate(vocabulary)}

    @staticmethod
    def build(
        folder: Path,
        count: int,
        texts: Callable[[Rows], Iterable[str]],
        source: "LexicalIndex | None" = None,
        found: Rows | None = None,
    ) -> None:
        """Write an index of `count` texts into a new folder; text i keeps the number i.

        The terms of texts whose `found` (count,) is a row of `source`, not -1, are taken over from there; the rest is
        asked for with `texts`, a block at a time. Memory does not grow with the texts, but for their vocabulary.
        """
        folder.mkdir()
        writer = _TermWriter(source)
        known = np.full(count, -1, np.int64) if source is None or found is None else found
        with (folder / TERMS.file).open("wb") as all_terms, (folder / LENGTHS.file).open("wb") as lengths:
            for first in range(0, count, BLOCK):
                rows = np.arange(first, min(first + BLOCK, count))
                block, sizes = writer.block(rows, known[rows], texts)
                all_terms.write(block.tobytes())
                lengths.write(sizes.tobytes())
        vocabulary = list(writer.numbers.vocabulary)
        (folder / VOCABULARY).write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
        sizes = LENGTHS.open(folder, count)
        _invert(folder, TERMS.open(folder, int(sizes.sum(dtype=np.int64))), np.asarray(sizes), len(vocabulary))

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def vocabulary(self) -> list[str]:
        """Every term, by its number."""
        return list(self._numbers)

    def query(self, question: str) -> NDArray[np.float32]:
        """BM25 of every text (n,); 0 where it shares no word with the question."""
        scores = np.zeros(len(self), np.float32)
        asked = Counter(self._numbers[term] for term in terms(question) if term in self._numbers)
        for number, times in asked.items():
            if number in self._columns:
                scores += times * self._columns[number]
            else:
                postings = slice(int(self._starts[number]), int(self._starts[number + 1]))
                scores[self._rows[postings]] += times * self._scores[postings]
        return scores

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        """Each stem's idf, ln(1 + (N - n + .5) / (n + .5)); the largest possible for a stem that no text holds."""
        numbers = [self._numbers.get(word) for word in words]
        holding = [0 if at is None else int(self._starts[at + 1] - self._starts[at]) for at in numbers]
        return [float(idf) for idf in _idf(np.array(holding, np.int64), len(self))]


class _Numbers(dict[str, int]):
    """The number of each word's stem, in the order in which stems are met; words are forgotten when they are many."""

    def __init__(self) -> None:
        super().__init__()
        self.vocabulary: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        if len(self) >= CACHED:
            self.clear()
        number = self[word] = self.of_stem(stem(word))
        return number

    def of_stem(self, stem: str) -> int:
        return self.vocabulary.setdefault(stem, len(self.vocabulary))


class _TermWriter:
    """Numbers the terms of texts, a block of texts at a time."""

    def __init__(self, source: LexicalIndex | None) -> None:
        self.numbers = _Numbers()
        self._source = source
        if source is not None:
            self._old = source.vocabulary
            self._renumbered = np.full(len(self._old), -1, np.int64)
            self._starts = np.cumsum(source.lengths, dtype=np.int64) - source.lengths

    def block(self, rows: Rows, found: Rows, texts: Callable[[Rows], Iterable[str]]) -> tuple[Array, Array]:
        """Terms of the texts one after another, and how many each has (rows,)."""
        new, old = np.flatnonzero(found < 0), np.flatnonzero(found >= 0)
        lengths = np.zeros(len(rows), LENGTHS.dtype)
        read = [self._read(text) for text in texts(rows[new])]
        lengths[new] = [len(numbers) for numbers in read]
        if self._source is not None:
            lengths[old] = self._source.lengths[found[old]]
        starts = np.cumsum(lengths, dtype=np.int64) - lengths
        block = np.zeros(int(lengths.sum(dtype=np.int64)), TERMS.dtype)
        block[spread(starts[new], lengths[new])] = np.concatenate([np.empty(0, TERMS.dtype), *read])
        if self._source is not None:
            taken = self._source.terms[spread(self._starts[found[old]], lengths[old])]
            block[spread(starts[old], lengths[old])] = self._renumber(taken)
        return block, lengths

    def _read(self, text: str) -> Array:
        words = WORD.findall(text.lower())
        return np.fromiter(map(self.numbers.__getitem__, words), TERMS.dtype, len(words))

    def _renumber(self, taken: Array) -> Array:
        """From the source's numbers; a term that no text holds any more never gets a new one."""
        met = np.zeros(len(self._old), bool)
        met[taken] = True
        first = np.flatnonzero(met & (self._renumbered < 0))
        self._renumbered[first] = [self.numbers.of_stem(self._old[number]) for number in first.tolist()]
        return self._renumbered[taken]


def _invert(folder: Path, all_terms: Array, lengths: Array, vocabulary: int) -> None:
    """From the terms of each text to the postings of each term, a range of terms at a time."""
    occurrences = np.zeros(vocabulary, np.int64)
    for _, block in _blocks(all_terms, lengths):
        occurrences += np.bincount(block, minlength=vocabulary)
    norms = K1 * (1 - B + B * lengths / max(float(lengths.mean(dtype=np.float64)), 1e-9))
    holding = np.zeros(vocabulary + 1, np.int64)
    with (folder / SCORES.file).open("wb") as scores, (folder / ROWS.file).open("wb") as rows:
        for low, high in _ranges(occurrences):
            holding[low + 1 : high + 1] = _write_postings(scores, rows, low, high, all_terms, lengths, norms)
    starts = np.cumsum(holding).astype(STARTS.dtype)
    (folder / STARTS.file).write_bytes(starts.tobytes())
    _write_columns(folder, starts, len(lengths))


def _write_postings(
    scores: BinaryIO, rows: BinaryIO, low: int, high: int, all_terms: Array, lengths: Array, norms: Array
) -> Rows:
    """Append the postings of terms low to high, by term and row; returns how many texts hold each (high - low,)."""
    parts = []
    for first, block in _blocks(all_terms, lengths):
        inside = (block >= low) & (block < high)
        owners = np.repeat(np.arange(first, first + BLOCK)[: len(lengths) - first], lengths[first : first + BLOCK])
        parts.append((block[inside] - low).astype(np.uint64) << 32 | owners[inside].astype(np.uint64))
    packed = np.sort(np.concatenate(parts))
    heads = np.flatnonzero(np.diff(packed, prepend=packed[:1] + 1))
    frequency = np.diff(heads, append=len(packed))
    term, row = (packed[heads] >> 32).astype(np.int64), (packed[heads] & 0xFFFFFFFF).astype(np.int64)
    holding = np.bincount(term, minlength=high - low)
    weights = _idf(holding, len(lengths))[term] * frequency / (frequency + norms[row])
    scores.write(weights.astype(SCORES.dtype).tobytes())
    rows.write(row.astype(ROWS.dtype).tobytes())
    return holding


def _common(starts: Array, count: int) -> list[int]:
    """The numbers of the common terms, from where the postings of each begin."""
    numbers: list[int] = np.flatnonzero(np.diff(starts) * COMMON > count).tolist()
    return numbers


def _write_columns(folder: Path, starts: Array, count: int) -> None:
    """Of every common term the score of each text."""
    scores, rows = (column.open(folder, int(starts[-1])) for column in (SCORES, ROWS))
    with (folder / COLUMNS).open("wb") as file:
        for number in _common(starts, count):
            postings = slice(int(starts[number]), int(starts[number + 1]))
            column = np.zeros(count, SCORES.dtype)
            column[rows[postings]] = scores[postings]
            file.write(column.tobytes())


def _blocks(all_terms: Array, lengths: Array) -> Iterator[tuple[int, Array]]:
    """The number of each block's first text, and the terms of its texts."""
    ends = np.cumsum([0, *(lengths[first : first + BLOCK].sum() for first in range(0, len(lengths), BLOCK))])
    for at, (start, end) in enumerate(pairwise(ends.tolist())):
        yield at * BLOCK, np.asarray(all_terms[start:end])


def _ranges(occurrences: Rows) -> Iterator[tuple[int, int]]:
    """Cut the numbers of all terms so that each range has about SORTED occurrences."""
    group = np.cumsum(occurrences) // SORTED
    cuts = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(occurrences)]
    return pairwise(cuts) if len(occurrences) else iter(())


def _idf(holding: Rows, count: int) -> NDArray[np.float64]:
    idf: NDArray[np.float64] = np.log1p((count - holding + 0.5) / (holding + 0.5))
    return idf


def _read_vocabulary(path: Path) -> list[str]:
    try:
        vocabulary = json.loads(path.read_text("utf-8"))
        if isinstance(vocabulary, list) and set(map(type, vocabulary)) <= {str}:
            return vocabulary
    except (OSError, ValueError, RecursionError):
        pass
    raise SnapshotError(f"{path}: is not a list of terms; activate another snapshot or build again")
