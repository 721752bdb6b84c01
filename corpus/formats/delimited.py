"""CSV and TSV: each record a row, read with the names of the columns above it."""

import csv
from collections.abc import Iterator
from itertools import islice

from corpus.building.tables import is_figure
from corpus.canonical import canonical
from corpus.documents import Block, Span
from corpus.encodings import decode
from corpus.errors import CorpusError
from corpus.prose.blocks import Parsed, Structure, trim

DELIMITERS = ",;\t|"
SAMPLE = 20  # records that the delimiter is found from
MAX_CELL = 10_000_000  # characters
MAX_COLUMNS = 16_384  # as many as a sheet of Excel has
MAX_RECORDS = 1_000_000


def read(data: bytes) -> Parsed:
    """The text of a file and its rows; raises CorpusError."""
    decoded = decode(data)
    text = canonical(decoded.text)
    return Parsed(text, parse(text), decoded.encoding)


def parse(text: str, max_columns: int = MAX_COLUMNS, max_records: int = MAX_RECORDS) -> Structure:
    """The rows of a canonical text; raises CorpusError where it is no table, or a larger one than is read."""
    csv.field_size_limit(MAX_CELL)
    structure = Structure()
    header: Span | None = None
    try:
        for number, (span, cells) in enumerate(_records(text, find_delimiter(text))):
            if len(cells) > max_columns:
                raise CorpusError(f"has a record of {len(cells)} cells, more than {max_columns}: split its columns")
            if number == max_records:
                raise CorpusError(f"has more than {max_records} records: split it into smaller files")
            if number == 0 and _names_columns(text, cells, span):
                header = span
            else:
                structure.blocks.append(Block("row", *span, lead=header))
    except csv.Error as error:
        raise CorpusError(f"is no table of comma-separated values ({error}): save it again as CSV") from None
    return structure


def find_delimiter(text: str) -> str:
    """The character that parts the first records into the most columns, as many in each."""

    def quality(delimiter: str) -> tuple[float, int]:
        widths = [len(cells) for _, cells in islice(_records(text, delimiter), SAMPLE)]
        usual = max(set(widths), key=widths.count) if widths else 1
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)

    return max(DELIMITERS, key=quality)


def _records(text: str, delimiter: str) -> Iterator[tuple[Span, list[str]]]:
    """Each record that is not empty, with its span; a quoted cell may run over several lines."""
    starts: list[int] = [0]

    def lines() -> Iterator[str]:
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
            yield line + "\n"

    reader = csv.reader(lines(), delimiter=delimiter, strict=False)
    first = 0
    for cells in reader:
        span = trim(text, starts[first], min(starts[reader.line_num], len(text)))
        first = reader.line_num
        if span[0] < span[1]:
            yield span, cells


def _names_columns(text: str, cells: list[str], span: Span) -> bool:
    """Whether the first record is a header: there are others, and it holds no figure."""
    return bool(text[span[1] :].strip()) and not any(is_figure(cell) for cell in cells) and any(cells)
