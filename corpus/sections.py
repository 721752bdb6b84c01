"""Where the sections of a text lie, and the blocks they are made of; nothing here copies or changes the text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.documents import Section, Span

MAX_HEADING = 300  # a longer line that looks like a heading is text

_MARKED_LINE = re.compile(r"^ {0,3}(?:([=#].*)|```+[^`\n]*)$", re.MULTILINE)  # no group: a fence
_ITEM = re.compile(r"[ \t]*(?:\||(?:[-+•‣◦]|\*{1,6}|\d{1,3}[.)])[ \t]+\S)")
_RULE = frozenset("-*_=")


class _Heading(NamedTuple):
    """One heading line: its span, its level from 1, and its words."""

    start: int
    end: int
    level: int
    title: str


def find_sections(text: str) -> tuple[str | None, tuple[Section, ...]]:
    """The title (a level-1 heading before any other text) or None, and the sections that have a body.

    A text of headings alone is one section that holds them all, so that no text goes unread.
    """
    title: str | None = None
    above: list[_Heading] = []
    sections: list[Section] = []
    body = 0
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
    """The paragraphs of a section, trimmed, in order; each list item or table row is one of its own.

    Blank lines and rules (`---`) part blocks and lie in none; other line breaks are hard-wrapped prose.
    """
    found: list[Span] = []
    start = end = offset = section.start  # the open block is [start, end), none where they are equal
    for line in text[section.start : section.end].split("\n"):
        parts = not line or line.isspace() or _is_rule(line)
        if parts or _ITEM.match(line):
            if start < end:
                found.append(trim(text, start, end))
            start = end = offset
        if not parts:
            start = offset if start == end else start
            end = offset + len(line)
        offset += len(line) + 1
    if start < end:
        found.append(trim(text, start, end))
    return found


def trim(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends; `(end, end)` where there is nothing else."""
    part = text[start:end]
    start = end - len(part.lstrip())
    return start, max(start, end - len(part) + len(part.rstrip()))


def _headings(text: str) -> Iterator[_Heading]:
    """Heading lines outside of ``` fences; a last fence that is never closed is no fence."""
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
    """Level and words of `= x =` (MediaWiki) or `# x` (Markdown), None where the line is neither."""
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
    return (level, title) if well_formed and level <= 6 and title and len(line) <= MAX_HEADING else None


def _is_rule(line: str) -> bool:
    """Whether the line is three or more of one of `-*_=` and nothing else."""
    mark = line.lstrip()[0]
    return mark in _RULE and line.count(mark) >= 3 and not line.replace(mark, "").strip()
