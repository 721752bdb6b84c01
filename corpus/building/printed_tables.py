"""Tables of printed pages: lines whose fragments stand in columns."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.building.builder import Builder
from corpus.building.page_lines import Fragment, Line, join
from corpus.building.rules import Rules
from corpus.building.tables import Cell, add_table
from corpus.documents import Span

_BULLET = re.compile(r"[•‣◦▪▫●○■□➢✓*·–-]|\(?(?:\d{1,3}|[a-zA-Z])[.)]")


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """The words of each column, and the page that they stand on."""

    cells: tuple[str, ...]
    page: int
    is_bold: bool


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """Rows, and where their columns lie. `goes_on`: it began on the page before."""

    rows: tuple[PrintedRow, ...]
    columns: tuple[Span, ...]
    size: float
    goes_on: bool = False

    @property
    def headers(self) -> int | None:
        """How many of the first rows name the columns; None where that is not clear."""
        return 1 if self.rows[0].is_bold and not any(row.is_bold for row in self.rows[1:]) else None

    def followed_by(self, rest: "PrintedTable") -> "PrintedTable":
        """The table with its rest from the next page: a header that is printed again counts once, a cut row is one."""
        rows, more = list(self.rows), list(rest.rows)
        if more and more[0].cells == rows[0].cells:
            del more[0]
        elif more and _completes(more[0].cells):
            first = more.pop(0)
            rows[-1] = replace(rows[-1], cells=_together(rows[-1].cells, first.cells))
        return replace(self, rows=(*rows, *more))

    def add(self, builder: Builder, turn_to: Callable[[int], None]) -> None:
        """Add the rows to a builder; `turn_to` is told the page of each."""
        rows = [[Cell(words) for words in row.cells] for row in self.rows]
        add_table(builder, rows, self.headers, lambda number: turn_to(self.rows[number].page))


def find_tables(
    lines: Sequence[Line], rules: Rules | None = None, before: PrintedTable | None = None
) -> Iterator[Line | PrintedTable]:
    """The lines of a page, and the tables among them; `before` is the table that the page before ended with."""
    rules = rules or Rules()
    at = 0
    if before and lines and _may_go_on(lines[0], before, rules):
        end = _table_end(lines, 0, rules, before.columns)
        if any(_has_cells(line, rules) for line in lines[:end]) and (
            table := _table(lines[:end], rules, before.columns)
        ):
            yield replace(table, goes_on=True)
            at = end
    while at < len(lines):
        end = _table_end(lines, at, rules)
        table = _table(lines[at:end], rules) if end > at else None
        if table:
            yield table
            at = end
        else:
            yield lines[at]
            at += 1


def _may_go_on(line: Line, before: PrintedTable, rules: Rules) -> bool:
    """Whether a line may be a row of the table before it, or the rest of one: then it is no heading."""
    return _has_cells(line, rules) or (abs(line.size - before.size) < 0.08 * before.size and not line.is_bold)


def _table_end(lines: Sequence[Line], first: int, rules: Rules, columns: Sequence[Span] = ()) -> int:
    """The number of the line after the last row of a table that begins with line `first`."""
    if not columns and not _has_cells(lines[first], rules):
        return first
    end = at = first if columns else first + 1
    columns = columns or _widened([], lines[first])
    while at < len(lines) and (at == first or lines[at].bottom < lines[at - 1].bottom):
        line = split_at(lines[at], columns, rules)
        widened = _widened(columns, line)
        is_near = at == first or _is_close(lines[at - 1], line)
        is_row = _has_cells(line, rules) or rules.enclose(line) or (len(widened) == len(columns) and is_near)
        if rules.enclose(lines[first]) and not rules.enclose(line):
            break  # what stands below the frame of a table
        if not is_row or len(widened) < max(len(columns), len(line.fragments)):
            break
        columns, end = widened, at + 1
        at += 1
    return end


def _has_cells(line: Line, rules: Rules) -> bool:
    if _is_drawn(line, rules):
        return True
    is_item = len(line.fragments) == 2 and _BULLET.fullmatch(line.fragments[0].text)
    return len(line.fragments) > 1 and ("\t" in line.text or len(line.fragments) > 2) and not is_item


def _is_drawn(line: Line, rules: Rules) -> bool:
    """Whether upright lines part what stands on a line, and enclose it: then it is a row even if it is the only one."""
    return any(rules.part(*pair) for pair in pairwise(line.fragments)) and rules.enclose(line)


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


def split_at(line: Line, columns: Sequence[Span], rules: Rules) -> Line:
    """The line, a fragment that runs over two columns cut where a word begins the second one, if no lines are drawn."""
    if any(rules.part(*pair) for pair in pairwise(line.fragments)):
        return line
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


def _table(lines: Sequence[Line], rules: Rules, known: Sequence[Span] = ()) -> PrintedTable | None:
    """The table that the lines make; None where it has one column, or one row that nothing shows to be one."""
    columns: list[Span] = list(known)
    lines = list(lines)
    for number, line in enumerate(lines):
        lines[number] = split_at(line, columns, rules)
        columns = _widened(columns, lines[number])
    is_sure = bool(known) or _is_drawn(lines[0], rules)
    if len(columns) < 2 or (not is_sure and sum(_has_cells(line, rules) for line in lines) < 2):
        return None
    cells = [_cells(line, columns) for line in lines]
    rows: list[PrintedRow] = []
    for number, (line, is_new) in enumerate(zip(lines, _begin_rows(lines, cells, columns, rules), strict=True)):
        if is_new:
            rows.append(PrintedRow(cells[number], line.page, line.is_bold))
        else:
            rows[-1] = replace(rows[-1], cells=_together(rows[-1].cells, cells[number]))
    if len(rows) < 2 and not is_sure:
        return None
    return PrintedTable(tuple(rows), tuple(columns), lines[-1].size)


def _begin_rows(
    lines: Sequence[Line], cells: Sequence[tuple[str, ...]], columns: Sequence[Span], rules: Rules
) -> list[bool]:
    """Of each line whether it begins a row: below a drawn line where rows are parted so, or else by what it holds."""
    pairs = list(pairwise(lines))
    drawn = [rules.between(above, line, columns[0][0], columns[-1][1]) for above, line in pairs]
    is_grid = sum(drawn) > 1 and all(map(rules.enclose, lines))
    if is_grid or (sum(drawn) > 1 and _longest_run(drawn, cells) < 3):
        return [True, *drawn]
    return [
        True,
        *(
            not (_is_close(above, line) and _completes(words))
            for (above, line), words in zip(pairs, cells[1:], strict=True)
        ),
    ]


def _longest_run(drawn: Sequence[bool], cells: Sequence[tuple[str, ...]]) -> int:
    """The most lines that fill all columns with no line drawn between them: many of them are rows by themselves."""
    longest = run = 0
    for is_parted, words in zip((True, *drawn), cells, strict=True):
        run = (0 if is_parted else run) + all(words)
        longest = max(longest, run)
    return longest


def _cells(line: Line, columns: Sequence[Span]) -> tuple[str, ...]:
    """The words of a line in each column: each fragment goes to the one that it is nearest to."""
    cells = [""] * len(columns)
    for fragment in line.fragments:
        middle = (fragment.left + fragment.right) / 2
        nearest = min(range(len(columns)), key=lambda n: max(columns[n][0] - middle, middle - columns[n][1], 0))
        cells[nearest] = f"{cells[nearest]} {fragment.text}".strip()
    return tuple(cells)


def _together(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(filter(None, pair)) for pair in zip(above, below, strict=True))


def _completes(cells: Sequence[str]) -> bool:
    """Whether a line only continues cells of the row above it."""
    filled = [number for number, words in enumerate(cells) if words]
    return bool(filled) and len(filled) < len(cells) and (filled[0] > 0 or cells[filled[0]][0].islower())
