"""Word: paragraphs by their styles, lists, tables, footnotes, and pages where Word noted how it broke them."""

import re
from io import BytesIO
from typing import TYPE_CHECKING

from corpus.building.builder import Builder
from corpus.building.packages import describe_properties, open_archive
from corpus.building.tables import Cell, add_table
from corpus.building.word_xml import (
    FALLBACK,
    Element,
    W,
    cell_of,
    is_bold,
    nearest,
    numbering_level,
    outline_level,
    text_of,
    value_of,
    visible_parts,
    with_merged,
    words_of,
)
from corpus.documents import Span
from corpus.errors import CorpusError
from corpus.prose.blocks import LAST_LEVEL, Parsed

if TYPE_CHECKING:
    from docx.document import Document

_HEADING = re.compile(r"heading (\d)|(title)|(subtitle)", re.IGNORECASE)
_LIST = re.compile(r"list (?:bullet|number|continue|paragraph)(?: (\d))?", re.IGNORECASE)
_QUOTE = re.compile(r"(?:intense )?quote|block text", re.IGNORECASE)
_CODE = re.compile(r".*(?:code|preformatted|macro text).*", re.IGNORECASE)
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}


def read(data: bytes) -> Parsed:
    """The text of a document and its structure; raises CorpusError."""
    open_archive(data)
    import docx
    from docx.opc.exceptions import OpcError

    try:
        document = docx.Document(BytesIO(data))
    except (KeyError, ValueError, OpcError) as error:
        raise CorpusError(f"is no Word document ({error}): save it as .docx again") from None
    builder = Builder()
    describe_properties(builder, document.core_properties)
    _Reader(builder, document).read()
    return builder.finish()


class _Reader:
    """Goes through the body in its order."""

    def __init__(self, builder: Builder, document: "Document") -> None:
        self._builder = builder
        self._body = document.element.body
        self._styles = {style.style_id: style for style in document.styles if style.style_id}
        self._notes = {kind: _notes(document, kind) for kind in ("footnotes", "endnotes")}
        self._below_title = int(any(self._is_title(element) for element in self._body.iterchildren(f"{W}p")))
        self._page = 1
        self._break = "lastRenderedPageBreak" if self._count("lastRenderedPageBreak") else "br"
        self._has_pages = self._break == "lastRenderedPageBreak" or bool(
            self._body.xpath("count(.//w:br[@w:type='page']) + count(.//w:pageBreakBefore)")
        )

    def _is_title(self, element: Element) -> bool:
        style = self._styles.get(value_of(element.find(f"{W}pPr"), "pStyle"))
        return style is not None and (style.name or "").lower() == "title" and bool(text_of(element))

    def _count(self, name: str) -> int:
        return sum(1 for _ in self._body.iter(f"{W}{name}"))

    def read(self) -> None:
        """Add all there is."""
        if self._has_pages:
            self._builder.anchor("page 1", 1)
        self._blocks(self._body)

    def _blocks(self, parent: Element) -> None:
        for element in parent:
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self._table(element)
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml"):
                self._blocks(element)

    def _paragraph(self, element: Element) -> None:
        properties = element.find(f"{W}pPr")
        if self._break == "br" and properties is not None and properties.find(f"{W}pageBreakBefore") is not None:
            self._turn_page(None)
        pieces: list[str] = []
        turned: list[int] = []  # characters before each page break
        for node in visible_parts(element):
            if node.tag == f"{W}{self._break}" and (self._break != "br" or node.get(f"{W}type") == "page"):
                turned.append(sum(map(len, pieces)))
            else:
                pieces.append(words_of(node))
        text = "".join(pieces)
        while turned and not text[: turned[0]].strip():
            self._turn_page(None)
            turned.pop(0)
        span = self._add(element, text)
        margin = len(text) - len(text.lstrip())
        for offset in turned:
            if span is None or not text[offset:].strip():
                self._turn_page(None)
            else:
                self._turn_page(min(span[1] - 1, span[0] + offset - margin))
        self._add_notes(element, span)
        for box in element.iter(f"{W}txbxContent"):
            if not any(above.tag == FALLBACK for above in box.iterancestors()):
                self._blocks(box)

    def _turn_page(self, start: int | None) -> None:
        self._page += 1
        self._builder.anchor(f"page {self._page}", self._page, start)

    def _add(self, element: Element, text: str) -> Span | None:
        """Add a paragraph as what its style says it is."""
        name, level, list_level = self._style(element)
        if not text.strip():
            return None
        if level:
            self._builder.heading(text, level)
        elif list_level:
            return self._builder.item(text, list_level)
        elif _QUOTE.fullmatch(name):
            return self._builder.paragraph(text, "quotation")
        elif _CODE.fullmatch(name):
            return self._builder.paragraph(text, "code")
        elif "\n" not in text and text.strip()[-1] not in ".,;:" and len(text) < 120 and is_bold(element):
            self._builder.heading(text, LAST_LEVEL)
        else:
            return self._builder.paragraph(text)
        return None

    def _style(self, element: Element) -> tuple[str, int, int]:
        """The name of the style, the level of a heading or 0, the level of an item or 0."""
        properties = element.find(f"{W}pPr")
        style = self._styles.get(value_of(properties, "pStyle"))
        name = (style.name or "") if style is not None else ""
        level = list_level = 0
        while style is not None:
            heading, item = _HEADING.match(style.name or ""), _LIST.fullmatch(style.name or "")
            inherited = style.element.find(f"{W}pPr")
            if not level and heading:
                level = self._below(int(heading[1])) if heading[1] else 1 + bool(heading[3])
            level = level or self._below(outline_level(inherited))
            if not list_level and (numbering_level(inherited) or (item and "paragraph" not in item[0].lower())):
                list_level = numbering_level(inherited) if item is None else int(item[1] or 1)
            style = getattr(style, "base_style", None)
        level = self._below(outline_level(properties)) or level
        return name, level, numbering_level(properties) or list_level

    def _below(self, level: int) -> int:
        """The level of a heading, one lower where the document has a title above all of them."""
        return level + self._below_title if level else 0

    def _table(self, element: Element) -> None:
        rows: list[list[Cell]] = []
        headers = 0
        for row in element.iter(f"{W}tr"):
            if nearest(row, "tbl") is not element:
                continue
            properties = row.find(f"{W}trPr")
            headers += headers == len(rows) and properties is not None and properties.find(f"{W}tblHeader") is not None
            rows.append([cell_of(cell) for cell in row.iter(f"{W}tc") if nearest(cell, "tbl") is element])
        if rows and max(map(len, rows)) == 1:  # a frame around text
            for cell in element.iter(f"{W}tc"):
                if nearest(cell, "tbl") is element:
                    self._blocks(cell)
            return
        self._builder.gap()
        add_table(self._builder, with_merged(rows), headers or None)
        for inner in element.iter(f"{W}tbl"):
            if inner is not element and nearest(inner, "tbl") is element:
                self._table(inner)
        self._page += sum(1 for node in element.iter(f"{W}lastRenderedPageBreak") if self._has_pages)
        self._add_notes(element, None)

    def _add_notes(self, element: Element, lead: Span | None) -> None:
        """The footnotes of a paragraph or a table stand below it."""
        for tag, kind in _NOTES.items():
            for reference in element.iter(tag):
                if note := self._notes[kind].get(reference.get(f"{W}id")):
                    self._builder.paragraph(note, lead=lead)


def _notes(document: "Document", kind: str) -> dict[str, str]:
    """The words of each footnote or endnote by its id."""
    from lxml import etree

    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.fromstring(relation.target_part.blob, parser)
            notes = {note.get(f"{W}id"): note for note in root if note.get(f"{W}type") in (None, "normal")}
            return {name: "\n".join(filter(None, map(text_of, note.iter(f"{W}p")))) for name, note in notes.items()}
    return {}
