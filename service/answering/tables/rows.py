"""The rows of a table, wherever its passages part it, and those that sum up the others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.documents import Passage
from corpus.prose.cells import cells_of
from corpus.prose.nesting import row_text
from service.answering.question.content_words import held_terms

_SUMS = held_terms("total totals grand sum sums all altogether together overall gesamt summe insgesamt")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its passage, its number among the sentences of that, and its cells."""

    passage: Passage
    sentence: int
    cells: Sequence[str]


def rows_below(passages: Iterable[Passage], lead: str) -> Iterator[Row]:
    """The rows of a table that have the header `lead`."""
    for passage in passages:
        if passage.lead_text == lead:
            for number, kind in enumerate(passage.kinds):
                if kind == "row":
                    yield Row(passage, number, [cell for cell, _ in cells_of(row_text(passage, number))])


def is_total(row: Row) -> bool:
    """Whether a row sums up the others: its first cell says so, and nothing else."""
    name = held_terms(row.cells[0]) if row.cells else frozenset()
    return bool(name) and name <= _SUMS
