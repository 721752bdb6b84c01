"""Building the lexical index: the terms of each text, then the postings of each term.

Texts are read a block at a time, and terms are sorted a range at a time. So memory grows with the vocabulary, and not
with the texts.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np

from index.arrays import Array, Rows
from index.retrieval.lexical import (
    COMMON,
    K1,
    LENGTHS,
    ROWS,
    SCORES,
    STARTS,
    TERMS,
    VOCABULARY,
    B,
    LexicalIndex,
    common_scores,
    common_terms,
    inverse_document_frequencies,
)
from index.retrieval.stemming import stem
from index.retrieval.words import words
from index.storage.columns import rows_of_ranges

BLOCK = 8192  # texts whose terms are in memory at a time
SORTED = 1 << 23  # occurrences of terms that are sorted at a time; more where one term alone has more
CACHED = 1 << 19  # words whose stems are remembered; when there are more, all are forgotten
ROW_BITS = 32  # of a packed occurrence: the lower bits hold the row of the text, the upper ones the term

ReadTexts: TypeAlias = Callable[[Rows], Iterable[str]]
"""The texts of these rows, in their order."""


@dataclass(frozen=True, slots=True)
class LexicalLimits:
    """How the work is divided, see the constants above. Only `common` changes what is written."""

    block: int = BLOCK
    sorted_terms: int = SORTED
    cached_words: int = CACHED
    common: int = COMMON


DEFAULT_LIMITS = LexicalLimits()


def write_lexical_index(
    folder: Path,
    count: int,
    read_texts: ReadTexts,
    source: LexicalIndex | None = None,
    known: Rows | None = None,
    limits: LexicalLimits = DEFAULT_LIMITS,
) -> None:
    """Write an index of `count` texts into a new folder; text i gets the row i.

    `known` (count,) is the row of each text in `source`, -1 where it has none: the terms of known texts are taken over
    from there, and only the others are read with `read_texts`.
    """
    folder.mkdir()
    numbers = _TermNumbers(limits.cached_words)
    source_rows = np.full(count, -1, np.int64) if source is None or known is None else known
    source_terms = None if source is None else _SourceTerms(source, numbers)
    with (folder / TERMS.file).open("wb") as terms_file, (folder / LENGTHS.file).open("wb") as lengths_file:
        for first in range(0, count, limits.block):
            rows = np.arange(first, min(first + limits.block, count))
            block, lengths = _terms_of(rows, source_rows[rows], read_texts, numbers, source_terms)
            terms_file.write(block.tobytes())
            lengths_file.write(lengths.tobytes())
    vocabulary = list(numbers.vocabulary)
    (folder / VOCABULARY).write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
    starts = _write_postings(folder, count, len(vocabulary), limits)
    _write_common_scores(folder, starts, count, limits.common)


class _TermNumbers(dict[str, int]):
    """From a word to the number of its stem. Stems are numbered in the order in which they are met."""

    def __init__(self, cached: int) -> None:
        super().__init__()
        self.vocabulary: dict[str, int] = {}
        self._cached = cached

    def __missing__(self, word: str) -> int:
        if len(self) >= self._cached:
            self.clear()
        number = self[word] = self.of_stem(stem(word))
        return number

    def of_stem(self, stem: str) -> int:
        """The number of a stem, a new one where it was not met before."""
        return self.vocabulary.setdefault(stem, len(self.vocabulary))


class _SourceTerms:
    """The terms of an earlier index under their new numbers."""

    def __init__(self, source: LexicalIndex, numbers: _TermNumbers) -> None:
        self._source = source
        self._numbers = numbers
        self._vocabulary = source.vocabulary
        self._renumbered = np.full(len(self._vocabulary), -1, np.int64)  # by old number; -1: not met yet
        self._starts = np.cumsum(source.lengths, dtype=np.int64) - source.lengths

    def lengths(self, rows: Rows) -> Array:
        """How many terms each of these texts has."""
        return self._source.lengths[rows]

    def terms(self, rows: Rows, lengths: Array) -> Array:
        """The terms of these texts, which have these lengths, one text after another."""
        old = self._source.terms[rows_of_ranges(self._starts[rows], lengths)]
        met = np.zeros(len(self._vocabulary), bool)
        met[old] = True
        # Only terms that a text still holds get a number, so that others drop out of the vocabulary.
        first_met = np.flatnonzero(met & (self._renumbered < 0))
        self._renumbered[first_met] = [self._numbers.of_stem(self._vocabulary[number]) for number in first_met.tolist()]
        return self._renumbered[old]


def _terms_of(
    rows: Rows, source_rows: Rows, read_texts: ReadTexts, numbers: _TermNumbers, source: _SourceTerms | None
) -> tuple[Array, Array]:
    """The terms of these texts one after another, and how many each text has (rows,)."""
    new, old = np.flatnonzero(source_rows < 0), np.flatnonzero(source_rows >= 0)
    lengths = np.zeros(len(rows), LENGTHS.dtype)
    read = [_read_terms(text, numbers) for text in read_texts(rows[new])]
    lengths[new] = [len(text_terms) for text_terms in read]
    if source:
        lengths[old] = source.lengths(source_rows[old])
    starts = np.cumsum(lengths, dtype=np.int64) - lengths
    block = np.zeros(int(lengths.sum(dtype=np.int64)), TERMS.dtype)
    block[rows_of_ranges(starts[new], lengths[new])] = np.concatenate([np.empty(0, TERMS.dtype), *read])
    if source:
        block[rows_of_ranges(starts[old], lengths[old])] = source.terms(source_rows[old], lengths[old])
    return block, lengths


def _read_terms(text: str, numbers: _TermNumbers) -> Array:
    """The numbers of a text's terms, in order: (terms,)."""
    found = words(text)
    return np.fromiter(map(numbers.__getitem__, found), TERMS.dtype, len(found))


def _write_postings(folder: Path, count: int, vocabulary: int, limits: LexicalLimits) -> Array:
    """From the terms of each text to the postings of each term; returns where those begin (vocabulary + 1,)."""
    lengths = np.asarray(LENGTHS.open(folder, count))
    all_terms = TERMS.open(folder, int(lengths.sum(dtype=np.int64)))
    occurrences = np.zeros(vocabulary, np.int64)
    for _, block in _blocks(all_terms, lengths, limits.block):
        occurrences += np.bincount(block, minlength=vocabulary)
    # k1 * (1 - b + b * length / mean length): the longer a text, the less a term counts in it.
    norms = K1 * (1 - B + B * lengths / max(float(lengths.mean(dtype=np.float64)), 1e-9))
    holding = np.zeros(vocabulary + 1, np.int64)  # shifted by one, so that its sums are where postings begin
    with (folder / SCORES.file).open("wb") as scores_file, (folder / ROWS.file).open("wb") as rows_file:
        for low, high in _term_ranges(occurrences, limits.sorted_terms):
            packed = _packed_occurrences(all_terms, lengths, low, high, limits.block)
            holding[low + 1 : high + 1] = _write_range(scores_file, rows_file, packed, high - low, norms)
    starts = np.cumsum(holding).astype(STARTS.dtype)
    (folder / STARTS.file).write_bytes(starts.tobytes())
    return starts


def _packed_occurrences(all_terms: Array, lengths: Array, low: int, high: int, block_size: int) -> Array:
    """Every occurrence of the terms low to high, packed and sorted: (occurrences,) of uint64.

    An occurrence of a term in a text is one number: (term - low) << 32 | row of the text. Sorting these numbers sorts
    by term and, for one term, by text, with one fast sort of integers. A term that a text holds three times gives three
    equal numbers one after another, so the term frequency is the length of a run.
    """
    parts = []
    for first, block in _blocks(all_terms, lengths, block_size):
        inside = (block >= low) & (block < high)
        block_lengths = lengths[first : first + block_size]
        rows = np.repeat(np.arange(first, first + len(block_lengths)), block_lengths)
        parts.append((block[inside] - low).astype(np.uint64) << ROW_BITS | rows[inside].astype(np.uint64))
    return np.sort(np.concatenate(parts))


def _write_range(scores_file: BinaryIO, rows_file: BinaryIO, packed: Array, terms: int, norms: Array) -> Rows:
    """Append the postings of a range of `terms` terms; returns how many texts hold each of them (terms,).

    A posting is a run of equal numbers in `packed` (see `_packed_occurrences`). `norms` (texts,) is what BM25 adds to
    the frequency of a term in its denominator.
    """
    run_starts = np.flatnonzero(np.diff(packed, prepend=packed[:1] + 1))
    frequency = np.diff(run_starts, append=len(packed))
    postings = packed[run_starts]
    term, row = (postings >> ROW_BITS).astype(np.int64), (postings & (2**ROW_BITS - 1)).astype(np.int64)
    holding = np.bincount(term, minlength=terms)
    scores = inverse_document_frequencies(holding, len(norms))[term] * frequency / (frequency + norms[row])
    scores_file.write(scores.astype(SCORES.dtype).tobytes())
    rows_file.write(row.astype(ROWS.dtype).tobytes())
    return holding


def _write_common_scores(folder: Path, starts: Array, count: int, common: int) -> None:
    """For each common term, the score of every text."""
    scores, rows = (column.open(folder, int(starts[-1])) for column in (SCORES, ROWS))
    with (folder / common_scores(count).file).open("wb") as file:
        for number in common_terms(starts, count, common):
            postings = slice(int(starts[number]), int(starts[number + 1]))
            column = np.zeros(count, SCORES.dtype)
            column[rows[postings]] = scores[postings]
            file.write(column.tobytes())


def _blocks(all_terms: Array, lengths: Array, size: int) -> Iterator[tuple[int, Array]]:
    """The row of each block's first text, and the terms of its texts."""
    ends = np.cumsum([0, *(lengths[first : first + size].sum() for first in range(0, len(lengths), size))])
    for number, (start, end) in enumerate(pairwise(ends.tolist())):
        yield number * size, np.asarray(all_terms[start:end])


def _term_ranges(occurrences: Rows, at_a_time: int) -> Iterator[tuple[int, int]]:
    """Ranges of terms, each with about `at_a_time` occurrences; `occurrences` (terms,) of each term."""
    group = np.cumsum(occurrences) // at_a_time
    cuts = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(occurrences)]
    return pairwise(cuts) if len(occurrences) else iter(())
