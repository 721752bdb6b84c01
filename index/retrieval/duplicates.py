"""Passages that say the same, found when a snapshot is built.

Two passages say the same where their words are the same in the same order, whatever their case, marks and markup, and
but for a few words that carry no meaning of their own. A number, a date, a name, a denial or any other word that
differs makes them two. This is an equivalence, so each passage belongs to one group, and a hash finds it.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import numpy as np

from corpus.documents import Passage
from corpus.folding import fold
from index.arrays import Array, Rows
from index.retrieval.words import WORD, signs
from index.storage.columns import PASSAGES
from index.storage.passages import PassageTable

BLOCK = 8192  # passages that are read at a time
UNSAID = 0  # the saying of a passage without words, which is like no other

_NUMBER = re.compile(r"(?<!\w)[-+]?\d+(?:[.,:/'\-–]\d+)+(?!\w)")  # numbers, dates and ranges with marks in them
_MAYBE_NUMBER = re.compile(r"\d[^\s\w]\d")  # far cheaper to look for
_DASH = str.maketrans("–", "-")
_FIRST_A = re.compile(r"\W*A(?=\s+\w)")
_EMPTY = re.compile(  # in capitals, or where no word follows, they may be names: hepatitis A, the column "a" of a table
    r"\s(?:a|[Aa]n|[Aa]lso|[Aa]nd|[Aa]re|[Bb]e|[Ii]s|[Oo]f|[Pp]lease|[Tt]he|[Tt]hat|[Ww]hich)(?=\s+\w)"
)
# Four words: what is all in capitals is prose and no code.
_SHOUTED = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]{2,}+\W++){4}")


def saying(passage: Passage) -> str:
    """The same for all passages that say the same, whose lead says it too; empty where there are no words."""
    sentences = passage.sentence_texts
    said = _said(sentences)
    # What leads a list or a table is part of what its items and rows say: "You must not:".
    return f"{_said([passage.lead_text])} | {said}" if said else ""


def mark_duplicates(
    folder: Path, table: PassageTable, source: PassageTable | None = None, known: Rows | None = None
) -> None:
    """Write what each passage of the folder says, and its group, into the columns `saying` and `group`.

    `known` (passages,) is the row of each passage in `source`, -1 where it has none: only the others are read.
    """
    passages = PASSAGES.open(folder, len(table), "r+")
    said = np.zeros(len(table), np.uint64)
    if source is not None and known is not None:
        said[known >= 0] = source.passages["saying"][known[known >= 0]]
        missing = np.flatnonzero(known < 0)
    else:
        missing = np.arange(len(table))
    said[missing] = np.fromiter(_hashes(table, missing), np.uint64, len(missing))
    passages["saying"] = said
    passages["group"] = first_of_equals(said)  # `Store.publish` puts the file on the disk


def first_of_equals(said: Array) -> Rows:
    """The first row with the same saying, for each row: (rows,). A passage without words is a group by itself."""
    _, firsts, numbers = np.unique(said, return_index=True, return_inverse=True)
    return np.where(said == UNSAID, np.arange(len(said)), firsts[numbers])


def _hashes(table: PassageTable, rows: Rows) -> Iterator[int]:
    """The hash of what each of these passages says."""
    for first in range(0, len(rows), BLOCK):
        for passage in table.values(rows[first : first + BLOCK]):
            text = saying(passage)
            yield int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) if text else UNSAID


def _said(sentences: Iterable[str]) -> str:
    """The words that carry meaning, in order, then the signs and the numbers with marks in them."""
    words: list[str] = []
    marked: list[str] = []
    for sentence in sentences:
        folded = fold(sentence).text
        if folded.isupper() and _SHOUTED.search(folded):
            folded = folded.lower()
        if first := _FIRST_A.match(folded):
            folded = folded[first.end() :]
        words += WORD.findall(_EMPTY.sub("", f" {folded}").lower())
        marked += signs(folded)
        if _MAYBE_NUMBER.search(folded):
            marked += [number.translate(_DASH) for number in _NUMBER.findall(folded)]
    return " ".join(words + marked)
