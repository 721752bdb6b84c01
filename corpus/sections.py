"""The sections of a text, from its headings."""

from collections.abc import Iterable, Sequence
from itertools import dropwhile

from corpus.documents import Block, Section
from corpus.prose.blocks import trim
from corpus.prose.headings import CAPTION


def find_sections(text: str, blocks: Sequence[Block], titled: bool = False) -> tuple[str | None, tuple[Section, ...]]:
    """The title or None, and the sections that hold a block.

    The title is a level-1 heading before all text but records. Where there are several, each with its text, none is.
    A heading with nothing below it, no deeper heading either, is a section of its own, so that what it says is found.
    The caption of a table, a list or a form is a heading of that alone.
    A text without blocks is one section.
    """
    title = None if titled else _title(blocks)
    path: list[Block] = []
    sections: list[Section] = []
    body: list[Block] = []
    for number, block in enumerate(blocks):
        if block.kind != "heading":
            if path and path[-1].level == CAPTION and not _goes_on(text, block, body):
                _close(sections, text, path, body)
                path.pop()
            body.append(block)
            continue
        _close(sections, text, path, body)
        if block is title:
            continue
        while path and path[-1].level >= block.level:
            path.pop()
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        if following is None or (following.kind == "heading" and following.level <= block.level):
            _close(sections, text, path, [block])
        path.append(block)
    _close(sections, text, path, body)
    words = None if title is None else heading_words(text, title)
    if not sections and title is not None:
        _close(sections, text, [], [title])
    return words, tuple(sections) or (Section((), *trim(text, 0, len(text))),)


def _goes_on(text: str, block: Block, body: Sequence[Block]) -> bool:
    """Whether a block goes on with the table, the list or the form whose rows, items or lines so far these are."""
    if not body:
        return True
    if block.kind != body[-1].kind:
        return False
    if block.kind == "record":
        return text.count("\n", body[-1].end, block.start) <= 1
    return block.kind == "item" or block.lead == body[-1].lead


def _title(blocks: Sequence[Block]) -> Block | None:
    blocks = list(dropwhile(lambda block: block.kind == "record", blocks))  # who wrote it, and when
    first, following = (*blocks[:2], None, None)[:2]
    if first is None or first.kind != "heading" or first.level != 1:
        return None
    is_only = not any(block.kind == "heading" and block.level == 1 for block in blocks[1:])
    return first if is_only or (following and following.kind == "heading") else None


def heading_words(text: str, heading: Block) -> str:
    """The words of a heading on one line."""
    return " ".join(text[heading.start : heading.end].split())


def _close(sections: list[Section], text: str, path: Iterable[Block], body: list[Block]) -> None:
    if body:
        path = tuple(path)
        words = tuple(heading_words(text, heading) for heading in path)
        spans = tuple((heading.start, heading.end) for heading in path)
        start, end = body[0].start, max(block.end for block in body)
        sections.append(Section(words, start, end, spans))
        body.clear()
