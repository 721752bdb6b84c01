"""Books, zipped here as the standard says."""

import pytest

from corpus.errors import CorpusError
from corpus.formats.epub import read
from corpus.reading.isolation import Parsers
from tests.corpus.samples import archive, blocks_of, places_of, zip_bomb

CONTAINER = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'  # noqa: E501
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>Rivers</dc:title><dc:creator>Ann</dc:creator><dc:date>2026-01-02</dc:date></metadata>
<manifest><item id="a" href="one.xhtml"/><item id="n" href="nav.xhtml" properties="nav"/>
<item id="b" href="text/two%20b.xhtml"/></manifest>
<spine><itemref idref="n"/><itemref idref="b"/><itemref idref="a"/><itemref idref="gone"/></spine></package>"""
ONE = """<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title/></head><body><h1>The Po</h1><p>It is <a id="x"/>long. <span epub:type="pagebreak" title="12"/>It ends in
the sea.</p><table><tr><th>Town</th><th>km</th></tr><tr><td>Turin</td><td>94</td></tr></table></body></html>"""
FILES: dict[str, str | bytes] = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": PACKAGE,
    "OEBPS/one.xhtml": ONE,
    "OEBPS/nav.xhtml": "<p>Contents</p>",
    "OEBPS/text/two b.xhtml": "<html><body><p>The Rhine.</p></body></html>",
}


def test_pages_in_the_order_of_the_spine() -> None:
    parsed = read(archive(FILES))
    assert blocks_of(parsed) == [
        ("paragraph", 0, "The Rhine.", ""),
        ("heading", 1, "The Po", ""),
        ("paragraph", 0, "It is long. It ends in the sea.", ""),
        ("row", 0, "Turin\t94", "Town\tkm"),
    ]
    assert places_of(parsed) == [
        (None, "two b", "The Rhine."),
        (None, "The Po", "The Po"),
        (12, "page 12", "It ends in the sea."),
    ]
    assert parsed.structure.title == "Rivers"
    assert parsed.structure.metadata == {"title": "Rivers", "author": "Ann", "created": "2026-01-02"}


def test_headings_that_only_the_contents_or_the_style_sheet_tell() -> None:
    page = '<p class="a">The Rhine</p><p>It is long.</p><p class="b">In <span>winter</span></p><p>It <b>is</b>.</p>'
    files = {
        **FILES,
        "OEBPS/toc.ncx": "<navLabel><text>The Rhine</text></navLabel>",
        "OEBPS/s.css": ".a { color: red; }\n.b { margin: 0; font-weight: bold; }",
        "OEBPS/text/two b.xhtml": f"<html><body>{page}</body></html>",
    }
    assert blocks_of(read(archive(files)))[:4] == [
        ("heading", 2, "The Rhine", ""),
        ("paragraph", 0, "It is long.", ""),
        ("heading", 9, "In winter", ""),
        ("paragraph", 0, "It is.", ""),
    ]


def test_the_name_that_a_program_gives_where_there_is_none_is_no_title() -> None:
    assert (
        read(archive({**FILES, "OEBPS/book.opf": PACKAGE.replace("Rivers", "Unknown Title")})).structure.title is None
    )


def locked(algorithm: str) -> bytes:
    method = f'<EncryptedData><EncryptionMethod Algorithm="{algorithm}"/></EncryptedData>'
    return archive({**FILES, "META-INF/encryption.xml": method})


def test_scrambled_fonts_do_not_matter() -> None:
    assert read(locked("http://www.idpf.org/2008/embedding")).text


BOMB = (
    "<!DOCTYPE x [" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10 if n else 'ha' * 1000}'>" for n in range(9)) + "]>"
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no zip", "is damaged"),
        (archive({"a.txt": "x"}), "is no EPUB"),
        (locked("http://www.w3.org/2001/04/xmlenc#aes256-cbc"), r"is encrypted \(DRM\)"),
        (zip_bomb("OEBPS/one.xhtml"), "unpacks to 151000000 bytes"),
        (archive({**FILES, "OEBPS/book.opf": BOMB + PACKAGE.replace("Rivers", "&a8;")}), "is no EPUB"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with Parsers() as parsers, pytest.raises(CorpusError, match=message):
        parsers.read(".epub", data)
