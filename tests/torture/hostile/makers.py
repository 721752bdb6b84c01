"""Makers of small files that ask for much: what inflates, multiplies, nests or counts without end."""

import re
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from io import BytesIO
from itertools import islice
from zipfile import ZipFile

import docx
import openpyxl
import pptx
from openpyxl.utils import get_column_letter

from tests.corpus.samples import Drawn, Words, archive, lines, pdf

ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10 if n else 'ha' * 1000}'>" for n in range(9))
CONTAINER = "<container><rootfiles>MARK<rootfile full-path='book.opf'/></rootfiles></container>"
SHEET = "xl/worksheets/sheet1.xml"
DOCUMENT = "word/document.xml"
SLIDE = "ppt/slides/slide1.xml"
SHARED = "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
TYPES = "[Content_Types].xml"
STYLES = "xl/styles.xml"
RUN = "<w:r><w:t>MARK</w:t></w:r>"
P = '<w:p><w:r><w:t xml:space="preserve">'
ROW = '<row><c t="inlineStr"><is><t xml:space="preserve">'
GROUP = "<p:grpSp><p:nvGrpSpPr><p:cNvPr id='9' name=''/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>"
LARGE = 151_000_000  # bytes of a file in an archive, more than may be read


@cache
def _files(kind: str) -> Mapping[str, str]:
    """The XML of a small Office file with the word MARK in it."""
    data = BytesIO()
    if kind == "docx":
        document = docx.Document()
        document.add_paragraph("MARK")
        document.save(data)
    elif kind == "pptx":
        presentation = pptx.Presentation()
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = "MARK"
        presentation.save(data)
    else:
        workbook = openpyxl.Workbook()
        workbook.worksheets[0].append(["MARK"])
        workbook.save(data)
    with ZipFile(data) as zipped:
        return {name: zipped.read(name).decode("utf-8", "replace") for name in zipped.namelist()}


def office(kind: str, part: str, change: Callable[[str], str]) -> bytes:
    """An Office file of which one part is changed."""
    files = _files(kind)
    return archive({**files, part: change(files[part])})


def with_entities(text: str) -> str:
    """XML that multiplies a word a hundred million times."""
    head, rest = text.split("?>", 1) if text.startswith("<?xml") else ("<?xml version='1.0'", text)
    return f"{head}?><!DOCTYPE x [{ENTITIES}]>{rest}".replace("MARK", "&a8;")


def tracked(text: str) -> str:
    """A paragraph of which a thousand writers inserted what the next one inserted."""
    return text.replace(RUN, f"{'<w:ins>' * 1000}{RUN}{'</w:ins>' * 1000}")


def grouped(text: str) -> str:
    """A slide on which the word MARK stands in six hundred groups, each in another."""
    start, end = text.index("<p:sp>"), text.index("</p:sp>") + len("</p:sp>")
    shape = text[start:end].replace('<p:ph type="title"/>', "")
    return f"{text[:start]}{GROUP * 600}{shape}{'</p:grpSp>' * 600}{text[end:]}"


def large(element: str, end: str) -> Callable[[str], str]:
    """XML with so many empty elements before the last end of `end` that it is `LARGE`."""

    def change(text: str) -> str:
        head, tail = text.rsplit(f"</{end}>", 1)
        return f"{head}{element * (LARGE // len(element))}</{end}>{tail}"

    return change


def book(spine: int, page: str) -> bytes:
    """A book that shows one page over and over."""
    references = "<itemref idref='a'/>" * spine
    package = f"<package><manifest><item id='a' href='a.xhtml'/></manifest><spine>{references}</spine></package>"
    return archive({"META-INF/container.xml": CONTAINER, "book.opf": package, "a.xhtml": page})


def inflating() -> bytes:
    """A PDF of 300 kilobytes, on whose only page 300 MB of spaces stand before the word MARK."""
    spaces, packing = bytes(1_000_000).replace(b"\0", b" "), zlib.compressobj(9)
    first, again = (packing.compress(spaces) + packing.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    last = packing.compress(b" BT /R 11 Tf 50 700 Td (MARK) Tj ET ") + packing.flush()
    content = (first + again * 299 + last).decode("latin-1")
    head = f"/Filter /FlateDecode /Length {len(content)} >>\nstream\n{content}\nendstream\nendobj\n9 0 obj << "
    data = pdf([[Words(50, 700, "MARK")]]).decode("cp1252")
    start = data.index("<< /Length")
    return (data[:start] + "<< " + head + data[start + 2 :]).encode("latin-1")


def drawn() -> bytes:
    """A PDF with a page of 150 lines and a hundred thousand bullets, none of them before a line."""
    return pdf([[*(Drawn(9, 2, 2, 2) for _ in range(100_000)), *lines(50, 820, *["MARK"] * 150, pitch=5, size=3)]])


def many_pages() -> bytes:
    """A PDF whose one page counts more than twenty thousand times."""
    page = pdf([[Words(50, 700, "MARK")]], kids="5 0 R " * 20_001)
    return page.replace(b"/Count 1 ", b"/Count 20001 ")


def repeated(times: int) -> str:
    """Front matter in which one value of thirty thousand letters has so many names."""
    return f"a: &a {'x' * 30_000}\n" + "".join(f"{n}: *a\n" for n in range(times))


def substituted() -> bytes:
    """A text in reStructuredText that stands for 5,400 words of a hundred thousand letters."""
    steps = f".. |a0| replace:: {'MARK' * 25_000}\n.. |a1| replace:: {'|a0| ' * 9}\n\n"
    return (steps + f"{'|a1| ' * 10}\n\n" * 60).encode()


def cell(place: str, row: int = 1) -> bytes:
    """A workbook of one cell that says where it stands."""
    cells = f"<row r='{row}'><c r='{place}' t='str'><v>MARK</v></c></row>"
    return office(
        "xlsx", SHEET, lambda text: text[: text.index("<sheetData>")] + f"<sheetData>{cells}</sheetData></worksheet>"
    )


def shared() -> bytes:
    """A workbook in which six hundred cells are one cell of a hundred thousand letters."""
    files = _files("xlsx")
    cells = "".join(f"<row r='{n}'><c r='A{n}' t='s'><v>0</v></c></row>" for n in range(1, 601))
    known = f"<Override PartName='/{SHARED}' ContentType='{STRINGS}'/></Types>"
    changed = {
        SHARED: f"<sst xmlns='{MAIN}'><si><t>{'x' * 100_000}</t></si></sst>",
        TYPES: files[TYPES].replace("</Types>", known),
        SHEET: f"{files[SHEET].partition('<sheetData>')[0]}<sheetData>{cells}</sheetData></worksheet>",
    }
    return archive({**files, **changed})


def merged() -> bytes:
    """A workbook in which four hundred merged cells, each in a column of its own, cover as many rows each."""
    columns = map(get_column_letter, range(1, 401))
    areas = "".join(f'<mergeCell ref="{column}1:{column}9999"/>' for column in columns)
    end = f"</sheetData><mergeCells>{areas}</mergeCells>"
    return office("xlsx", SHEET, lambda text: text.replace("</sheetData>", end))


def each_line(before: str, after: str, text: str) -> str:
    """The lines of a text in XML, each between these tags."""
    return "".join(f"{before}{escape(line)}{after}" for line in text.split("\n"))


def printed(text: str) -> bytes:
    """A PDF with so many letters a line and so many lines a page as go there; what Windows cannot write is a mark."""
    parts = (line[at : at + 80] for line in text.split("\n") for at in range(0, len(line) or 1, 80))
    words = (re.sub(r"([()\\])", r"\\\1", part.encode("cp1252", "replace").decode("cp1252")) for part in parts)
    return pdf([lines(50, 800, *page) for page in iter(lambda: [*islice(words, 50)], [])])


WRITTEN: Mapping[str, Callable[[str], bytes]] = {
    ".vtt": lambda text: "".join(f"00:01.0 --> 00:02.0\n{line}\n\n" for line in text.split("\n")).encode(),
    ".docx": lambda text: office(
        "docx", DOCUMENT, lambda xml: xml.replace(f"<w:p>{RUN}</w:p>", each_line(P, "</w:t></w:r></w:p>", text))
    ),
    ".pptx": lambda text: office(
        "pptx",
        SLIDE,
        lambda xml: re.sub(
            "<a:p>.*</a:p>", lambda _: each_line("<a:p><a:r><a:t>", "</a:t></a:r></a:p>", text), xml, flags=re.DOTALL
        ).replace('<p:ph type="title"/>', ""),
    ),
    ".xlsx": lambda text: office(
        "xlsx",
        SHEET,
        lambda xml: re.sub(
            "<row .*</row>", lambda _: each_line(ROW, "</t></is></c></row>", text), xml, flags=re.DOTALL
        ),
    ),
    ".epub": lambda text: book(1, each_line("<p>", "</p>", text)),
    ".pdf": printed,
}
"""How a text is written in formats that are no text as they stand."""

# What a text repeats that does harm to careless readers, by what it is.
TEXTS: Mapping[str, str] = {
    "spaces": " ",
    "combining marks": "\u0301\u0323",
    "letters with marks": "a\u0301\u0323",
    "open brackets": "[",
    "open links": "[a](",
    "quotes": "“",
    "pipes": "|",
    "rows": "|a|b\n",
    "backticks": "`",
    "emphasis": "**a",
    "underscores": "_a",
    "one endless word": "a",
    "no sentence end": "the harbour and ",
    "headings": "# a\n",
    "underlined headings": "a\n=\n",
    "abbreviations": "e.g. Dr. A. ",
    "capitals": "AB (CD) ",
    "numbers": "1,000 ",
    "dates": "2024-05-",
    "items": "- a:\n",
    "nested items": "  - a\n    ",
    "quotations": "> ",
    "tags": "<b>",
    "line ends": "\n",
}
