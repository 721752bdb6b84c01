"""Tables of printed pages: lines whose fragments stand in columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.building.builder import Builder
from corpus.building.page_lines import Fragment, Line, join
from corpus.building.tables import Cell, add_table
from corpus.documents import Span

_BULLET = re.compile(r"[•‣◦▪▫●○■□➢✓*·–-]|\(?(?:\d{1,3}|[a-zA-Z])[.)]")


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """Rows of words, one for each column. The first `headers` rows name the columns; None where that is not clear."""

    rows: tuple[tuple[str, ...], ...]
    headers: int | None
    page: int

    def add(self, builder: Builder) -> None:
        """Add the rows to a builder."""
        add_table(builder, [[Cell(words) for words in row] for row in self.rows], self.headers)


def find_tables(lines: Sequence[Line]) -> Iterator[Line | PrintedTable]:
    """The lines of a page, and the tables among them."""
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        table = _table(lines[at:end]) if end - at > 1 else None
        if table:
            yield table
            at = end
        else:
            yield lines[at]
            at += 1


def _table_end(lines: Sequence[Line], first: int) -> int:
    """The number of the line after the last row of a table that begins with line `first`."""
    if not _has_cells(lines[first]):
        return first
    columns = _widened([], lines[first])
    end = at = first + 1
    while at < len(lines) and lines[at].bottom < lines[at - 1].bottom:
        line = split_at(lines[at], columns)
        widened = _widened(columns, line)
        is_row = _has_cells(line) or (len(widened) == len(columns) and _is_close(lines[at - 1], line))
        if not is_row or len(widened) < max(len(columns), len(line.fragments)):
            break
        columns, end = widened, at + 1
        at += 1
    return end


def _has_cells(line: Line) -> bool:
    is_item = len(line.fragments) == 2 and _BULLET.fullmatch(line.fragments[0].text)
    return len(line.fragments) > 1 and ("\t" in line.text or len(line.fragments) > 2) and not is_item


def _is_close(above: Line, line: Line) -> bool:
    return above.bottom - line.bottom < 1.4 * line.size


def _widened(columns: Sequence[Span], line: Line) -> list[Span]:
    """The columns, made wide enough for the fragments of the line; those that come to overlap are one.

    Where the line has a fragment for each column, each one widens its own: a header may be centred above its column.
    """
    spans = _spans(line)
    if len(spans) == len(columns):
        unions = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(columns, spans, strict=True)]
        if all(before[1] < after[0] for before, after in pairwise(unions)):
            return unions
    merged: list[Span] = []
    for start, end in sorted([*columns, *spans]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def split_at(line: Line, columns: Sequence[Span]) -> Line:
    """The line, a fragment that runs over two columns cut where a word begins the second one."""
    edges = [start for start, _ in columns[1:]]
    fragments: list[Fragment] = []
    for fragment in line.fragments:
        part: list[Fragment] = []
        for word in fragment.words:
            if part and any(abs(word.left - edge) <= 2 for edge in edges):
                fragments.append(join(part))
                part = []
            part.append(word)
        fragments.append(join(part) if part and len(part) < len(fragment.words) else fragment)
    return replace(line, fragments=tuple(fragments))


def _spans(line: Line) -> list[Span]:
    return sorted((round(fragment.left), round(fragment.right)) for fragment in line.fragments)


def _table(lines: Sequence[Line]) -> PrintedTable | None:
    """The table that the lines make; None where it has one column or one row."""
    columns: list[Span] = []
    lines = [lines[0], *lines[1:]]
    for number, line in enumerate(lines):
        lines[number] = split_at(line, columns)
        columns = _widened(columns, lines[number])
    if len(columns) < 2 or sum(map(_has_cells, lines)) < 2:
        return None
    rows: list[list[str]] = []
    bold: list[bool] = []
    above: Line | None = None
    for line in lines:
        cells = _cells(line, columns)
        filled = [number for number, words in enumerate(cells) if words]
        if above and rows and _is_close(above, line) and _goes_on(cells, filled):
            rows[-1] = [" ".join(filter(None, pair)) for pair in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
            bold.append(line.is_bold)
        above = line
    if len(rows) < 2:
        return None
    headers = 1 if bold[0] and not any(bold[1:]) else None
    return PrintedTable(tuple(map(tuple, rows)), headers, lines[0].page)


def _cells(line: Line, columns: Sequence[Span]) -> list[str]:
    """The words of a line in each column: each fragment goes to the one that it is nearest to."""
    cells = [""] * len(columns)
    for fragment in line.fragments:
        middle = (fragment.left + fragment.right) / 2
        nearest = min(range(len(columns)), key=lambda n: max(columns[n][0] - middle, middle - columns[n][1], 0))
        cells[nearest] = f"{cells[nearest]} {fragment.text}".strip()
    return cells


def _goes_on(cells: Sequence[str], filled: Sequence[int]) -> bool:
    """Whether a line only continues cells of the row above it."""
    return bool(filled) and len(filled) < len(cells) and (filled[0] > 0 or cells[filled[0]][0].islower())
