"""BM25 of every passage for a question, read from an index that `index.retrieval.postings` wrote.

terms.bin            the numbers of each text's terms, one text after another; the next build takes them over
lengths.bin          how many terms each text has
vocabulary.json      every term; a term's number is its position here
posting_starts.bin   where the postings of each term begin, and where the last ones end
posting_rows.bin     the texts that hold a term, ascending, one term after another
posting_scores.bin   BM25 of the term in each of these texts
common_scores.bin    for each common term, BM25 in every text: adding a whole column is ten times as fast as adding to
                     single rows of it
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import SnapshotError
from index.arrays import Array, Rows, Vectors
from index.retrieval.words import terms
from index.storage.columns import Column

K1 = 1.2  # how soon more occurrences of a term stop to count (Lucene's default)
B = 0.75  # how much long texts are held back, 0 to 1 (Lucene's default)
COMMON = 4  # a term is common if more than one text in so many holds it

TERMS = Column("terms.bin", np.dtype("<u4"))
LENGTHS = Column("lengths.bin", np.dtype("<i4"))
STARTS = Column("posting_starts.bin", np.dtype("<i8"))
ROWS = Column("posting_rows.bin", np.dtype("<i4"))
SCORES = Column("posting_scores.bin", np.dtype("<f4"))
VOCABULARY = "vocabulary.json"


def common_scores(count: int) -> Column:
    """The column of common terms: one row a term, with the scores of all `count` texts."""
    return Column("common_scores.bin", SCORES.dtype, count)


class LexicalIndex:
    """BM25 in Lucene's variant (Kamphuis et al. 2020, table 1), with scores computed when the index is built.

    `lengths` (texts,) is the number of terms of each text, `terms` (all terms of all texts,) their numbers.
    """

    def __init__(self, folder: Path, count: int, common: int = COMMON, in_memory: bool = False) -> None:
        """Memory-map the index of `count` texts, or read it.

        Raises SnapshotError where the folder holds something else.
        """

        def rows_of(column: Column, rows: int) -> Array:
            return column.open(folder, rows, in_memory=in_memory)

        vocabulary = _read_vocabulary(folder / VOCABULARY)
        self.lengths: Array = rows_of(LENGTHS, count)
        self.terms: Array = rows_of(TERMS, int(self.lengths.sum(dtype=np.int64)))
        self._starts: Array = rows_of(STARTS, len(vocabulary) + 1)
        postings = int(self._starts[-1])
        self._scores: Array = rows_of(SCORES, postings)
        self._rows: Array = rows_of(ROWS, postings)
        numbers = common_terms(self._starts, count, common)
        columns = rows_of(common_scores(count), len(numbers))
        self._common_scores = dict(zip(numbers, columns, strict=True))
        self._numbers = {term: number for number, term in enumerate(vocabulary)}

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def vocabulary(self) -> list[str]:
        """Every term, by its number."""
        return list(self._numbers)

    def query(self, question: str) -> Vectors:
        """BM25 of every text (texts,); 0 for a text that shares no word with the question."""
        scores = np.zeros(len(self), np.float32)
        times_in_question = Counter(self._numbers[term] for term in terms(question) if term in self._numbers)
        for number, times in times_in_question.items():
            if number in self._common_scores:
                scores += times * self._common_scores[number]
            else:
                postings = slice(int(self._starts[number]), int(self._starts[number + 1]))
                scores[self._rows[postings]] += times * self._scores[postings]
        return scores

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        """As `Frequencies.inverse_frequencies`."""
        numbers = [self._numbers.get(word) for word in words]
        holding = [0 if number is None else int(self._starts[number + 1] - self._starts[number]) for number in numbers]
        frequencies: list[float] = inverse_document_frequencies(np.array(holding, np.int64), len(self)).tolist()
        return frequencies


def inverse_document_frequencies(holding: Rows, count: int) -> NDArray[np.float64]:
    """ln(1 + (N - n + 0.5) / (n + 0.5)) for terms that `holding` (terms,) of `count` texts hold: (terms,)."""
    frequencies: NDArray[np.float64] = np.log1p((count - holding + 0.5) / (holding + 0.5))
    return frequencies


def common_terms(starts: Array, count: int, common: int) -> list[int]:
    """The numbers of the terms that more than one in `common` texts hold; `starts` (terms + 1,) as in STARTS."""
    numbers: list[int] = np.flatnonzero(np.diff(starts) * common > count).tolist()
    return numbers


def _read_vocabulary(path: Path) -> list[str]:
    """Every term; raises SnapshotError."""
    try:
        vocabulary = json.loads(path.read_text("utf-8"))
        if isinstance(vocabulary, list) and set(map(type, vocabulary)) <= {str}:
            return vocabulary
    except (OSError, ValueError, RecursionError):
        pass
    raise SnapshotError(f"{path}: is not a list of terms; activate another snapshot or build again")
