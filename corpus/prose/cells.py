"""The cells of a row, as Markdown, a page of the web, text with tabs or columns and lines of values write it."""

import csv
import re
from collections.abc import Iterator
from functools import lru_cache

from corpus.documents import Span
from corpus.prose.asking import is_question

_BETWEEN_CELLS = re.compile(r"(?:</?t[dhr]\b[^<>]{0,200}>\s*)+|[|\t]", re.IGNORECASE)
# A cell that says "as above": nothing at all, or a sign of it.
AS_ABOVE = re.compile(r"(?:[\"”“„″〃]|''|-[\"”″]-|do\.|ditto|idem|id\.|as above)?", re.IGNORECASE)
# What a column of answers to the questions beside it is called.
_ANSWERS = re.compile(
    r"\b(?:answers?|a|reply|replies|responses?|antwort(?:en)?|réponses?|respuestas?|respostas?|risposte?)\b",
    re.IGNORECASE,
)
_COLUMN_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")


def cells_of(row: str) -> Iterator[tuple[str, int]]:
    """The words of each cell of a row, and where they begin in it."""
    bounds = [match.span() for match in _BETWEEN_CELLS.finditer(row)]
    bounds = bounds or [match.span() for match in _COLUMN_GAP.finditer(row)]
    if bounds and row.startswith("  ") and row[bounds[0][0]].isspace():
        bounds.insert(0, (0, len(row) - len(row.lstrip())))  # the name of the first column is left out
    if not bounds:
        yield from _cells_of_record(row)
        return
    begins, ends = [0, *(end for _, end in bounds)], [*(start for start, _ in bounds), len(row)]
    stretches = list(zip(begins, ends, strict=True))
    # A row may begin and end with what parts cells. Where it begins with white space, its first cell is empty.
    first, last = (not row[begin:end].strip() for begin, end in (stretches[0], stretches[-1]))
    first = first and not row[:1].isspace()
    for begin, end in stretches[first : len(stretches) - last]:
        words = row[begin:end].strip()
        yield words, row.index(words, begin)


def leaves_its_first_cell(text: str, start: int, end: int) -> bool:
    """Whether the first cell of the row that stands there is empty, or says that the one above it holds here too."""
    first = next(cells_of(text[start:end]), None)
    return text.endswith("\t", 0, start) or (first is not None and bool(AS_ABOVE.fullmatch(first[0])))


def is_title(header: str, row: str) -> bool:
    """Whether a row is the title of those below it: of several cells, only the first says something."""
    said = [bool(cell) for cell, _ in cells_of(row)] or [True]
    return said[0] and not any(said[1:]) and len(column_names(header)) > 1


def question_and_answer(header: str, row: str) -> tuple[Span, ...]:
    """Where both stand in a row that holds nothing but a question and its answer; nothing of another row.

    A table with other columns is no list of questions: "Do you feel safe?" may have "62 %" below "agree".
    """
    found = [(at, at + len(cell), is_question(cell)) for cell, at in cells_of(row) if cell]
    if [is_asked for _, _, is_asked in found] != [True, False]:
        return ()
    names = column_names(header)
    return tuple((start, end) for start, end, _ in found) if not names or _ANSWERS.search(names[-1]) else ()


def column_names(header: str) -> list[str]:
    """The names of the columns, in words: "members_2025" is two."""
    return [name.replace("_", " ").strip() for name, _ in cells_of(header)]


@lru_cache(maxsize=4096)  # the rows of tables that are read for a question
def named_cells(header: str, row: str) -> tuple[tuple[str, str, int], ...]:
    """The name of the column, the words, and where they begin in the row, of each cell that is not empty.

    Nothing where there are not as many cells as names, or fewer than two. Between tabs, last cells that are empty are
    left out.
    """
    names, cells = column_names(header), list(cells_of(row))
    if "\t" in header:
        cells += [("", len(row))] * (len(names) - len(cells))
    if len(names) != len(cells) or len(cells) < 2:
        return ()
    return tuple((name, cell, at) for name, (cell, at) in zip(names, cells, strict=True) if cell)


def _cells_of_record(row: str) -> Iterator[tuple[str, int]]:
    """The same of a row whose cells are parted by commas or semicolons; none where it is no record."""
    after = 0
    try:
        values = next(csv.reader([row], delimiter=max(",;", key=row.count)), [])
    except csv.Error:  # such as a line break in a cell without quotes
        return
    for value in values:
        at = row.find(value, after)
        if at >= 0:  # a value with doubled quotes stands there otherwise
            yield value.strip(), at
            after = at + len(value)
