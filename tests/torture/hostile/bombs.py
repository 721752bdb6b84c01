"""Small files that ask for much: of each format, what inflates, multiplies, nests or counts without end."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from zipfile import ZipFile

import docx
import openpyxl
import pptx

from tests.corpus.formats.samples import Words, archive, pdf, zip_bomb

ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10 if n else 'ha' * 1000}'>" for n in range(9))
CONTAINER = "<container><rootfiles>MARK<rootfile full-path='book.opf'/></rootfiles></container>"
SHEET = "xl/worksheets/sheet1.xml"
DOCUMENT = "word/document.xml"
SLIDE = "ppt/slides/slide1.xml"


@dataclass(frozen=True, slots=True)
class Bomb:
    """`make` gives the bytes of a file, or how long it is where nothing but that counts.

    `said` is a pattern of what its refusal says; None where it is read, in bounds.
    """

    make: Callable[[], bytes | int]
    said: str | None = None


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


def nested(tag: str, count: int) -> Callable[[str], str]:
    """XML in which the word MARK stands in so many elements."""
    return lambda text: text.replace("MARK", f"{f'<{tag}>' * count}MARK{f'</{tag}>' * count}")


def book(spine: int, page: str) -> bytes:
    """A book that shows one page over and over."""
    references = "<itemref idref='a'/>" * spine
    package = f"<package><manifest><item id='a' href='a.xhtml'/></manifest><spine>{references}</spine></package>"
    return archive({"META-INF/container.xml": CONTAINER, "book.opf": package, "a.xhtml": page})


def inflating() -> bytes:
    """A PDF of some kilobytes, whose only page is drawn by 200 MB of spaces."""
    content = zlib.compress(bytes(200_000_000).replace(b"\0", b" "), 9).decode("latin-1")
    head = f"/Filter /FlateDecode /Length {len(content)} >>\nstream\n{content}\nendstream\nendobj\n9 0 obj << "
    data = pdf([[Words(50, 700, "MARK")]]).decode("cp1252")
    start = data.index("<< /Length")
    return (data[:start] + "<< " + head + data[start + 2 :]).encode("latin-1")


def many_pages() -> bytes:
    """A PDF whose one page counts more than twenty thousand times."""
    page = pdf([[Words(50, 700, "MARK")]], kids="5 0 R " * 20_001)
    return page.replace(b"/Count 1 ", b"/Count 20001 ")


def repeated(times: int) -> str:
    """Front matter in which one value of thirty thousand letters has so many names."""
    return f"a: &a {'x' * 30_000}\n" + "".join(f"{n}: *a\n" for n in range(times))


def substituted() -> bytes:
    """A text in reStructuredText that stands for ten million words."""
    steps = (f".. |a{n}| replace:: {f'|a{n - 1}| ' * 10 if n else 'MARK'}\n" for n in range(8))
    return ("".join(steps) + "\n|a7|\n").encode()


def cell(place: str, row: int = 1) -> bytes:
    """A workbook of one cell that says where it stands."""
    cells = f"<row r='{row}'><c r='{place}' t='str'><v>MARK</v></c></row>"
    return office(
        "xlsx", SHEET, lambda text: text[: text.index("<sheetData>")] + f"<sheetData>{cells}</sheetData></worksheet>"
    )


def merged() -> bytes:
    """A workbook in which ten thousand merged cells cover as many rows each."""
    areas = "".join(f'<mergeCell ref="{column}1:{column}9999"/>' for column in ("A", "AB", "ABC", "XFD") * 2_500)
    end = f"</sheetData><mergeCells>{areas}</mergeCells>"
    return office("xlsx", SHEET, lambda text: text.replace("</sheetData>", end))


REFUSED = "is no |cannot be read|holds only white space"
ENDED = "too much memory|ended its parser|cannot be read"
BOMBS: Mapping[str, Mapping[str, Bomb]] = {
    ".md": {
        "aliases": Bomb(lambda: b"---\na: &a [x]\n" + b"a: &a [*a,*a]\n" * 40 + b"---\n\nMARK"),
        "repeated": Bomb(lambda: f"---\n{repeated(4_000)}---\n\nMARK".encode()),
        "quotations": Bomb(lambda: b"> " * 20_000 + b"MARK"),
        "lists": Bomb(lambda: b"- " * 20_000 + b"MARK"),
        "size": Bomb(lambda: 60_000_000, "has 60000000 bytes, more than 52428800: split it"),
    },
    ".txt": {
        "line": Bomb(lambda: b"word " * 100_000),
        "word": Bomb(lambda: b"x" * 500_000),
        "size": Bomb(lambda: 1 << 40, "has 1099511627776 bytes, more than 52428800: split it"),
    },
    ".html": {
        "elements": Bomb(lambda: b"<div>" * 20_000 + b"MARK", "nests elements more than 10000 deep"),
        "others": Bomb(lambda: b"<u>" * 3_000 + b"MARK"),
        "columns": Bomb(lambda: b"<table>" + b"<tr><td colspan=999999>MARK<td>MARK" * 500),
        "rows": Bomb(lambda: b"<table>" + b"<tr><td rowspan=65534 colspan=999999>MARK<td>MARK" * 500),
    },
    ".pdf": {
        "pages": Bomb(many_pages, "has 20001 pages, more than 20000"),
        "stream": Bomb(inflating, f"has no text|is damaged|{ENDED}"),
        "itself": Bomb(lambda: pdf([[]], kids="2 0 R 2 0 R"), f"has no text|is damaged|{ENDED}"),
    },
    ".docx": {
        "zip": Bomb(partial(zip_bomb, DOCUMENT), "unpacks to 151000000 bytes"),
        "entities": Bomb(partial(office, "docx", DOCUMENT, with_entities), REFUSED),
        "elements": Bomb(partial(office, "docx", DOCUMENT, nested("w:ins", 5000)), "cannot be read|nested too deep"),
    },
    ".pptx": {
        "zip": Bomb(partial(zip_bomb, SLIDE), "unpacks to 151000000 bytes"),
        "entities": Bomb(partial(office, "pptx", SLIDE, with_entities), REFUSED),
        "elements": Bomb(partial(office, "pptx", SLIDE, nested("a:x", 5000)), "cannot be read|nested too deep"),
    },
    ".xlsx": {
        "zip": Bomb(partial(zip_bomb, SHEET), "unpacks to 151000000 bytes"),
        "columns": Bomb(partial(cell, "XFD1")),
        "rows": Bomb(partial(cell, "A99999999", 99_999_999), "has a sheet of more than 1048576 rows"),
        "merged": Bomb(merged),
    },
    ".csv": {
        "columns": Bomb(lambda: b"a," * 1_000_000, "has a record of 1000001 cells, more than 16384"),
        "quote": Bomb(lambda: b'a,b\n"' + b"x" * 11_000_000, "is no table of comma-separated values"),
    },
    ".epub": {
        "zip": Bomb(partial(zip_bomb, "a.xhtml"), "unpacks to 151000000 bytes"),
        "entities": Bomb(lambda: archive({"META-INF/container.xml": with_entities(CONTAINER)}), "is no EPUB"),
        "spine": Bomb(lambda: book(60, f"<p>{'word ' * 200_000}</p>"), "holds more than 50000000 characters"),
    },
    ".rst": {
        "lists": Bomb(lambda: b"- " * 3000 + b"MARK", "nested too deep"),
        "substitutions": Bomb(substituted, f"{ENDED}|takes more than"),
    },
}
