"""Where the sections of a text lie, and the blocks inside them. Only offsets are returned; the text is not changed."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.documents import Section, Span

MAX_HEADING = 300  # characters of a heading line; a longer line is text
MAX_LEVEL = 6  # marks of a heading, as in HTML; a line with more is text

_MARKED_LINE = re.compile(r"^ {0,3}(?:([=#].*)|```+[^`\n]*)$", re.MULTILINE)  # group 1: a heading; none: a fence
_ITEM = re.compile(r"[ \t]*(?:\||(?:[-+•‣◦]|\*{1,6}|\d{1,3}[.)])[ \t]+\S)")  # a table row, a bullet or a number
_RULE = frozenset("-*_=")  # a line of three or more of one of these is a rule


class _Heading(NamedTuple):
    """One heading line: its span, its level (from 1) and its words."""

    start: int
    end: int
    level: int
    title: str


def find_sections(text: str) -> tuple[str | None, tuple[Section, ...]]:
    """The title and the sections that have a body.

    The title is a level-1 heading before any other text, None where there is none. A text that is all headings is one
    section, so that no text is left out.
    """
    title: str | None = None
    above: list[_Heading] = []  # the headings above the current position, outermost first
    sections: list[Section] = []
    body = 0  # where the text below the last heading begins
    for heading in (*_headings(text), _Heading(len(text), len(text), 0, "")):
        start, end = trim(text, body, heading.start)
        if start < end:
            sections.append(Section(tuple(h.title for h in above), start, end))
        body = heading.end
        if heading.level == 1 and title is None and not above and not sections:
            title = heading.title
            continue
        while above and above[-1].level >= heading.level:
            above.pop()
        above.append(heading)
    return title, tuple(sections) or (Section((), *trim(text, 0, len(text))),)


def blocks(text: str, section: Section) -> list[Span]:
    """The blocks of a section, trimmed and in order: its paragraphs, list items and table rows.

    Blank lines and rules (`---`) separate blocks and belong to none. Other line breaks are those of wrapped prose.
    """
    spans: list[Span] = []
    start = end = offset = section.start  # the open block is [start, end); there is none where the two are equal
    for line in text[section.start : section.end].split("\n"):
        is_separator = not line or line.isspace() or _is_rule(line)
        if is_separator or _ITEM.match(line):
            if start < end:
                spans.append(trim(text, start, end))
            start = end = offset
        if not is_separator:
            start = offset if start == end else start
            end = offset + len(line)
        offset += len(line) + 1
    if start < end:
        spans.append(trim(text, start, end))
    return spans


def trim(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends; `(end, end)` where it holds only white space."""
    inside = text[start:end]
    start = end - len(inside.lstrip())
    return start, max(start, end - len(inside) + len(inside.rstrip()))


def _headings(text: str) -> Iterator[_Heading]:
    """Heading lines outside ``` fences. A last fence that is never closed does not count as a fence."""
    lines = list(_MARKED_LINE.finditer(text))
    fences = [line for line in lines if not line[1]]
    unclosed = fences[-1] if len(fences) % 2 else None
    inside = False
    for line in lines:
        if not line[1]:
            inside = not inside and line is not unclosed
        elif not inside and (parsed := _heading(line[1].rstrip())):
            yield _Heading(line.start(), line.end(), *parsed)


def _heading(line: str) -> tuple[int, str] | None:
    """Level and words of `= x =` (MediaWiki) or `# x` (Markdown); None where the line is no heading."""
    mark = line[0]
    level = len(line) - len(line.lstrip(mark))
    rest = line[level:]
    closing = len(rest) - len(rest.rstrip(mark))
    words = rest[: len(rest) - closing]
    if mark == "#":
        well_formed = rest[:1].isspace()
        words = words if words[-1:].isspace() else rest
    else:
        well_formed = closing == level
    title = " ".join(words.split())
    return (level, title) if well_formed and level <= MAX_LEVEL and title and len(line) <= MAX_HEADING else None


def _is_rule(line: str) -> bool:
    """Whether the line holds three or more of one of `-*_=` and nothing else but white space."""
    mark = line.lstrip()[0]
    return mark in _RULE and line.count(mark) >= 3 and not line.replace(mark, "").strip()
