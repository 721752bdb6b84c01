"""Headings that only their looks make: a line that is numbered, in capitals, the first of a text, or above a table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from corpus.documents import Block, Span
from corpus.prose.blocks import LAST_LEVEL

CAPTION = LAST_LEVEL + 1  # the level of a heading of a table, which ends with its rows
LONGEST_CAPTION = 120  # characters of one

LONGEST = 80  # characters of such a heading
MOST_WORDS = 10  # of it

_SAID = (".", "!", "?", "…", "。", "！", "？", "।", "؟")  # ends a sentence
_MARKS = "*_`\"'”’)] "
_ENDS = ".,;:!?…。，；：！？।؟"  # ends a sentence, or announces what follows
_NUMBER = r"§ ?\d{1,2}(?:\.\d{1,2}){0,4}\.?|\d{1,2}(?:\.\d{1,2}){1,4}\.?|\d{1,2}\.|[IVXLC]{1,6}\."
_NUMBERED = re.compile(
    rf"(?:{_NUMBER}|\d{{1,2}}(?=[ \t]+[A-ZÀ-ÖØ-Þ])"
    rf"|(?:Chapter|Section|Article|Part|Annex|Appendix) [\dIVXLC]{{1,5}}[.:]?)[ \t]+\S.*"
)
# "Minutes of the spring meeting", but not "We are closed today", "Hi all" or "Subject: lamps", which say something.
_TITLE = re.compile(
    r"(?!(?:dear|hi|hello|hey|good (?:morning|afternoon|evening))\b)(?=[^\W\d_])(?-i:(?=[^a-z]))"
    r"(?!.*(?::[ \t]|\w{4}[.!?;][ \t]"
    r"|\b(?:is|are|was|were|be|been|has|have|had|will|must|may|can|do|does|did|please)\b)).*",
    re.IGNORECASE,
)


def lone_heading(text: str, line: Span, *, may_be_title: bool = False) -> Block | None:
    """The heading that a line between blank lines is; None where it is text.

    It is numbered, in capitals or, where it `may_be_title` because nothing stands before it, a title.
    """
    words = text[slice(*line)]
    if len(words) > LONGEST or len(words.split()) > MOST_WORDS or words[-1] in _ENDS:
        return None
    if _NUMBERED.fullmatch(words) and not words[-1].isdigit():
        depth = words.split()[0].rstrip(".").count(".")
        return Block("heading", *line, level=min(3 + depth, LAST_LEVEL))
    if words.upper() == words and words.lower() != words and sum(map(str.isalpha, words)) > 3:
        return Block("heading", *line, level=2)
    return Block("heading", *line, level=1) if may_be_title and _TITLE.fullmatch(words) else None


def with_title(blocks: list[Block]) -> list[Block]:
    """The blocks, the first one a title where it is a heading in capitals and none below it is as high."""
    headings = [block for block in blocks if block.kind == "heading" and block.level <= 2]
    return [replace(headings[0], level=1), *blocks[1:]] if headings and headings == blocks[:1] else blocks


def with_captions(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, where a line that stands right above a table and ends no sentence is a heading of that table."""
    for block, following in zip_longest(blocks, blocks[1:]):
        words = text[block.start : block.end]
        is_line = block.kind == "paragraph" and len(words) <= LONGEST_CAPTION and "\n" not in words
        is_above = following is not None and following.kind == "row" and words.rstrip(_MARKS)[-1:] not in _SAID
        yield Block("heading", block.start, block.end, level=CAPTION) if is_line and is_above else block
