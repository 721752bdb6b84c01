"""What page breaks leave inside a plain text: page numbers and what stands beside them, and sentences that are cut."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.documents import Block, Span
from corpus.prose.blocks import Structure, is_cut
from corpus.prose.sentences import sentences

BROKEN = 25  # characters of a line that a page break of blank lines alone may stand after, in mid-sentence

_PAGE_NUMBER = re.compile(
    r"[-–—\[(\s]*(?:(?:page|seite|página|p\.)\s*)?\d{1,4}(?:\s*(?:/|of|von|de)\s*\d{1,4})?[-–—\])\s]*", re.IGNORECASE
)
_WIDE_GAP = re.compile(r"(?<=\S)[ \t]{3,}(?=\S)")
_PAGE_OR_YEAR = re.compile(r"\[?\bpage\s*+\d++\]?$|\b(?:19|20)\d\d$|[ \t]\d{1,4}$", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


def page_breaks(text: str, groups: Sequence[Sequence[Span]]) -> list[bool]:
    """Whether each of these groups of lines between blank ones is a page break.

    One line is where it is only a page's number, or has wide gaps and ends with a page's number or a year, or begins
    with one and goes on as another does, or the same line stands beside several such. Two lines are where one is a
    page's number, and the other has wide gaps.
    """
    shown = [[text[slice(*line)] for line in group] if len(group) <= 2 else [] for group in groups]
    lone = [lines[0] if len(lines) == 1 else "" for lines in shown]
    heads = [_head(line) for line in lone]
    times = Counter(filter(None, heads))
    breaks = [
        _is_number(line) or _ends_page(line) or times[head] > 1 or _is_foot_and_head(lines)
        for line, head, lines in zip(lone, heads, shown, strict=True)
    ]
    around = zip(lone, [False, *breaks], [*breaks[1:], False], strict=False)
    beside = Counter(line for line, before, after in around if line and (before or after))
    return [is_break or beside[line] > 1 for line, is_break in zip(lone, breaks, strict=True)]


def rejoined(structure: Structure, text: str) -> Iterator[Block]:
    """The blocks; prose that a page break cut off in mid-sentence is put together again.

    Where the page break left nothing but blank lines it is one block. Where its footer is hidden in between, it is read
    with the sentence that stands before.
    """
    hidden = iter(sorted(structure.hidden))
    cut = next(hidden, None)
    before: Block | None = None
    for block in structure.blocks:
        is_hidden = False
        while cut and cut[0] < block.start:
            is_hidden, cut = True, next(hidden, None)
        if before and _is_cut(text, before, block, 1 if is_hidden else BROKEN):
            if is_hidden:
                block = replace(block, lead=sentences(text, (before.start, before.end))[-1])
            else:
                before = replace(before, end=block.end)
                continue
        if before:
            yield before
        before = block
    if before:
        yield before


def _is_cut(text: str, before: Block, block: Block, length: int) -> bool:
    """Whether a sentence goes on from one block, whose last line has so many characters at least, to the next."""
    last_line = text[max(text.rfind("\n", 0, before.end), before.start - 1) + 1 : before.end]
    both_prose = before.kind in ("paragraph", "item") and block.kind == "paragraph"
    return both_prose and len(last_line) >= length and is_cut(last_line, text[block.start : block.end])


def _is_number(line: str) -> bool:
    return len(line) < 20 and bool(_PAGE_NUMBER.fullmatch(line))


def _ends_page(line: str) -> bool:
    """Whether a line with a wide gap ends with a page's number or a year."""
    parts = _WIDE_GAP.split(line)
    return len(parts) > 1 and (_is_number(parts[-1]) or bool(_PAGE_OR_YEAR.search(line)))


def _head(line: str) -> str:
    """What follows a page's number and a wide gap; empty where the line is none of that kind."""
    number, *others = _WIDE_GAP.split(line)
    head = " ".join(others)
    return head if _is_number(number) and _LETTER.search(head) else ""


def _is_foot_and_head(lines: Sequence[str]) -> bool:
    return len(lines) == 2 and any(map(_is_number, lines)) and any(map(_ends_page, lines))
