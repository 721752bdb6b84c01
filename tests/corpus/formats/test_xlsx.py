"""Excel workbooks, made by openpyxl."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from corpus.building.numbers import shown
from corpus.errors import CorpusError
from corpus.formats.xlsx import read
from corpus.reading.isolation import Parsers
from tests.corpus.samples import archive, blocks_of, places_of, zip_bomb


def save(write: Callable[[Workbook], object]) -> bytes:
    book, data = Workbook(), BytesIO()
    write(book)
    book.save(data)
    return data.getvalue()


def prices(book: Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.title = "Prices"
    sheet.append(["Price list 2026"])
    sheet.append([])
    for row in (["Item", "Price", "Since"], ["Bolt", 3.5, date(2026, 1, 2)], [None, 4], ["Nut", 0.19]):
        sheet.append(row)
    sheet["B4"].number_format, sheet["B6"].number_format = '0.00 "€"', "0%"
    sheet.merge_cells("A4:A5")
    people = book.create_sheet("People")
    people.append(["Ann", "Rome"])
    people.append(["Bob", "Paris"])
    book.create_sheet("Hidden").append(["no"])
    book["Hidden"].sheet_state = "hidden"


def test_sheets_tables_and_cells() -> None:
    parsed = read(save(prices))
    assert blocks_of(parsed) == [
        ("heading", 2, "Prices", ""),
        ("paragraph", 0, "Price list 2026", ""),
        ("row", 0, "Bolt\t3.50 €\t2026-01-02", "Item\tPrice\tSince"),
        ("row", 0, "Bolt\t4", "Item\tPrice\tSince"),
        ("row", 0, "Nut\t19%", "Item\tPrice\tSince"),
        ("heading", 2, "People", ""),
        ("row", 0, "Ann\tRome", ""),
        ("row", 0, "Bob\tParis", ""),
    ]
    assert places_of(parsed) == [
        (None, "Prices", "Prices"),
        (None, "Prices!A1", "Price list 2026"),
        (None, "Prices!A3:C3", "Item\tPrice\tSince"),
        (None, "Prices!A4:C4", "Bolt\t3.50 €\t2026-01-02"),
        (None, "Prices!A5:B5", "Bolt\t4"),
        (None, "Prices!A6:B6", "Nut\t19%"),
        (None, "People", "People"),
        (None, "People!A1:B1", "Ann\tRome"),
        (None, "People!A2:B2", "Bob\tParis"),
    ]


def test_what_xml_leaves_open_about_merged_cells_does_not_matter() -> None:
    with ZipFile(BytesIO(save(prices))) as saved:
        files = {name: saved.read(name).decode() for name in saved.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    other = files[sheet].replace('<mergeCell ref="A4:A5"', "<mergeCell\n ref = 'A4:A5'")
    assert other != files[sheet]
    assert blocks_of(read(archive({**files, sheet: other}))) == blocks_of(read(save(prices)))


def test_the_name_that_the_program_gave_a_sheet_is_no_heading() -> None:
    assert read(save(lambda book: book.worksheets[0].append(["a", "b"]))).text == "a\tb"


def test_properties() -> None:
    def write(book: Workbook) -> None:
        book.properties.creator, book.properties.title = "Ann", "Plan"
        book.worksheets[0]["A1"] = "x"

    assert read(save(write)).structure.metadata.items() >= {"author": "Ann", "title": "Plan"}.items()


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (None, "General", ""),
        (True, "General", "TRUE"),
        (3.0, "General", "3"),
        (3.25, "General", "3.25"),
        (1e20, "General", "100000000000000000000"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"),
        (1234.5, '"$"#,##0.00', "$1,234.50"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (-5, "0.0;[Red]-0.0", "-5.0"),
        (0.125, "0.0%", "12.5%"),
        (1.5, "0.##", "1.5"),
        (12, '0 "kg"', "12 kg"),
        (5, "@", "5"),
        (datetime(2026, 1, 2, 3, 4), "General", "2026-01-02 03:04"),
        (datetime(2026, 1, 2), "General", "2026-01-02"),
    ],
)
def test_numbers_are_shown_as_a_spreadsheet_shows_them(value: object, form: str, expected: str) -> None:
    assert shown(value, form) == expected


def test_a_cell_at_the_end_of_a_million_empty_rows_is_read() -> None:
    def write(book: Workbook) -> None:
        book.worksheets[0]["A1"], book.worksheets[0]["A1048576"] = "first", "last"

    with Parsers() as parsers:
        assert parsers.read(".xlsx", save(write)).text == "first\n\nlast"


def test_what_a_file_says_of_its_size_does_not_matter() -> None:
    whole = ZipFile(BytesIO(save(lambda book: book.worksheets[0].append(["a", "b"]))))
    files: dict[str, str | bytes] = {name: whole.read(name) for name in whole.namelist()}
    sheet = whole.read("xl/worksheets/sheet1.xml").decode()
    files["xl/worksheets/sheet1.xml"] = sheet.replace('ref="A1:B1"', 'ref="A1"')
    assert files["xl/worksheets/sheet1.xml"] != sheet
    assert read(archive(files)).text == "a\tb"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no zip", "is damaged"),
        (archive({"a.txt": "x"}), "is no Excel workbook"),
        (zip_bomb("xl/worksheets/sheet1.xml"), "unpacks to 151000000 bytes"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with Parsers() as parsers, pytest.raises(CorpusError, match=message):
        parsers.read(".xlsx", data)


@pytest.mark.parametrize(("line", "kind"), [("Bolts and nuts", "heading"), ("Prices hold until May.", "paragraph")])
def test_the_name_of_a_table_is_a_heading_above_its_rows(line: str, kind: str) -> None:
    def write(book: Workbook) -> None:
        for row in ([line], ["Item", "Price"], ["Bolt", 3], ["Nut", 2]):
            book.worksheets[0].append(row)

    assert [block[0] for block in blocks_of(read(save(write)))] == [kind, "row", "row"]
