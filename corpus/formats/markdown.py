"""Markdown: CommonMark with tables, front matter, footnotes and definition lists, and the HTML that stands in it.

The text stays as it is written; markdown-it says on which lines each block lies.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from corpus.documents import Block, Span
from corpus.front_matter import TOML, asked_about, toml_values, yaml_values
from corpus.markup import add_markup
from corpus.prose.asking import is_lead_in
from corpus.prose.blocks import MAX_HEADING, Structure, add_prose, lines_of, trim

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_NOT_BREAKS = re.compile(r"[^\n]")
_ATX = re.compile(r"#{1,6}[ \t]+(?P<words>\S.*?)(?:[ \t]+#+)?[ \t]*$")
_SIGNS = re.compile(r"^(?: {0,3}#{1,6} \S| {0,3}(?:```|~~~)|\|?[ \t]*:?-{2,}:?[ \t]*\|)", re.MULTILINE)


def looks_like_markdown(text: str) -> bool:
    """Whether a text of unknown format has headings, fences or tables of Markdown, or front matter."""
    return bool(_SIGNS.search(text)) or (text.startswith("---\n") and "\n---\n" in text[4:]) or bool(TOML.match(text))


def parse(text: str) -> Structure:
    """The blocks of a canonical text in Markdown."""
    reader = _Reader(text)
    if toml := TOML.match(text):
        reader.take_front_matter(toml.span(), toml_values(toml["source"]), "=")
        text = _NOT_BREAKS.sub(" ", toml[0]) + text[toml.end() :]  # on the same lines
    for token in _parser().parse(text):
        reader.read(token)
    return reader.finish()


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").enable("table")
    parser.use(front_matter_plugin).use(footnote_plugin).use(deflist_plugin)
    # Only blocks are wanted; what stands inside a line is not taken apart, and footnotes stay where they are written.
    parser.core.ruler.disable(["inline", "footnote_tail"])
    return parser


@dataclass(slots=True)
class _Reader:
    """Turns tokens, which carry line numbers, into blocks, which carry positions."""

    text: str
    structure: Structure = field(default_factory=Structure)
    starts: list[int] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    items: list[int] = field(default_factory=list)  # line where each open list item begins, -1 once it was used
    leads: list[Span | None] = field(default_factory=list)  # of each open list
    header: Span | None = None
    term: int | None = None  # where the term of a definition begins

    def __post_init__(self) -> None:
        offset = 0
        for line in self.text.split("\n"):
            self.starts.append(offset)
            offset += len(line) + 1
        self.starts.append(len(self.text))

    def _start(self, line: int) -> int:
        """Where a line starts; the parser may count lines that the text does not have."""
        return self.starts[min(line, len(self.starts) - 1)]

    def read(self, token: "Token") -> None:
        """Take the next token."""
        handler = getattr(self, f"_{token.type}", None)
        if handler:
            handler(token)
        if token.nesting > 0:
            self.open.append(token.type)
        elif token.nesting < 0 and self.open:
            self.open.pop()

    def finish(self) -> Structure:
        """The structure, its blocks in the order of the text."""
        self.structure.blocks.sort(key=lambda block: (block.start, block.end))
        return self.structure

    def _span(self, token: "Token") -> Span:
        """The lines of a token, trimmed."""
        first, last = token.map or (0, 0)
        return trim(self.text, self._start(first), self._start(max(first, last)))

    def _front_matter(self, token: "Token") -> None:
        self.take_front_matter(self._span(token), yaml_values(token.content), ":")

    def take_front_matter(self, span: Span, values: dict[str, str], sign: str) -> None:
        """What readers ask of a document, such as its author, may be quoted; all else is hidden.

        The `sign` stands between the name of a field and its value.
        """
        start, end = span
        self.structure.metadata = values
        self.structure.title = self.structure.metadata.pop("title", None)
        asked = asked_about(self.structure.metadata)
        for line in lines_of(self.text, start, end):
            name = self.text[slice(*line)].partition(sign)[0].rstrip()
            if name in asked and self.text[line[1] - 1] not in ":>|":
                self._hide(start, line[0])
                self.structure.blocks.append(Block("record", *line))
                start = line[1]
        self._hide(start, end)

    def _hide(self, start: int, end: int) -> None:
        span = trim(self.text, start, end)
        if span[0] < span[1]:
            self.structure.hidden.append(span)

    def _heading_open(self, token: "Token") -> None:
        start, end = self._span(token)
        lines = list(lines_of(self.text, start, end))
        if token.markup[0] == "#":
            is_long = bool(lines) and lines[0][1] - lines[0][0] > MAX_HEADING
            atx = _ATX.search(self.text, *lines[0]) if lines and not is_long else None
            words = trim(self.text, *atx.span("words")) if atx else (start, end if is_long else start)
        else:
            words = (start, lines[-2][1]) if len(lines) > 1 else (start, start)
        if words[0] == words[1]:
            return
        if words[1] - words[0] > MAX_HEADING or "blockquote_open" in self.open or "list_item_open" in self.open:
            add_prose(self.structure, self.text, start, end)
        else:
            self.structure.blocks.append(Block("heading", *words, level=int(token.tag[1])))

    def _paragraph_open(self, token: "Token") -> None:
        start, end = self._span(token)
        if "dd_open" in self.open:
            start, self.term = (start if self.term is None else self.term), None
            add_prose(self.structure, self.text, start, end, "item", 1)
        elif "list_item_open" in self.open:
            if self.items[-1] >= 0:  # the first paragraph of an item begins with the item's mark
                start = trim(self.text, self._start(self.items[-1]), end)[0]
                self.items[-1] = -1
            level = len(self.items)
            add_prose(self.structure, self.text, start, end, "item", level, self.leads[-1])
        elif "blockquote_open" in self.open:
            add_prose(self.structure, self.text, start, end, "quotation")
        else:
            add_prose(self.structure, self.text, start, end)

    def _dt_open(self, token: "Token") -> None:
        first = (token.map or (0, 0))[0]
        self.term = trim(self.text, self._start(first), len(self.text))[0]

    def _list_open(self, token: "Token") -> None:
        """A list is read with the item that it stands in, or with the sentence before it that announces it."""
        before = self.structure.blocks[-1] if self.structure.blocks else None
        lead: Span | None = None
        if (before and self.items and before.kind == "item") or (
            before and before.kind in ("paragraph", "quotation") and is_lead_in(self.text[before.start : before.end])
        ):
            lead = (before.start, before.end)
        self.leads.append(lead)

    def _list_close(self, token: "Token") -> None:
        self.leads.pop()

    _bullet_list_open = _ordered_list_open = _list_open
    _bullet_list_close = _ordered_list_close = _list_close

    def _list_item_open(self, token: "Token") -> None:
        self.items.append((token.map or (0, 0))[0])

    def _list_item_close(self, token: "Token") -> None:
        self.items.pop()

    def _thead_open(self, token: "Token") -> None:
        self.header = self._span(token)

    def _table_close(self, token: "Token") -> None:
        """A header with no rows below it is a row itself."""
        last = self.structure.blocks[-1] if self.structure.blocks else None
        if self.header and (last is None or last.lead != self.header):
            self.structure.blocks.append(Block("row", *self.header))
        self.header = None

    def _tr_open(self, token: "Token") -> None:
        if "tbody_open" in self.open:
            self.structure.blocks.append(Block("row", *self._span(token), lead=self.header))

    def _fence(self, token: "Token") -> None:
        first, last = token.map or (0, 0)
        closed = last - first >= 2 and self.text[slice(*self._line(last - 1))].strip()[:3] in ("```", "~~~")
        span = trim(self.text, self._start(first + 1), self._start(max(first + 1, last - closed)))
        if span[0] < span[1]:
            self.structure.blocks.append(Block("code", *span))

    def _code_block(self, token: "Token") -> None:
        self.structure.blocks.append(Block("code", *self._span(token)))

    def _line(self, number: int) -> Span:
        return self._start(number), self._start(number + 1)

    def _html_block(self, token: "Token") -> None:
        add_markup(self.structure, self.text, *self._span(token))

    def _hr(self, token: "Token") -> None:
        self._hide(*self._span(token))
