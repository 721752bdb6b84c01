"""Passage terms in BM25."""

import logging
import re
from collections.abc import Iterable
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from corpus.errors import SnapshotError

K1 = 1.2
B = 0.75
WORD = re.compile(r"(?u)\b\w+\b")


def terms(text: str) -> list[str]:
    """Lower-case words, stemmed for English (Porter 2), in order."""
    # A Stemmer keeps a cache that is not safe to share between threads; making one costs microseconds.
    stems: list[str] = Stemmer.Stemmer("english").stemWords(WORD.findall(text.lower()))
    return stems


class LexicalIndex:
    """BM25 in Lucene's variant (Kamphuis et al. 2020, table 1), scores computed when the index is built."""

    def __init__(self, index: bm25s.BM25, count: int) -> None:
        self._index = index
        self._count = count

    @classmethod
    def build(cls, texts: Iterable[str]) -> "LexicalIndex":
        """Index the texts; text i keeps the number i."""
        vocabulary: dict[str, int] = {}
        rows = [[vocabulary.setdefault(term, len(vocabulary)) for term in terms(text)] for text in texts]
        # bm25s refuses an empty vocabulary: texts without a single word still need one.
        vocabulary = vocabulary or {"": 0}
        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it narrates
        index = bm25s.BM25(k1=K1, b=B)
        with np.errstate(invalid="ignore"):  # texts without a word have an average length of zero
            index.index((rows, vocabulary), show_progress=False)
        return cls(index, len(rows))

    @classmethod
    def load(cls, folder: Path, count: int) -> "LexicalIndex":
        """Open a saved index, its postings memory-mapped; raises SnapshotError where it holds something else."""
        index = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        if index.scores["num_docs"] != count:
            raise SnapshotError(f"{folder}: holds {index.scores['num_docs']} texts, not {count}; build again")
        return cls(index, count)

    def save(self, folder: Path) -> None:
        """Write the index to a folder of its own."""
        self._index.save(folder, show_progress=False)

    def __len__(self) -> int:
        return self._count

    def query(self, question: str) -> NDArray[np.float32]:
        """BM25 of every text (n,); 0 where it shares no word with the question."""
        known = self._index.get_tokens_ids(terms(question))
        if not known:
            return np.zeros(self._count, np.float32)
        scores: NDArray[np.float32] = self._index.get_scores_from_ids(known)
        return scores

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        """Each stem's idf, ln(1 + (N - n + .5) / (n + .5)); the largest possible for a stem that no text holds."""
        pointers = self._index.scores["indptr"]
        vocabulary = self._index.vocab_dict
        holding = [int(pointers[vocabulary[w] + 1] - pointers[vocabulary[w]]) if w in vocabulary else 0 for w in words]
        return [float(np.log1p((self._count - n + 0.5) / (n + 0.5))) for n in holding]
