"""Excel: each sheet a section, its tables row by row as a person sees them, each row with its place in the sheet."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice, takewhile
from typing import Any, TypeAlias
from xml.etree import ElementTree
from zipfile import ZipFile

from corpus.building.builder import Builder
from corpus.building.numbers import shown
from corpus.building.packages import open_archive
from corpus.building.tables import is_figure, looks_like_header
from corpus.documents import Span
from corpus.errors import CorpusError
from corpus.prose.blocks import Parsed

LONGEST_NAME = 80  # characters
MAX_ROWS = 1_048_576  # as many as a sheet of Excel has
MAX_MERGED = 10_000  # rows that one merged cell may cover; larger ones are only layout
MAX_COVERED = 1_000_000  # rows that all merged cells of a sheet may cover; what comes after is read as it stands

_DEFAULT_NAME = re.compile(r"(?:Sheet|Tabelle|Feuil|Hoja|Foglio|Blad|Planilha|Лист|シート|工作表)\s?\d*", re.IGNORECASE)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s+ref\s*=\s*[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_Place: TypeAlias = tuple[int, int]  # row and column, from 1


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a row, from the first column on. Rows are numbered from 1."""

    number: int
    cells: tuple[str, ...]
    is_bold: bool

    @property
    def filled(self) -> list[int]:
        """The columns that hold something, from 0."""
        return [column for column, words in enumerate(self.cells) if words]


def read(data: bytes) -> Parsed:
    """The text of a workbook and its structure; raises CorpusError."""
    archive = open_archive(data)
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        # Values are read as the program saved them; formulas are not computed.
        workbook = load_workbook(BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, TypeError) as error:
        raise CorpusError(f"is no Excel workbook ({error}): save it as .xlsx again") from None
    builder = Builder()
    properties = workbook.properties
    for name in ("creator", "created", "modified", "title", "subject", "keywords"):
        value = getattr(properties, name)
        value = value.date().isoformat() if hasattr(value, "date") else value
        builder.describe("author" if name == "creator" else name, None if value == "openpyxl" else value)
    merged = _merged_cells(archive)
    sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    for sheet in sheets:
        rows = list(_rows(sheet, merged.get(sheet.title, {})))
        if rows and not (len(sheets) == 1 and _DEFAULT_NAME.fullmatch(sheet.title)):
            builder.anchor(sheet.title)
            builder.heading(sheet.title, 2)
        for part in _parts(rows):
            _add(builder, sheet.title, part)
    return builder.finish()


def _merged_cells(archive: ZipFile) -> dict[str, dict[_Place, _Place]]:
    """For each sheet by its name: the cells that a merged cell covers downwards, and the cell whose value they show."""
    try:
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        return {}
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    merged: dict[str, dict[_Place, _Place]] = {}
    for sheet in workbook.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(f"{_RELATIONS}id"), "")
        name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if name in archive.namelist():
            areas = map(_area, _MERGED.findall(archive.read(name)))
            covered = (
                ((row, left), (top, left))
                for left, top, bottom in areas
                if bottom - top < MAX_MERGED
                for row in range(top + 1, bottom + 1)
            )
            merged[sheet.get("name", "")] = dict(islice(covered, MAX_COVERED))
    return merged


def _area(reference: bytes) -> tuple[int, int, int]:
    """The first column, the first and the last row of an area such as `A4:B7`."""
    from openpyxl.utils import range_boundaries

    left, top, _, bottom = range_boundaries(reference.decode())
    return int(left or 1), int(top or 1), int(bottom or 1)


def _rows(sheet: Any, merged: Mapping[_Place, _Place]) -> Iterator[_Row]:  # noqa: ANN401
    """The rows that hold something, merged cells filled downwards."""
    sheet.reset_dimensions()  # what a file says of its size is often wrong
    values: dict[_Place, str] = {}
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > MAX_ROWS:  # one cell can say that it stands in any row, and all above it are gone through
            raise CorpusError(f"has a sheet of more than {MAX_ROWS} rows: save it again with Excel")
        filled = [cell for cell in cells if cell.value is not None]
        if not filled:
            continue
        words = [shown(cell.value, cell.number_format) if cell.value is not None else "" for cell in cells]
        for column in range(1, len(words) + 1):
            place = (number, column)
            if place in merged:
                words[column - 1] = values.get(merged[place], "")
            elif merged and words[column - 1]:
                values[place] = words[column - 1]
        yield _Row(number, tuple(words), all(cell.font and cell.font.b for cell in filled))


def _parts(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Rows that follow each other without an empty one between them."""
    part: list[_Row] = []
    for row in rows:
        if not row.filled:
            continue
        if part and row.number > part[-1].number + 1:
            yield part
            part = []
        part.append(row)
    if part:
        yield part


def _add(builder: Builder, sheet: str, rows: Sequence[_Row]) -> None:
    """Add a table; lines above it that fill one cell are what it is called."""
    titles = list(takewhile(lambda row: len(row.filled) == 1, rows))
    if len(titles) == len(rows) > 3:  # a list of one column
        titles = []
    table = rows[len(titles) :]
    for number, row in enumerate(titles):
        _mark(builder, sheet, row)
        words = row.cells[row.filled[0]]
        if table and not number and _is_name(words):
            builder.heading(words, 3)
        else:
            builder.paragraph(words)
    if not table:
        return
    first = min(row.filled[0] for row in table)
    cells = [row.cells[first:] for row in table]
    filled = [[words for words in row if words] for row in cells[:20]]
    is_header = len(table) > 1 and (
        looks_like_header(cells[:20])
        or (table[0].is_bold and not any(row.is_bold for row in table[1:]) and len(filled[0]) > 1)
    )
    lead: Span | None = None
    for number, row in enumerate(table):
        _mark(builder, sheet, row)
        span = builder.row(cells[number], lead=lead, is_header=is_header and number == 0)
        lead = span if is_header and number == 0 else lead
    builder.gap()


def _is_name(words: str) -> bool:
    """Whether a line above a table is what it is called, and says nothing by itself."""
    return len(words) <= LONGEST_NAME and words[-1] not in ".:;!?" and ":" not in words and not is_figure(words)


def _mark(builder: Builder, sheet: str, row: _Row) -> None:
    """Where a row stands: `Prices!A4:C4`."""
    from openpyxl.utils import get_column_letter

    first, last = (f"{get_column_letter(column + 1)}{row.number}" for column in (row.filled[0], row.filled[-1]))
    builder.anchor(f"{sheet}!{first}" if first == last else f"{sheet}!{first}:{last}")
