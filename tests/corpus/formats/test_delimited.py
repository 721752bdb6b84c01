"""CSV and TSV, written by the csv module."""

import csv
from io import StringIO

import pytest

from corpus.errors import CorpusError
from corpus.formats import parse
from corpus.formats.delimited import find_delimiter
from corpus.formats.delimited import parse as parse_rows
from corpus.prose.blocks import Parsed
from tests.corpus.samples import blocks_of

ROWS = [["Item", "Price"], ["Bolt, long", "3"], ['Nut "M4"', "4"], ["Two\nlines", "5"]]


def written(delimiter: str) -> str:
    text = StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(ROWS)
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_record_is_a_row_read_with_the_header(delimiter: str) -> None:
    text = written(delimiter)
    assert find_delimiter(text) == delimiter
    blocks = blocks_of(Parsed(text, parse(text, ".csv")))
    assert [(kind, lead) for kind, _, _, lead in blocks] == [("row", f"Item{delimiter}Price")] * 3
    assert blocks[2][2] == f'"Two\nlines"{delimiter}5'
    assert "\n".join([f"Item{delimiter}Price", *(words for _, _, words, _ in blocks)]) + "\n" == text


def test_a_first_record_with_figures_is_no_header() -> None:
    text = "Bolt,3\n\nNut,4\n"
    assert blocks_of(Parsed(text, parse(text, ".tsv"))) == [("row", 0, "Bolt,3", ""), ("row", 0, "Nut,4", "")]


def test_a_quote_that_is_never_closed_hides_nothing() -> None:
    text = 'Item,Note\nBolt,"open\nNut,4\n'
    assert blocks_of(Parsed(text, parse(text, ".csv")))[-1][2].endswith("Nut,4")


def test_more_cells_or_records_than_a_sheet_has_are_refused() -> None:
    with pytest.raises(CorpusError, match=r"has a record of 1000000 cells, more than 16384: split its columns$"):
        parse("a," * 999_999 + "a\n", ".csv")
    with pytest.raises(CorpusError, match=r"has more than 3 records: split it into smaller files$"):
        parse_rows("a,b\nc,d\ne,f\ng,h\n", max_records=3)
    assert len(parse_rows("a,b\nc,d\ne,f\n", max_records=3).blocks) == 2


def test_a_cell_that_is_far_too_long_is_refused() -> None:
    with pytest.raises(CorpusError, match=r"is no table of comma-separated values \(field larger than field limit"):
        parse('Item,"' + "x" * 10_000_001, ".csv")
