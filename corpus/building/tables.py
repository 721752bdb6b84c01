"""Tables as rows of words, whatever they were written in: merged cells, headers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.building.builder import Builder
from corpus.documents import Span

MAX_SPAN = 1000  # rows or columns that one cell may cover
MAX_COLUMNS = 1000

_FIGURE = re.compile(r"[^\w\s]{0,3}\s?[-+−]?\d[\d.,:/\s-]*\s?(?:%|[^\W\d_]{0,6}|[^\w\s]{1,2})")


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of a cell, how many columns and rows it covers, and whether it is marked as a header."""

    text: str
    columns: int = 1
    rows: int = 1
    is_header: bool = False


@dataclass(slots=True)
class _Hanging:
    """A cell that covers rows still to come."""

    cell: Cell
    rows: int


def spread(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """One cell for each column of each row.

    A cell that covers several rows stands in each of them; one that covers several columns stands in the first.
    """
    hanging: dict[int, _Hanging] = {}
    grid: list[list[Cell]] = []
    for row in rows:
        line: list[Cell] = []
        cells = iter(row)
        cell = next(cells, None)
        while (cell or any(column >= len(line) for column in hanging)) and len(line) < MAX_COLUMNS:
            above = hanging.get(len(line))
            if above:
                line.append(above.cell)
                above.rows -= 1
                if not above.rows:
                    del hanging[len(line) - 1]
                continue
            if cell is None:
                line.append(Cell(""))
                continue
            first = len(line)
            line.append(cell)
            line += [Cell("", is_header=cell.is_header)] * (min(cell.columns, MAX_SPAN) - 1)
            if cell.rows > 1:
                for column in range(first, len(line)):
                    hanging[column] = _Hanging(line[column], min(cell.rows, MAX_SPAN) - 1)
            cell = next(cells, None)
        grid.append(line)
    return grid


def add_table(
    builder: Builder,
    rows: Sequence[Sequence[Cell]],
    header_rows: int | None = None,
    before_row: Callable[[int], None] = lambda number: None,
) -> list[Span | None]:
    """Add the rows of a table; returns where each stands.

    The first `header_rows` are read with each row below them; where None, marks and what the cells look like decide.
    `before_row` is told the number of each row before it is added.
    """
    grid = spread(rows)
    headers = _count_headers(grid) if header_rows is None else header_rows
    if headers >= len(grid):
        headers = 0
    spans: list[Span | None] = []
    lead: Span | None = None
    for number, row in enumerate(grid):
        words = [cell.text for cell in row]
        before_row(number)
        span = builder.row(words, lead=lead, is_header=number < headers)
        if span and number < headers:
            lead = (lead[0] if lead else span[0], span[1])
        spans.append(span)
    builder.gap()
    return spans


def _count_headers(grid: Sequence[Sequence[Cell]]) -> int:
    """How many of the first rows are a header."""
    marked = 0
    for row in grid:
        words = [cell for cell in row if cell.text.strip()]
        if not words or not all(cell.is_header for cell in words):
            break
        marked += 1
    if marked:
        return marked
    return int(looks_like_header([[cell.text for cell in row] for row in grid[:20]]))


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of these rows names the columns.

    It does where it has a different name in each of three or more columns and no figure among them. Of two columns, the
    second one has to hold figures below a name: otherwise each row is a name and its value, also the first.
    """
    if len(rows) < 2:
        return False
    first = [" ".join(cell.split()) for cell in rows[0]]
    names = [name for name in first if name]
    width = max(map(len, rows))
    is_named = len(names) >= max(2, width - 1) and len(set(names)) == len(names)
    if not is_named or any(is_figure(name) or len(name) > 80 for name in names):
        return False
    if width > 2:
        return True
    seconds = [row[1] for row in rows[1:] if len(row) > 1 and row[1].strip()]
    return bool(seconds) and sum(map(is_figure, seconds)) * 2 > len(seconds)


def is_figure(words: str) -> bool:
    """Whether a cell holds a number, an amount, a share or a date."""
    return bool(_FIGURE.fullmatch(words.strip()))
