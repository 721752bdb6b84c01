"""Plain text: paragraphs between blank lines, and the marks that people use without a markup language.

Headings (`= x =`, `# x`, underlined, numbered, in capitals), a title in the first line, lists, tables of `|` or of
columns, chat turns and `key: value` lines are recognised. What a page break leaves inside a text is hidden.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from corpus.documents import Block, Span
from corpus.prose.blocks import MAX_HEADING, Structure, add_prose, announcement, trim, wiki_heading
from corpus.prose.clauses import clauses_among, heading_of_clauses
from corpus.prose.columns import columns_at
from corpus.prose.headings import LONGEST, lone_heading, with_title
from corpus.prose.page_breaks import page_breaks, rejoined

MOST_ABOVE = 100  # items that are looked through for the one that another is nested in
UNEVEN = 3  # characters by which an underline may be longer or shorter than its heading

_ATX = re.compile(r"(?P<mark>#{1,6})[ \t]+(?P<words>\S.*?)(?:[ \t]+#+)?")
_FENCE = re.compile(r"```+[^`]*|~~~+.*")
_ITEM = re.compile(r"(?:[-+•‣◦*]|\[[ xX✓✗]\]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t]+\S")
_BORDER = r"\+(?:[-=]{2,}\+)+"  # of a table
_ROW = re.compile(rf"\|.*|{_BORDER}$")
_BELOW_HEADER = re.compile(rf"\|?(?:[ \t]*:?-{{2,}}:?[ \t]*[|+])+[ \t]*(?::?-{{2,}}:?\|?)?|{_BORDER}")
_UNDERLINE = re.compile(r"=+|-{3,}|~{3,}|\^{3,}|\*{3,}")
_MARKS = r"(?:>[ \t]?){1,9}"
_QUOTED = re.compile(rf"{_MARKS}(?!>)")  # a mail that another one quotes
_QUOTED_FIRST = re.compile(rf"{_MARKS}(?![>\d= \t])")  # its first line; "> 5 kg" is none
_RULE_MARKS = frozenset("-*_=")


@dataclass(frozen=True, slots=True)
class _Group:
    """Consecutive lines, each trimmed, between blank lines or fences; `is_code` where they stand between fences."""

    lines: tuple[Span, ...]
    is_code: bool


def parse(text: str) -> Structure:
    """The blocks of a canonical plain text."""
    structure = Structure()
    groups = list(_groups(structure, text))
    breaks = page_breaks(text, [() if group.is_code else group.lines for group in groups])
    structure.hidden += [
        line for group, is_break in zip(groups, breaks, strict=True) if is_break for line in group.lines
    ]
    groups = [group for group, is_break in zip(groups, breaks, strict=True) if not is_break]
    for number, group in enumerate(groups):
        following = groups[number + 1] if number + 1 < len(groups) else None
        if group.is_code:
            structure.blocks.append(Block("code", group.lines[0][0], group.lines[-1][1]))
        elif heading := _lone_heading(structure, text, group, following):
            structure.blocks.append(heading)
        else:
            _Lines(structure, text, group.lines).read()
    structure.blocks = with_title(list(rejoined(structure, text)))
    return structure


def _groups(structure: Structure, text: str) -> Iterator[_Group]:
    """The lines of a text, grouped; fences are hidden. A last fence that is never closed is no fence.

    The marks before the lines of a quoted mail are no part of them.
    """
    fences = text.count("\n```") + text.count("\n~~~") + text.startswith(("```", "~~~"))
    lines: list[Span] = []
    opened: str | None = None
    offset = level = 0
    for line in text.split("\n"):
        span = trim(text, offset, offset + len(line))
        offset += len(line) + 1
        is_fence = bool(_FENCE.fullmatch(text, *span)) if opened is None else text.startswith(opened, span[0])
        is_fence = is_fence and span[0] < span[1] and (opened is not None or fences > 1)
        above = level
        quoted = (_QUOTED if above else _QUOTED_FIRST).match(text, *span) if opened is None else None
        level = quoted[0].count(">") if quoted else 0
        span = trim(text, quoted.end() if quoted else span[0], span[1])
        if (is_fence or span[0] == span[1] or level != above) and lines:
            yield _Group(tuple(lines), opened is not None)
            lines = []
        if not is_fence and span[0] < span[1]:
            lines.append(span)
        if is_fence:
            structure.hidden.append(span)
            fences -= 1
            opened = text[span[0] : span[0] + 3] if opened is None else None
    if lines:
        yield _Group(tuple(lines), opened is not None)


def _lone_heading(structure: Structure, text: str, group: _Group, following: _Group | None) -> Block | None:
    """A heading that stands between blank lines; None where it is text, or the first or last item of a list."""
    line = text[slice(*group.lines[0])]
    if len(group.lines) > 1 or following is None or _ROW.match(line):
        return None
    is_item = bool(_ITEM.match(line))
    if is_item and _ITEM.match(text, *following.lines[0]):
        return None
    goes_on = text[following.lines[0][0]].islower()
    return lone_heading(text, group.lines[0], may_be_title=not (structure.blocks or is_item or goes_on))


class _Lines:
    """Reads consecutive lines into blocks: headings, rules, items, rows, and the prose between them."""

    def __init__(self, structure: Structure, text: str, lines: Sequence[Span]) -> None:
        self._structure, self._text, self._lines = structure, text, lines
        self._clauses = clauses_among(text, lines)
        self._prose: Span | None = None  # the lines of prose that are not added yet
        self._header: Span | None = None  # of the table that is being read

    def read(self) -> None:
        """Add the blocks of all lines."""
        at = 0
        while at < len(self._lines):
            if not _ROW.match(self._text, *self._lines[at]):
                self._end_table()
            at += self._read_line(at)
        self._add_prose()
        self._end_table()

    def _read_line(self, at: int) -> int:
        """Take the line, and those after it that belong to it; returns how many."""
        span = self._lines[at]
        following = self._lines[at + 1] if at + 1 < len(self._lines) else None
        if heading := self._marked_heading(span):
            self._add_block(heading)
        elif table := columns_at(self._text, self._lines, at):
            self._add_block(*table.blocks())
            return table.lines
        elif following and not self._prose and self._is_underline(span, following):
            self._add_block(Block("heading", *span, level=1 if self._text[following[0]] == "=" else 2))
            return 2
        elif _is_rule(self._text[slice(*span)]):
            self._add_prose()
            self._structure.hidden.append(span)
        elif _ROW.match(self._text, *span):
            return self._read_row(span, following)
        elif following and (heading := heading_of_clauses(self._text, span, following, self._clauses)):
            self._add_block(heading)
        elif _ITEM.match(self._text, *span) or span[0] in self._clauses:
            return self._read_item(at)
        else:
            self._prose = (self._prose[0] if self._prose else span[0], span[1])
        return 1

    def _read_row(self, span: Span, following: Span | None) -> int:
        if following and self._header is None and _BELOW_HEADER.fullmatch(self._text, *following):
            self._add_prose()
            self._header = span
            return 2
        self._add_block(Block("row", *span, lead=self._header))
        return 1

    def _end_table(self) -> None:
        """A header with no rows below it is a row itself."""
        if self._header and not (self._structure.blocks and self._structure.blocks[-1].lead == self._header):
            self._add_block(Block("row", *self._header))
        self._header = None

    def _read_item(self, at: int) -> int:
        """An item with the lines that go on with it."""
        start = self._lines[at][0]
        last = at
        while last + 1 < len(self._lines) and self._continues_item(self._lines[last + 1]):
            last += 1
        self._add_prose()
        indent = start - self._text.rfind("\n", 0, start) - 1
        level = 1 + indent // 2
        add_prose(self._structure, self._text, start, self._lines[last][1], "item", level, self._lead(level))
        return last + 1 - at

    def _continues_item(self, span: Span) -> bool:
        line = self._text[slice(*span)]
        begins = _ITEM.match(line) or _ROW.match(line) or span[0] in self._clauses
        return not (begins or self._marked_heading(span) or _is_rule(line))

    def _lead(self, level: int) -> Span | None:
        """What announces an item: the one that it is nested in, or what announced its list."""
        items = list(takewhile(lambda block: block.kind == "item", reversed(self._structure.blocks[-MOST_ABOVE:])))
        if not items:
            return announcement(self._structure, self._text)
        beside = next((item for item in items if item.level <= level), items[-1])
        return beside.lead if beside.level >= level else (beside.start, beside.end)

    def _marked_heading(self, span: Span) -> Block | None:
        if span[1] - span[0] > MAX_HEADING:
            return None
        indent = span[0] - self._text.rfind("\n", 0, span[0]) - 1
        if indent < 4 and (atx := _ATX.fullmatch(self._text, *span)):
            return Block("heading", *trim(self._text, *atx.span("words")), level=len(atx["mark"]))
        return wiki_heading(self._text, *span)

    def _is_underline(self, span: Span, following: Span) -> bool:
        length, difference = span[1] - span[0], abs((following[1] - following[0]) - (span[1] - span[0]))
        looks_right = bool(_UNDERLINE.fullmatch(self._text, *following)) and self._text[span[0]] not in "|-*+#="
        return looks_right and length <= LONGEST and difference <= UNEVEN

    def _add_prose(self) -> None:
        if self._prose:
            add_prose(self._structure, self._text, *self._prose)
        self._prose = None

    def _add_block(self, *blocks: Block) -> None:
        self._add_prose()
        self._structure.blocks += blocks


def _is_rule(line: str) -> bool:
    """Whether the line is the border of a table, or three or more of one of `-*_=` and nothing else."""
    is_of_one_mark = line[0] in _RULE_MARKS and line.count(line[0]) >= 3 and not line.replace(line[0], "").strip()
    return is_of_one_mark or bool(re.fullmatch(_BORDER, line))
