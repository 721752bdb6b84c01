"""Headings that only their looks make: lines that are numbered, in capitals, the first, above a table, or dated."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.documents import Block, Span
from corpus.prose.blocks import LAST_LEVEL
from corpus.prose.records import is_field
from corpus.prose.sentences import sentences

CAPTION = LAST_LEVEL + 1  # the level of a heading of a table, which ends with its rows
LONGEST_CAPTION = 120  # characters of one
MOST_OF_LIST = 6  # words of one above a list or a form

_MONTH = (
    r"(?:jan|feb|fév|mar|mär|apr|avr|abr|may|mai|mag|jun|jui|giu|jul|lug|aug|aoû|ago|sep|set|oct|okt|ott|nov|dec|dez|déc"
    r"|dic|ene|gen)[^\W\d_]{0,7}\.?"
)
_YEAR = r"(?:,? \d{4})?"
# The day or the time that a line ends with: "**Ada** · 2 June, 08:14", "Bergen, 19 March 1931", "imke wrote on 7 Oct"
_DATED = re.compile(
    rf"(?:\b\d{{1,2}}\.?(?:st|nd|rd|th)? {_MONTH}{_YEAR}|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?{_YEAR}"
    r"|\b\d{4}-\d\d-\d\d|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b\d{1,2}[:.]\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?)[*_)\]]{0,3}\Z",
    re.IGNORECASE,
)

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


def with_posts(text: str, blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks, where lines that end with a day or a time are headings of what follows, if there are two or more.

    So who writes, and when, stands above each post of a thread, each letter, each entry of a diary. What follows is
    read with the question that the post before ends with.
    """
    dated = {
        number
        for number, (block, following) in enumerate(pairwise(blocks))
        if following.kind != "heading" and _is_dated(text, block, is_first=not number)
    }
    dated -= {number for number in dated if number + 1 in dated}
    if len(dated) < 2:
        return blocks
    posts = list(blocks)
    for number in dated:
        posts[number] = replace(blocks[number], kind="heading", level=LAST_LEVEL)
        before, first = blocks[max(0, number - 1)], blocks[number + 1]
        if first.kind == before.kind == "paragraph" and text[before.end - 1] == "?":
            posts[number + 1] = replace(first, lead=sentences(text, (before.start, before.end))[-1])
    return posts


def _is_dated(text: str, block: Block, *, is_first: bool) -> bool:
    words = text[block.start : block.end]
    is_title = is_first and block.kind == "heading" and not text[: block.start].strip()  # by its looks alone
    may_be = block.kind == "paragraph" or is_title
    return may_be and len(words) <= LONGEST and "\n" not in words and ": " not in words and bool(_DATED.search(words))


def with_captions(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, where a line that stands right above a table, a list or a form is a heading of that alone.

    A line above a table ends no sentence; one above the others is no sentence at all: "Required", "Part B - Stall".
    """
    for number, block in enumerate(blocks):
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        is_caption = following is not None and _is_caption(text, block, following, blocks[number - 1 : number])
        yield Block("heading", block.start, block.end, level=CAPTION) if is_caption else block


def _is_caption(text: str, block: Block, following: Block, before: Sequence[Block]) -> bool:
    words = text[block.start : block.end]
    if "\n" in words or len(words) > LONGEST_CAPTION:
        return False
    if following.kind == "row":
        return block.kind == "paragraph" and words.rstrip(_MARKS)[-1:] not in _SAID
    if words[-1] in _ENDS or len(words.split()) > MOST_OF_LIST or not _TITLE.fullmatch(words):
        return False
    if following.kind == "item":
        return block.kind == "paragraph"
    is_apart = not before or text.count("\n", before[0].end, block.start) > 1
    is_joined = text.count("\n", block.end, following.start) == 1
    is_form = is_field(text, following) and not is_field(text, block)
    return block.kind == following.kind == "record" and is_apart and is_joined and is_form
