"""The text of an HTML tree as a reader of the page sees it: headings, paragraphs, lists, tables."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from corpus.building.builder import Builder
from corpus.building.nodes import Event, Node, bold_classes, events, is_bold
from corpus.building.tables import Cell, add_table
from corpus.documents import Anchor, BlockKind, Span
from corpus.prose.blocks import LAST_LEVEL

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol", "dl", "menu"))
_BLOCKS = _LISTS | frozenset(_HEADINGS) | frozenset(
    "address article aside blockquote body caption center dd details div dt fieldset figcaption figure footer form "
    "header hgroup hr html legend li main p section summary table tbody td tfoot th thead tr".split()
)  # fmt: skip
_BREAK = "\x00"  # stands for <br> until the white space around it is gone
_SPACE = re.compile(r"[ \t\n\r\f]+")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\s{0,9}\d{4}(?:\s?[-–]\s?\d{2,4})?", re.IGNORECASE)
_NUMBER_OR_MAIL = re.compile(r"\d|@")

Mark: TypeAlias = Callable[[Node], Anchor | None]
"""Whether an element is a place that links or readers know: an anchor, whose position does not matter."""


def no_mark(node: Node) -> None:
    """The `Mark` of a page without anchors."""


def add_page(
    builder: Builder, root: Node, mark: Mark = no_mark, style_sheet: str = "", names: Collection[str] = ()
) -> None:
    """Add what stands inside `root`; `mark` says of each element that begins whether it is an anchor.

    `names` are what a table of contents calls the page: a paragraph of these words is a heading.
    """
    walk = _Walk(builder, mark, bold_classes(style_sheet), names)
    walk.add(root)
    walk.flush()


@dataclass(slots=True)
class _Context:
    """What the words that are being read stand in."""

    kind: BlockKind = "paragraph"
    level: int = 0  # of a heading, or how deep a list is nested
    is_of_site: bool = False  # the footer of the site, not the page


@dataclass(slots=True)
class _Words:
    """The words of a block, as they come."""

    pieces: list[str] = field(default_factory=list)
    has_plain: bool = False
    has_bold: bool = False

    def add(self, text: str, is_bold: bool = False) -> None:
        self.pieces.append(text)
        if text.strip():
            self.has_bold |= is_bold
            self.has_plain |= not is_bold

    def length(self) -> int:
        """How many characters there are so far."""
        words = _SPACE.sub(" ", "".join(self.pieces)).lstrip()
        return len(words)

    def take(self) -> str:
        """The words, their white space as a browser shows it; none are left."""
        lines = "".join(self.pieces).split(_BREAK)
        self.pieces.clear()
        return "\n".join(_SPACE.sub(" ", line).strip() for line in lines).strip()


class _Walk:
    """Turns what comes in a tree into blocks."""

    def __init__(self, builder: Builder, mark: Mark, classes: frozenset[str], names: Collection[str]) -> None:
        self._builder = builder
        self._mark = mark
        self._classes = classes
        self._names = names
        self._contexts = [_Context()]
        self._words = _Words()
        self._bold = 0  # elements open that make bold
        self._marks: list[Anchor] = []  # that came with the open words, which their positions count
        self._term = ""  # of a definition list, until its definition comes

    def add(self, root: Node) -> None:
        """Add all that stands inside the node."""
        for event in events(root, leaves=("table", "pre")):
            if event.kind == "text":
                self._words.add(event.text.replace(_BREAK, ""), self._bold > 0)
            elif event.kind == "open":
                self._open(event)
            elif event.kind == "close":
                self._close(event)
            elif event.tag == "pre":
                self.flush()
                self._builder.paragraph("".join(e.text for e in events(event.node) if e.kind == "text"), "code")
            else:
                self.flush()
                self._table(event.node)

    def _open(self, event: Event) -> None:
        if event.tag == "br":
            self._words.add(_BREAK)
        if event.tag in _BLOCKS:
            self.flush()
            self._contexts.append(self._context(event))
        if anchor := self._mark(event.node):
            self._marks.append(replace(anchor, start=self._words.length()))
        self._bold += is_bold(event.node, self._classes)

    def _context(self, event: Event) -> _Context:
        tag, above = event.tag, self._contexts[-1]
        kind, level = above.kind, above.level
        if tag in _HEADINGS:
            kind, level = "heading", _HEADINGS[tag]
        elif tag in _LISTS:
            level += 1
        elif tag in ("li", "dd", "dt"):
            kind, level = "item", max(level, 1)
        elif tag == "blockquote":
            kind = "quotation"
        return _Context(kind, level, above.is_of_site or event.is_of_site)

    def _close(self, event: Event) -> None:
        self._bold -= is_bold(event.node, self._classes)
        if event.tag == "dt":
            self._term = "\n".join(filter(None, (self._term, self._words.take())))
        if event.tag not in _BLOCKS:
            return
        self.flush()
        self._contexts.pop()
        if event.tag in _LISTS and self._contexts[-1].kind != "item":
            self._builder.gap()
        if event.tag == "dl" and self._term:
            self._builder.paragraph(self._term)
            self._term = ""

    def flush(self) -> None:
        """End the open block."""
        all_bold = self._words.has_bold and not self._words.has_plain
        words = self._words.take()
        self._words.has_bold = self._words.has_plain = False
        context = self._contexts[-1]
        if not words or (context.is_of_site and not _NUMBER_OR_MAIL.search(_COPYRIGHT.sub("", words))):
            return  # the footer of a site counts where it says where it is, when it is open or how to reach it
        if context.kind == "heading":
            span = self._builder.heading(words, context.level)
        elif context.kind == "item":
            span = self._builder.item(f"{self._term}\n{words}" if self._term else words, context.level)
            self._term = ""
        elif words in self._names and not context.level:
            span = self._builder.heading(words, 2)
        elif all_bold and not context.level and words[-1] not in ".,;" and "\n" not in words:
            span = self._builder.heading(words, LAST_LEVEL)
        else:
            span = self._builder.paragraph(words, context.kind)
        self._set_anchors(span)

    def _set_anchors(self, span: Span | None) -> None:
        """Set the anchors that came with the words of a block."""
        marks, self._marks = self._marks, []
        for anchor in marks:
            start = None if span is None else min(span[0] + anchor.start, span[1] - 1)
            self._builder.anchor(anchor.label, anchor.page, start)

    def _table(self, node: Node) -> None:
        """A table of data; the tables inside its cells follow after it. One that arranges the page is read as prose."""
        if is_layout(node):
            self._contexts.append(_Context(is_of_site=self._contexts[-1].is_of_site))
            self.add(node)
            self.flush()
            self._contexts.pop()
            return
        table = _Table()
        for event in events(node, leaves=("table",)):
            table.read(event)
        if table.caption:
            self._builder.paragraph(table.caption)
        add_table(self._builder, table.rows, table.headers or None)
        for inner in table.inner:
            self._table(inner)


@dataclass(slots=True)
class _Table:
    """The rows of a table, as they come."""

    caption: str = ""
    rows: list[list[Cell]] = field(default_factory=list)
    headers: int = 0  # rows of <thead>
    inner: list[Node] = field(default_factory=list)
    words: _Words = field(default_factory=_Words)
    is_head: bool = False

    def read(self, event: Event) -> None:
        """Take the next event."""
        if event.kind == "text":
            self.words.add(event.text.replace(_BREAK, ""))
        elif event.kind == "leaf":
            self.inner.append(event.node)
        elif event.tag == "thead":
            self.is_head = event.kind == "open"
        elif event.kind == "open" and event.tag in ("tr", "td", "th", "caption"):
            self.words.take()
            if event.tag == "tr":
                self.rows.append([])
                self.headers += self.is_head
        elif event.tag == "caption":
            self.caption = self.words.take()
        elif event.tag in ("td", "th") and self.rows:
            self.rows[-1].append(_cell(event, self.words.take()))
        elif event.tag in _BLOCKS or event.tag == "br":
            self.words.add(" ")


def _cell(event: Event, words: str) -> Cell:
    columns, rows = (_number(event.node.attributes.get(name)) for name in ("colspan", "rowspan"))
    return Cell(" ".join(words.split()), columns, rows, event.tag == "th")


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and int(value[:6]) > 0 else 1


def is_layout(table: Node) -> bool:
    """Whether a table only arranges the page: it says so, holds headings, or has one cell in each row."""
    if (table.attributes.get("role") or "") in ("presentation", "none"):
        return True
    cells = widest = 0
    for event in events(table, leaves=("table",)):
        if event.kind == "open":
            cells = 0 if event.tag == "tr" else cells + (event.tag in ("td", "th"))
            widest = max(widest, cells)
            if event.tag in _HEADINGS:
                return True
    return widest < 2
