"""HTML that stands inside another text: headings, rows, items and paragraphs, by position; comments are hidden."""

from dataclasses import dataclass
from html.parser import HTMLParser

from corpus.documents import Block, Span
from corpus.prose.blocks import Structure, add_prose, trim

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr ul br".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = frozenset(("script", "style", "template", "noscript", "svg"))


@dataclass(slots=True)
class _Table:
    """A table that is being read: its header, and whether a row has come."""

    header: Span | None = None
    has_rows: bool = False


def add_markup(structure: Structure, text: str, start: int, end: int) -> None:
    """Add the blocks of the HTML that lies at [start:end]."""
    unclosed = text.rfind("<!--", start, end)
    if unclosed >= 0 and text.find("-->", unclosed, end) < 0:
        # The parser would look for the end of each comment again and again.
        first = text.rfind("-->", start, unclosed) + len("-->") if "-->" in text[start:unclosed] else start
        unclosed = text.index("<!--", first)
        structure.hidden.append((unclosed, end))
        end = unclosed
    reader = _Reader(structure, text, start, end)
    reader.feed(text[start:end])
    reader.close()
    reader.finish()


class _Reader(HTMLParser):
    """Follows the tags; what lies between two block tags is one block."""

    def __init__(self, structure: Structure, text: str, start: int, end: int) -> None:
        super().__init__(convert_charrefs=False)
        self._structure = structure
        self._text = text
        self._lines = [start]
        for line in text[start:end].split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._from: int | None = None  # where the open block's words begin
        self._to = start  # and where they end so far
        self._level = 0  # of the open heading
        self._item = False
        self._hidden = 0
        self._row: int | None = None  # where the open row's cells begin
        self._row_end = start
        self._is_header = False
        self._tables = [_Table()]  # one in another; rows outside of any are taken for one

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def finish(self) -> None:
        """End what is open."""
        self.flush()
        while self._tables:
            self._end_table()

    def flush(self) -> None:
        """End the open block."""
        if self._from is not None:
            span = trim(self._text, self._from, self._to)
            if self._level:
                self._structure.blocks.append(Block("heading", *span, level=self._level))
            else:
                add_prose(self._structure, self._text, *span, "item" if self._item else "paragraph", int(self._item))
        self._from, self._level = None, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As `HTMLParser`."""
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in ("td", "th"):
            self._is_header = self._is_header and tag == "th"
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.flush()
            self._level, self._item = _HEADINGS.get(tag, 0), tag == "li"
            if tag == "tr":
                self._end_row()
                self._row, self._is_header = -1, True
            elif tag == "table":
                self._end_row()
                self._tables.append(_Table())

    def handle_endtag(self, tag: str) -> None:
        """As `HTMLParser`."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "tr" and self._row is not None:
            self._end_row()
        elif tag == "table" and len(self._tables) > 1:
            self.flush()
            self._end_table()
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.flush()
            self._item = False

    def _end_row(self) -> None:
        if self._row is not None and self._row >= 0:
            span, table = trim(self._text, self._row, self._row_end), self._tables[-1]
            if self._is_header and table.header is None and not table.has_rows:
                table.header = span
            else:
                self._structure.blocks.append(Block("row", *span, lead=table.header))
                table.has_rows = True
        self._row = None

    def _end_table(self) -> None:
        """A header with no rows below it is a row itself."""
        self._end_row()
        table = self._tables.pop()
        if table.header and not table.has_rows:
            self._structure.blocks.append(Block("row", *table.header))

    def handle_comment(self, data: str) -> None:
        """As `HTMLParser`; the comment's end is where the next thing begins."""
        self.flush()
        start = self._here()
        self._structure.hidden.append((start, start + len(data) + len("<!---->")))

    def handle_data(self, data: str) -> None:
        """As `HTMLParser`."""
        self._words(data)

    def handle_entityref(self, name: str) -> None:
        """As `HTMLParser`."""
        self._words(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """As `HTMLParser`."""
        self._words(f"&#{name};")

    def _words(self, data: str) -> None:
        if self._hidden or not data.strip():
            return
        at = self._here()
        start, end = trim(self._text, at, at + len(data))
        if self._row is not None:
            self._row = start if self._row < 0 else self._row
            self._row_end = end
            return
        self._from = start if self._from is None else self._from
        self._to = end
