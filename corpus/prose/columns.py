"""Tables of plain text whose columns are lined up with spaces, parted by bars, or follow one another between tabs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.documents import Block, Span

_GAP = re.compile(r" {2,}")
_RULE = re.compile(r"[-=_]{3,}(?:[ +|]+[-=_]{2,})*")
_FIELDS = re.compile(r"(?:(?:^| {2}|\t|\| ?)\S[^:\n]{0,40}: +\S.*?){2,}")  # "Port: Skerrow   Berth: 4" is no header
_DIGIT = re.compile(r"\d")
SLACK = 2  # characters by which a cell may begin or end beside its column's name
APART = 10  # as far apart as cells are taken to be that are parted by tabs or bars, however long they are


@dataclass(frozen=True, slots=True)
class Columns:
    """A table: its header, its rows, and how many lines both take, with the rule between them."""

    header: Span
    rows: tuple[Span, ...]
    lines: int

    def blocks(self) -> Iterator[Block]:
        """Its rows."""
        return (Block("row", *row, lead=self.header) for row in self.rows)


def columns_at(text: str, lines: Sequence[Span], at: int) -> Columns | None:
    """The table whose header is the line of this number; None where it is the header of nothing.

    A header names three columns or more, or two without any digit, above a rule; else three or more without any digit
    above rows with digits. It may leave the first column without a name. There are two rows or more, and their cells
    stand below the names. What stands below a line of the same columns is no header: a rule may part rows from their
    sum.
    """
    header, names = lines[at], _cells(text, lines[at])
    if unnamed := _unnamed(text, lines, at, names):
        header, names = (text.rfind("\n", 0, header[0]) + 1, header[1]), [unnamed, *names]
    if len(names) < 2 or at + 2 >= len(lines) or (at and _stand_below(_cells(text, lines[at - 1]), names)):
        return None
    if (len(names) == 2 and _DIGIT.search(text, *header)) or _FIELDS.match(text[slice(*header)]):
        return None
    has_rule = bool(_RULE.fullmatch(text, *lines[at + 1]))
    first = at + 1 + has_rule
    rows: list[Span] = []
    for number in range(first, len(lines)):
        if not _stand_below(_cells(text, lines[number]), names):
            break
        rows.append(lines[number])
        if len(rows) == 2 and not has_rule and not _is_above_numbers(text, header, names, rows):
            return None
    return Columns(header, tuple(rows), first - at + len(rows)) if len(rows) > 1 else None


def _unnamed(text: str, lines: Sequence[Span], at: int, names: Sequence[Span]) -> Span | None:
    """Where the first column stands that the header leaves without a name; None where there is no such column."""
    below = _cells(text, lines[at + 1]) if len(names) > 1 and at + 2 < len(lines) else []
    is_left = len(below) == len(names) + 1 and below[0][1] <= names[0][0] and below[0][0] < names[0][0] - SLACK
    return below[0] if is_left else None


def _cells(text: str, line: Span) -> list[Span]:
    """Where each cell of a line begins and ends, counted from the begin of the line.

    Between tabs or bars a cell may be empty, and its number is its place.
    """
    begin = text.rfind("\n", 0, line[0]) + 1
    if between := next((mark for mark in "\t|" if text.find(mark, *line) >= 0), None):
        words = text[begin : line[1]].split(between)
        return [(number * APART, number * APART + 1) for number, cell in enumerate(words) if cell.strip()]
    first = line[0] - begin
    return list(_stretches(text[slice(*line)], first)) if text.find("  ", *line) >= 0 else []


def _stretches(line: str, first: int) -> Iterator[Span]:
    begin = 0
    for gap in _GAP.finditer(line):
        yield first + begin, first + gap.start()
        begin = gap.end()
    yield first + begin, first + len(line)


def _stand_below(cells: Sequence[Span], names: Sequence[Span]) -> bool:
    """Whether each cell stands below a name of its own."""
    if len(cells) < 2:
        return False
    columns = iter(names)
    return all(any(_is_below(cell, name) for name in columns) for cell in cells)


def _is_below(cell: Span, name: Span) -> bool:
    overlaps = cell[0] < name[1] and name[0] < cell[1]
    return overlaps or abs(cell[0] - name[0]) <= SLACK or abs(cell[1] - name[1]) <= SLACK


def _is_above_numbers(text: str, header: Span, names: Sequence[Span], rows: Sequence[Span]) -> bool:
    """Whether a line of three words or more without digits stands above lines that have some."""
    return len(names) > 2 and not _DIGIT.search(text, *header) and all(_DIGIT.search(text, *row) for row in rows)
