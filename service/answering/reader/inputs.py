"""What a reader gets to see: a passage with its headings, or alone what is quoted of one."""

import csv
import re
from collections.abc import Iterator
from typing import TypeAlias

from corpus.documents import Passage, Span
from service.answering.reader.spans import ReaderInput

_TAGS = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")
# What parts the cells of a row, as Markdown, a page of the web and text with tabs write it.
_BETWEEN_CELLS = re.compile(r"(?:</?t[dhr]\b[^<>]{0,200}>\s*)+|[|\t]", re.IGNORECASE)

Fragment: TypeAlias = tuple[str, int | None]
"""A stretch of what is read, and where it stands in the document; None where it does not stand there."""


def passage_input(passage: Passage) -> ReaderInput:
    """What the reader sees of a passage: its headings, its text, and where its sentences lie in the text."""
    sentences = [(start - passage.start, end - passage.start) for start, end in passage.sentences]
    return ReaderInput(_plain(passage.context), _plain(passage.text), sentences)


def quote_input(passage: Passage, quote: Span, heading: Span | None = None) -> ReaderInput:
    """What the reader sees of a quote alone, as `quote_fragments` gives it."""
    text = "".join(text for text, _ in quote_fragments(passage, quote, heading))
    return ReaderInput(_plain(passage.context), text, [(0, len(text))])


def quote_fragments(passage: Passage, quote: Span, heading: Span | None = None) -> list[Fragment]:
    """The fragments that a quote is read as, in order.

    A heading that is quoted too stands before it. In a row, each cell follows the name of its column: alone, the reader
    would not know which is which.
    """
    text = passage.text[quote[0] - passage.start : quote[1] - passage.start]
    if heading is not None:
        return [(passage.section[passage.headings.index(heading)], heading[0]), ("\n", None), (_plain(text), quote[0])]
    is_row = (quote, "row") in zip(passage.sentences, passage.kinds, strict=False)
    names, cells = (list(_cells(row)) for row in (passage.lead_text, text)) if is_row else ([], [])
    if len(names) != len(cells) or len(cells) < 2:
        return [(_plain(text), quote[0])]
    fragments = list[Fragment]()
    for (name, _), (cell, at) in zip(names, cells, strict=True):
        if cell:
            fragments += [(f"{'; ' if fragments else ''}{name}: ", None), (cell, quote[0] + at)]
    return fragments


def _cells(row: str) -> Iterator[tuple[str, int]]:
    """The words of each cell of a row, and where they begin in it."""
    bounds = [match.span() for match in _BETWEEN_CELLS.finditer(row)]
    if not bounds:
        yield from _cells_of_record(row)
        return
    begins, ends = [0, *(end for _, end in bounds)], [*(start for start, _ in bounds), len(row)]
    stretches = list(zip(begins, ends, strict=True))
    # A row may begin and end with what parts cells.
    first, last = (not row[begin:end].strip() for begin, end in (stretches[0], stretches[-1]))
    for begin, end in stretches[first : len(stretches) - last]:
        words = row[begin:end].strip()
        yield words, row.index(words, begin)


def _cells_of_record(row: str) -> Iterator[tuple[str, int]]:
    """The same of a row whose cells are parted by commas or semicolons; none where it is no record."""
    after = 0
    try:
        values = next(csv.reader([row], delimiter=max(",;", key=row.count)), [])
    except csv.Error:  # such as a line break in a cell without quotes
        return
    for value in values:
        at = row.find(value, after)
        if at >= 0:  # a value with doubled quotes stands there otherwise
            yield value.strip(), at
            after = at + len(value)


def _plain(text: str) -> str:
    """The text with tags blanked out, each character where it was: the reader learned from prose."""
    return _TAGS.sub(lambda tag: " " * len(tag[0]), text)
