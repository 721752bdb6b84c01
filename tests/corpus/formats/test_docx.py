"""Word documents, made by python-docx."""

from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from corpus.errors import CorpusError
from corpus.formats.docx import read
from corpus.reading.isolation import Parsers
from tests.corpus.samples import archive, blocks_of, places_of, zip_bomb


def save(write: Callable[[Document], object]) -> bytes:
    document, data = docx.Document(), BytesIO()
    write(document)
    document.save(data)
    return data.getvalue()


def test_styles_say_what_a_paragraph_is() -> None:
    def write(document: Document) -> None:
        document.add_heading("Handbook", 0)
        document.add_heading("Leave", 1)
        document.add_paragraph("We need:")
        for words, style in (("one", "List Bullet"), ("inner", "List Bullet 2"), ("two", "List Bullet")):
            document.add_paragraph(words, style)
        document.add_paragraph("Said he.", "Quote")
        document.add_paragraph().add_run("A bold line").bold = True
        document.add_paragraph().add_run("A bold sentence.").bold = True

    assert blocks_of(read(save(write))) == [
        ("heading", 1, "Handbook", ""),
        ("heading", 2, "Leave", ""),
        ("paragraph", 0, "We need:", ""),
        ("item", 1, "one", "We need:"),
        ("item", 2, "inner", "one"),
        ("item", 1, "two", "We need:"),
        ("quotation", 0, "Said he.", ""),
        ("heading", 9, "A bold line", ""),
        ("paragraph", 0, "A bold sentence.", ""),
    ]


def test_tables_with_merged_cells_and_tables_inside() -> None:
    def write(document: Document) -> None:
        table = document.add_table(4, 3)
        rows = (("Item", "Price", "Stock"), ("Bolt", "3", "9"), ("", "4", "7"), ("Nut", "on request", ""))
        for number, row in enumerate(rows):
            for column, words in enumerate(row):
                table.cell(number, column).text = words
        table.cell(1, 0).merge(table.cell(2, 0))
        table.cell(3, 1).merge(table.cell(3, 2))
        inner = table.cell(3, 0).add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "a", "b"

    header = "Item\tPrice\tStock"
    assert blocks_of(read(save(write))) == [
        ("row", 0, "Bolt\t3\t9", header),
        ("row", 0, "Bolt\t4\t7", header),
        ("row", 0, "Nut\ton request", header),
        ("row", 0, "a\tb", ""),
    ]


def test_pages_are_anchors() -> None:
    def write(document: Document) -> None:
        document.add_paragraph("First.")
        document.add_page_break()  # type: ignore[no-untyped-call]
        paragraph = document.add_paragraph("Second, and ")
        paragraph.add_run().add_break(WD_BREAK.PAGE)
        paragraph.add_run("third.")

    parsed = read(save(write))
    assert places_of(parsed) == [
        (1, "page 1", "First."),
        (2, "page 2", "Second, and third."),
        (3, "page 3", "third."),
    ]
    assert places_of(read(save(lambda document: document.add_paragraph("x")))) == []


def test_pages_as_word_broke_them_count_before_breaks_that_people_made() -> None:
    def write(document: Document) -> None:
        for words in ("First.", "Second."):
            run = document.add_paragraph().add_run()
            if words == "Second.":
                run.add_break(WD_BREAK.PAGE)
                run._r.append(OxmlElement("w:lastRenderedPageBreak"))
            run.add_text(words)

    assert places_of(read(save(write))) == [(1, "page 1", "First."), (2, "page 2", "Second.")]


def test_pages_of_which_only_word_knows() -> None:
    def write(document: Document) -> None:
        for words in ("First.", "Second."):
            run = document.add_paragraph().add_run()
            if words == "Second.":
                run._r.append(OxmlElement("w:lastRenderedPageBreak"))
            run.add_text(words)

    assert places_of(read(save(write))) == [(1, "page 1", "First."), (2, "page 2", "Second.")]


def test_a_box_of_text_is_read_once_after_its_paragraph() -> None:
    def write(document: Document) -> None:
        box = f"<w:txbxContent {nsdecls('w')}><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
        space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
        both = f"<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        run = f"<w:r {nsdecls('w')}><mc:AlternateContent xmlns:mc='{space}'>{both}</mc:AlternateContent></w:r>"
        document.add_paragraph("Beside it.")._p.append(parse_xml(run))

    assert read(save(write)).text == "Beside it.\n\nIn a box."


def test_what_was_deleted_is_gone_and_what_was_added_is_there() -> None:
    def write(document: Document) -> None:
        paragraph = document.add_paragraph("Leave is ")
        for tag, words in (("del", "<w:delText>20</w:delText>"), ("ins", "<w:t>25</w:t>")):
            paragraph._p.append(parse_xml(f"<w:{tag} {nsdecls('w')}><w:r>{words}</w:r></w:{tag}>"))
        paragraph.add_run(" days.")

    assert read(save(write)).text == "Leave is 25 days."


def test_footnotes_stand_below_their_paragraph() -> None:
    part = f"<w:footnotes {nsdecls('w')}><w:footnote w:id='-1' w:type='separator'><w:p/></w:footnote><w:footnote w:id='2'><w:p><w:r><w:t>By mail.</w:t></w:r></w:p></w:footnote></w:footnotes>"  # noqa: E501

    def write(document: Document) -> None:
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
        content = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        notes = Part(PackURI("/word/footnotes.xml"), content, part.encode(), document.part.package)
        document.part.relate_to(notes, kind)
        paragraph = document.add_paragraph("Say so in writing")
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:footnoteReference w:id='2'/></w:r>"))
        document.add_paragraph("Next.")

    assert blocks_of(read(save(write))) == [
        ("paragraph", 0, "Say so in writing", ""),
        ("paragraph", 0, "By mail.", "Say so in writing"),
        ("paragraph", 0, "Next.", ""),
    ]


def test_properties_and_right_to_left_text() -> None:
    def write(document: Document) -> None:
        document.core_properties.author, document.core_properties.keywords = "Ann", "leave, pay"
        document.add_paragraph("مرحبا بالعالم")

    parsed = read(save(write))
    assert parsed.text == "مرحبا بالعالم"
    assert (parsed.structure.metadata["author"], parsed.structure.metadata["keywords"]) == ("Ann", "leave, pay")


ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10 if n else 'ha' * 1000}'>" for n in range(9))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no zip", "is damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x", "is encrypted, or of an Office before 2007"),
        (archive({"a.txt": "x"}), "is no Word document|cannot be read"),
        (zip_bomb("word/document.xml"), "unpacks to 151000000 bytes"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with Parsers() as parsers, pytest.raises(CorpusError, match=message):
        parsers.read(".docx", data)


def test_entities_that_multiply_are_not_expanded() -> None:
    whole = BytesIO(save(lambda document: document.add_paragraph("MARK")))
    from zipfile import ZipFile

    files = {name: ZipFile(whole).read(name) for name in ZipFile(whole).namelist()}
    text = files["word/document.xml"].decode()
    head, rest = text.split("?>", 1)
    bomb = f"{head}?><!DOCTYPE w [{ENTITIES}]>{rest}".replace("MARK", "x&a8;")
    with Parsers() as parsers:
        try:
            assert len(parsers.read(".docx", archive({**files, "word/document.xml": bomb})).text) < 100
        except CorpusError as error:
            assert "cannot be read" in str(error) or "is no Word document" in str(error)  # noqa: PT017
