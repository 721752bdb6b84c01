"""From the lines of printed pages to headings, paragraphs, items, rows and footnotes."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from corpus.building.builder import Builder
from corpus.building.page_lines import Line, is_right_to_left
from corpus.building.printed_tables import PrintedTable, find_tables
from corpus.building.rules import Rules
from corpus.prose.blocks import LAST_LEVEL, is_cut

HEADING_SIZE = 1.12  # height of a heading's letters, that of the text being 1
NOTE_SIZE = 0.92  # and that of a footnote
MAX_HEADING_LETTERS = 200
SPACE = 0.2  # width of a space, height of the letters being 1

_BULLET = re.compile(r"(?:[•‣◦▪▫●○■□➢✓*·–-]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+\S")
_NOTE = re.compile(r"[\d*†‡]{1,3}[.)]?\s*[^\W\d_\s]")
_ENDS = re.compile(r"[.!?:…。؟][\"'”’»)\]]*$")


@dataclass(slots=True)
class _Open:
    """The paragraph that is being read."""

    lines: list[Line] = field(default_factory=list)
    kind: str = "paragraph"


class Printed:
    """Takes the lines of a document, page by page, with what is drawn on each page."""

    def __init__(self, builder: Builder, pages: Sequence[Sequence[Line]], rules: Sequence[Rules]) -> None:
        self._builder = builder
        self._pages = pages
        self._rules = rules
        lines = [line for page in pages for line in page]
        letters: Counter[float] = Counter()
        for line in lines:
            letters[_rounded(line.size)] += len(line.text)
        self._size = letters.most_common(1)[0][0] if letters else 0.0
        sizes = sorted({_rounded(line.size) for line in lines if self._is_large(line)}, reverse=True)
        self._levels = {size: min(level, 6) for level, size in enumerate(sizes, start=1)}
        pitches = [a.bottom - b.bottom for a, b in pairwise(lines) if a.page == b.page]
        usual = [pitch for pitch in pitches if 0.8 * self._size < pitch < 2.5 * self._size]
        self._pitch = median(usual) if usual else 1.2 * self._size
        self._open = _Open()
        self._table: PrintedTable | None = None  # that may go on on the next page
        self._notes: list[list[Line]] = []
        self._indents: list[float] = []  # of the open items
        self._page = 0
        self._rights: dict[int, float] = {}  # where the lines around a line end, by its id

    def add(self) -> None:
        """Add all pages to the builder."""
        for page, rules in zip(self._pages, self._rules, strict=True):
            body, notes = self._part_notes(page)
            self._rights = _right_edges(body, self._pitch)
            for part in find_tables(body, rules, self._table):
                if isinstance(part, Line):
                    self._end_table()
                    self._line(part)
                elif self._table and part.goes_on:
                    self._table = self._table.followed_by(part)
                else:
                    self._flush()
                    self._table = part
            self._notes += notes
        self._flush()

    def _end_table(self) -> None:
        table, self._table = self._table, None
        if table:
            table.add(self._builder, self._turn_to)

    def _is_large(self, line: Line) -> bool:
        return line.size >= HEADING_SIZE * self._size and len(line.text) <= MAX_HEADING_LETTERS

    def _part_notes(self, page: Sequence[Line]) -> tuple[list[Line], list[list[Line]]]:
        """The lines of a page, and those of each of its footnotes."""
        first = len(page)
        while first and page[first - 1].size <= NOTE_SIZE * self._size:
            first -= 1
        notes: list[list[Line]] = []
        for line in page[first:]:
            if _NOTE.match(line.text):
                notes.append([line])
            elif notes:
                notes[-1].append(line)
            else:
                return list(page), []
        return list(page[:first]), notes

    def _line(self, line: Line) -> None:
        kind = self._kind(line)
        if self._open.lines and not self._goes_on(line, kind):
            self._flush()
        if not self._open.lines:
            self._open.kind = kind
        self._open.lines.append(line)

    def _kind(self, line: Line) -> str:
        if self._is_large(line):
            return "heading"
        if self._is_marked(line):
            return "item"
        # A list whose bullets are drawn, not written: lines that are set in, below the words that announce them.
        lines = self._open.lines
        is_list = bool(lines) and (
            lines[-1].text[-1] == ":" or (self._open.kind == "item" and not self._is_marked(lines[0]))
        )
        return "item" if is_list and line.left > line.column_left + 1.2 * line.size else "paragraph"

    def _is_marked(self, line: Line) -> bool:
        """Whether a line begins with a bullet or a number, or has a bullet drawn before it."""
        return bool(_BULLET.match(line.text)) or self._rules[line.page - 1].mark(line)

    def _goes_on(self, line: Line, kind: str) -> bool:
        """Whether a line belongs to the open paragraph."""
        before = self._open.lines[-1]
        if (kind == "heading") != (self._open.kind == "heading"):
            return False
        if self._is_marked(line) and not self._is_within(line, before, kind):
            return False
        if abs(before.size - line.size) > 0.08 * self._size or before.is_bold != line.is_bold:
            return False
        if before.page != line.page or line.bottom > before.bottom:  # another page or column
            return kind != "heading" and is_cut(before.text, line.text)
        if kind == "heading":
            return before.bottom - line.bottom < 2 * line.size
        if before.bottom - line.bottom > 1.25 * self._pitch * max(1.0, line.size / self._size):
            return False
        width = before.column_right - before.column_left
        step = (line.left - before.left) / line.size
        is_first = len(self._open.lines) == 1
        is_term = is_first and before.text[-1].isalnum() and before.right < before.column_left + 0.5 * width
        if self._open.kind == "paragraph" and step > 0.8 and is_term:
            return True  # a definition is set in below its term
        if _would_have_fit(line, before, self._rights.get(id(before), before.right)):
            return False
        if self._open.kind == "item":
            is_written = _BULLET.match(self._open.lines[0].text)  # a drawn bullet stands left of the words
            is_set_in = line.left > self._open.lines[0].left + (0.4 if is_written else -0.4) * line.size
            return is_set_in or self._is_within(line, before, kind)
        if is_right_to_left(line.text):
            return True
        if step > 0.8 and before.left < before.column_left + 2:  # the first line of a paragraph is set in
            return False
        return not (step < -0.8 and (not is_first or _ENDS.search(before.text)))

    def _is_within(self, line: Line, before: Line, kind: str) -> bool:
        """Whether a line goes on in mid-sentence right below a full one: a number that begins it is no mark."""
        if kind == "heading":
            return line.text[0] in "-–—"
        is_below = (
            abs(line.left - before.left) < 0.3 * line.size and 0 < before.bottom - line.bottom < 1.25 * self._pitch
        )
        return (
            is_below
            and before.page == line.page
            and not self._rules[line.page - 1].mark(line)
            and (line.text[0].islower() or line.text[0].isdigit())
            and not _ENDS.search(before.text)
            and not _would_have_fit(line, before, self._rights.get(id(before), before.right))
        )

    def _flush(self) -> None:
        """End the open paragraph or table; the footnotes of its pages come after it."""
        self._end_table()
        lines, kind, self._open = self._open.lines, self._open.kind, _Open()
        if lines:
            self._turn_to(lines[0].page)
            self._add(lines, kind)
        notes, self._notes = self._notes, []
        for note in notes:
            # A page that the paragraph ran into has been turned already: the note stands on its own page.
            self._turn_to(note[0].page)
            self._builder.paragraph(_joined(note))
        if lines and notes and lines[-1].page != self._page:
            self._turn_to(lines[-1].page)

    def _add(self, lines: list[Line], kind: str) -> None:
        text = _joined(lines)
        is_title = lines[0].is_bold and len(lines) <= 2 and len(text) <= 120 and text[-1] not in ".,;:"
        if kind == "heading":
            self._builder.heading(text.replace("-\n", "-"), self._levels[_rounded(lines[0].size)])
        elif kind == "item":
            indents = [indent for indent in self._indents if indent < lines[0].left - 3]
            self._indents = [*indents, lines[0].left]
            span = self._builder.item(text, len(self._indents))
            self._turn_within(lines, span[0] if span else 0)
            return
        elif is_title and all(line.is_bold for line in lines) and "\t" not in text:
            self._builder.heading(text, LAST_LEVEL)
        else:
            span = self._builder.paragraph(text)
            self._turn_within(lines, span[0] if span else 0)
        self._indents = []

    def _turn_to(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self._builder.anchor(f"page {page}", page)

    def _turn_within(self, lines: Sequence[Line], start: int) -> None:
        """A paragraph that goes on over the page."""
        for number, line in enumerate(lines[1:], start=1):
            if line.page != self._page:
                self._page = line.page
                self._builder.anchor(f"page {line.page}", line.page, start + len(_joined(lines[:number])) + 1)


def _right_edges(lines: Sequence[Line], pitch: float) -> dict[int, float]:
    """How far to the right the lines reach that stand close together, for each line by its id."""
    groups: list[list[Line]] = []
    for line in lines:
        before = groups[-1][-1] if groups else None
        if before and 0 < before.bottom - line.bottom < 1.25 * pitch and before.column_left == line.column_left:
            groups[-1].append(line)
        else:
            groups.append([line])
    return {id(line): max(other.right for other in group) for group in groups for line in group}


def _would_have_fit(line: Line, before: Line, right: float) -> bool:
    """Whether the first word of a line had room at the end of the line before: then a paragraph ends there."""
    first = line.fragments[0].words[0]
    word = first.right - first.left + SPACE * line.size
    if is_right_to_left(line.text):
        return before.left - word > before.column_left + line.size
    return before.right + word < right - 0.3 * line.size


def _joined(lines: Sequence[Line]) -> str:
    """The lines of a paragraph as one; where a hyphen ends a line, the line end stays, so that the word can be read."""
    text = lines[0].text
    for line in lines[1:]:
        is_set_in = len(lines) > 1 and line is lines[1] and line.left > lines[0].left + 0.8 * line.size
        is_definition = is_set_in and not _BULLET.match(lines[0].text)
        text += ("\n" if text[-1] in "-\u2010\u00ad" or is_definition else " ") + line.text
    return text


def _rounded(size: float) -> float:
    """A size of letters, to half a point."""
    return round(size * 2) / 2
