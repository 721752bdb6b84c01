"""EPUB: the pages of a book in the order of its spine, with the numbers of the printed pages where it has them."""

import posixpath
import re
from html import unescape
from urllib.parse import unquote
from xml.etree import ElementTree
from zipfile import ZipFile

from corpus.building.builder import Builder
from corpus.building.nodes import Node
from corpus.building.packages import open_archive
from corpus.building.web_page import add_page
from corpus.documents import Anchor
from corpus.errors import CorpusError
from corpus.prose.blocks import Parsed

_PROPERTIES = {
    "creator": "author",
    "title": "title",
    "subject": "keywords",
    "date": "created",
    "publisher": "publisher",
}
_LABEL = re.compile(r"<(?:\w+:)?text>([^<]{1,300})</(?:\w+:)?text>")
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # how fonts are scrambled


def read(data: bytes) -> Parsed:
    """The text of a book and its structure; raises CorpusError."""
    from selectolax.lexbor import LexborHTMLParser

    archive = open_archive(data)
    _refuse_locked(archive)
    builder = Builder()
    try:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))  # noqa: S314
        path = next(element.get("full-path", "") for element in container.iter() if _name(element) == "rootfile")
        package = ElementTree.fromstring(archive.read(path))  # noqa: S314
    except (KeyError, StopIteration, ElementTree.ParseError) as error:
        raise CorpusError(f"is no EPUB ({error}): save it again with the program that made it") from None
    for element in package.iter():
        if _name(element) in _PROPERTIES and element.tag.startswith("{http://purl.org/dc/"):
            builder.describe(_PROPERTIES[_name(element)], element.text)
    styles = "\n".join(_text(archive, name) for name in archive.namelist() if name.endswith(".css"))
    labels = _labels(archive)
    for name in _spine(package, posixpath.dirname(path)):
        if name not in archive.namelist():
            continue
        page = _self_closing(archive.read(name).decode("utf-8", "replace"))
        tree = LexborHTMLParser(page)
        if tree.root is not None:
            heading = tree.css_first("h1, h2, h3")
            label = heading.text() if heading else posixpath.splitext(posixpath.basename(name))[0]
            builder.anchor(label[:100])
            add_page(builder, tree.root, _mark, styles, () if heading else labels)
            builder.gap()
    parsed = builder.finish()
    title = parsed.structure.metadata.get("title")
    parsed.structure.title = None if title == "Unknown Title" else title  # what LibreOffice writes where there is none
    return parsed


def _refuse_locked(archive: ZipFile) -> None:
    """Raise CorpusError where the pages are encrypted; fonts may be."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return
    methods = re.findall(rb'EncryptionMethod[^>]*Algorithm="([^"]*)"', archive.read("META-INF/encryption.xml"))
    if any(method.decode("ascii", "replace") not in _FONTS for method in methods):
        raise CorpusError("is encrypted (DRM): use a copy without it")


def _spine(package: ElementTree.Element, folder: str) -> list[str]:
    """The names of the pages in the archive, in their order; the book's own table of contents left out."""
    pages: dict[str, str] = {}
    for item in package.iter():
        if _name(item) == "item" and "nav" not in item.get("properties", "").split():
            pages[item.get("id", "")] = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
    references = (item.get("idref", "") for item in package.iter() if _name(item) == "itemref")
    return [pages[reference] for reference in references if reference in pages]


def _name(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _self_closing(page: str) -> str:
    """XHTML as HTML: `<a id="x"/>` and `<title/>` are empty, which a parser of HTML does not know."""
    return re.sub(r"<(a|span|div|p|title|i|b|em|td|th|li|script)(\s[^<>]*)?/>", r"<\1\2></\1>", page)


def _mark(node: Node) -> Anchor | None:
    """Where a page of the printed book begins."""
    attributes = node.attributes
    if attributes.get("epub:type") == "pagebreak" or attributes.get("role") == "doc-pagebreak":
        label = attributes.get("title") or attributes.get("aria-label") or ""
        number = re.search(r"\d+", label)
        return Anchor(0, int(number[0]), f"page {number[0]}") if number else None
    return None


def _text(archive: ZipFile, name: str) -> str:
    return archive.read(name).decode("utf-8", "replace")


def _labels(archive: ZipFile) -> frozenset[str]:
    """What the table of contents calls the pages: some programs mark headings nowhere else."""
    names = [name for name in archive.namelist() if name.endswith(".ncx")]
    labels = (label for name in names for label in _LABEL.findall(_text(archive, name)))
    return frozenset(" ".join(unescape(label).split()) for label in labels)
