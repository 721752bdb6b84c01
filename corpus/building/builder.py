"""A text built from parts: headings, paragraphs, items and rows, one after another, with the blocks they become.

Nothing is put between the parts but line ends, blank lines, tabs between the cells of a row, and spaces before items
that are nested.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.canonical import canonical
from corpus.documents import Anchor, Block, BlockKind, Span
from corpus.errors import CorpusError
from corpus.prose.asking import is_lead_in
from corpus.prose.blocks import LAST_LEVEL, MAX_HEADING, Parsed, Structure, add_prose

MAX_CHARACTERS = 50_000_000  # of the text of one document
INDENT = "  "  # of an item, for each that it is nested in
DEEPEST = 20  # level of nested items; what is nested deeper is counted as nested so deep


@dataclass(frozen=True, slots=True)
class _Part:
    kind: BlockKind
    span: Span
    level: int
    lead: Span | None


@dataclass(frozen=True, slots=True)
class _OpenItem:
    level: int
    span: Span


class Builder:
    """Takes the parts of a document in their order."""

    def __init__(self, max_characters: int = MAX_CHARACTERS) -> None:
        """More than `max_characters` raise CorpusError."""
        self._max_characters = max_characters
        self._pieces: list[str] = []
        self._length = 0
        self._parts: list[_Part] = []
        self._blank = True  # whether a blank line stands above the next part
        self._kind: BlockKind | None = None  # of the last part
        self._announcement: Span | None = None  # the last part, where it announces a list
        self._items: list[_OpenItem] = []  # the outermost first
        self._list_lead: Span | None = None  # what announces the open list
        self._structure = Structure()

    @property
    def title(self) -> str | None:
        """The title of the document, where it names one."""
        return self._structure.title

    @title.setter
    def title(self, title: str | None) -> None:
        self._structure.title = title

    def describe(self, name: str, value: object) -> None:
        """Add to the metadata; nothing where the value is empty or the name has one."""
        words = " ".join(canonical(str(value)).split()) if value is not None else ""
        if words:
            self._structure.metadata.setdefault(name, words)

    def anchor(self, label: str, page: int | None = None, start: int | None = None) -> None:
        """Say where in its file the next part stands, or what stands from `start` on."""
        here = self._length if start is None else start
        anchors = self._structure.anchors
        if anchors and anchors[-1].start >= here:
            anchors.pop()
        anchors.append(Anchor(here, page, " ".join(canonical(label).split())))

    def heading(self, words: str, level: int) -> Span | None:
        """Add a heading; one that is too long becomes a paragraph."""
        words = " ".join(words.split())
        if len(words) > MAX_HEADING:
            return self.paragraph(words)
        return self._add("heading", words, min(max(level, 1), LAST_LEVEL))

    def paragraph(self, text: str, kind: BlockKind = "paragraph", lead: Span | None = None) -> Span | None:
        """Add a paragraph, a quotation or code; returns where it stands, None where nothing is left of it."""
        return self._add(kind, text, lead=lead)

    def item(self, text: str, level: int = 1) -> Span | None:
        """Add an item of a list, nested `level` deep; it is read with the item or the sentence that announces it."""
        if self._kind != "item":
            self._items.clear()
            self._list_lead = self._announcement
        level = min(max(level, 1), DEEPEST)
        while self._items and self._items[-1].level >= level:
            self._items.pop()
        span = self._add("item", text, level, self._items[-1].span if self._items else self._list_lead)
        if span:
            self._items.append(_OpenItem(level, span))
        return span

    def row(self, cells: Sequence[str], lead: Span | None = None, is_header: bool = False) -> Span | None:
        """Add a row of a table. A header is no block of its own: its span is the lead of the rows below it."""
        words = [" ".join(cell.split()) for cell in cells]
        while words and not words[-1]:
            words.pop()
        return self._add("row", "\t".join(words), lead=lead, is_block=not is_header)

    def gap(self) -> None:
        """End a list or a table: a blank line follows."""
        self._blank = True
        self._kind = self._announcement = None

    def finish(self) -> Parsed:
        """The text and its structure; raises CorpusError where there is no text."""
        text = "".join(self._pieces)
        structure = self._structure
        for part in self._parts:
            if part.kind in ("row", "heading", "code"):
                structure.blocks.append(Block(part.kind, *part.span, part.level, part.lead))
            else:
                add_prose(structure, text, *part.span, part.kind, part.level, part.lead)
        structure.anchors = [anchor for anchor in structure.anchors if anchor.start < len(text)]
        return Parsed(text, structure)

    def _add(
        self, kind: BlockKind, text: str, level: int = 0, lead: Span | None = None, is_block: bool = True
    ) -> Span | None:
        """Append a part; what stays of its text has no white space around it."""
        lines = (line.rstrip() for line in canonical(text).split("\n"))
        piece = "\n".join(lines).strip("\n" if kind == "row" else " \t\n")
        if not piece.strip():
            return None
        if self._pieces:
            is_joined = not self._blank and kind == self._kind and kind in ("item", "row")
            self._pieces.append("\n" if is_joined else "\n\n")
            if is_joined and kind == "item":
                self._pieces[-1] += INDENT * (level - 1)
            self._length += len(self._pieces[-1])
            self._move_anchor()
        start = self._length
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > self._max_characters:
            raise CorpusError(f"holds more than {self._max_characters} characters of text: split it into smaller files")
        # A header keeps the tab before its first name, where the first column has none.
        inner = (start + (len(piece) - len(piece.lstrip()) if is_block else 0), self._length)
        if is_block:
            self._parts.append(_Part(kind, inner, level, lead))
        self._blank, self._kind = False, kind
        is_announcement = kind in ("paragraph", "quotation") and is_lead_in(piece)
        self._announcement = inner if is_announcement else None
        return inner

    def _move_anchor(self) -> None:
        """An anchor that was set at the end of the text belongs to what comes now."""
        anchors = self._structure.anchors
        separator = len(self._pieces[-1])
        if anchors and anchors[-1].start == self._length - separator:
            last = anchors.pop()
            anchors.append(Anchor(self._length, last.page, last.label))
