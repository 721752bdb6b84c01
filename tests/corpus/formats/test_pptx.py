"""Presentations, made by python-pptx."""

from io import BytesIO

import pptx
import pytest
from pptx.util import Inches

from corpus.errors import CorpusError
from corpus.formats.pptx import read
from corpus.reading.isolation import Parsers
from tests.corpus.samples import archive, blocks_of, places_of, zip_bomb


def presentation() -> bytes:
    show, data = pptx.Presentation(), BytesIO()
    show.core_properties.author = "Ann"
    first = show.slides.add_slide(show.slide_layouts[0])
    first.shapes.title.text, first.placeholders[1].text = "Strategy", "For the board"
    second = show.slides.add_slide(show.slide_layouts[1])
    second.shapes.title.text = "Goals"
    frame = second.placeholders[1].text_frame
    frame.text = "Grow"
    inner = frame.add_paragraph()
    inner.text, inner.level = "in Asia", 1
    table = second.shapes.add_table(3, 3, Inches(1), Inches(5), Inches(6), Inches(1)).table
    for row, cells in enumerate((("Year", "Sales", "Staff"), ("2025", "4", "9"), ("2026", "", "9"))):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    table.cell(1, 1).merge(table.cell(2, 1))
    second.notes_slide.notes_text_frame.text = "Say hello."
    hidden = show.slides.add_slide(show.slide_layouts[0])
    hidden.shapes.title.text = "Hidden"
    hidden.element.set("show", "0")
    last = show.slides.add_slide(show.slide_layouts[6])
    for left, words in ((5, "right"), (1, "left")):
        last.shapes.add_textbox(Inches(left), Inches(1), Inches(2), Inches(1)).text_frame.text = words
    show.save(data)
    return data.getvalue()


def test_slides_lists_tables_and_notes() -> None:
    parsed = read(presentation())
    assert blocks_of(parsed) == [
        ("heading", 1, "Strategy", ""),
        ("paragraph", 0, "For the board", ""),
        ("heading", 2, "Goals", ""),
        ("item", 1, "Grow", ""),
        ("item", 2, "in Asia", "Grow"),
        ("row", 0, "2025\t4\t9", "Year\tSales\tStaff"),
        ("row", 0, "2026\t4\t9", "Year\tSales\tStaff"),
        ("paragraph", 0, "Say hello.", ""),
        ("paragraph", 0, "left", ""),
        ("paragraph", 0, "right", ""),
    ]
    assert places_of(parsed) == [(1, "slide 1", "Strategy"), (2, "slide 2", "Goals"), (4, "slide 4", "left")]
    assert parsed.structure.metadata["author"] == "Ann"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no zip", "is damaged"),
        (archive({"a.txt": "x"}), "is no PowerPoint presentation|cannot be read"),
        (zip_bomb("ppt/slides/slide1.xml"), "unpacks to 151000000 bytes"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with Parsers() as parsers, pytest.raises(CorpusError, match=message):
        parsers.read(".pptx", data)
