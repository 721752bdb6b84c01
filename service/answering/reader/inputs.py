"""What a reader gets to see: a passage with its headings, or alone what is quoted of one."""

import re
from typing import TypeAlias

from corpus.documents import Passage, Span
from service.answering.question.as_written import as_written
from service.answering.reader.cells import cells_of
from service.answering.reader.spans import ReaderInput

_TAGS = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")

Fragment: TypeAlias = tuple[str, int | None]
"""A stretch of what is read, and where it stands in the document; None where it does not stand there."""


def passage_input(question: str, passage: Passage) -> ReaderInput:
    """What the reader sees of a passage: its headings, its text, and where its sentences lie in the text."""
    sentences = [(start - passage.start, end - passage.start) for start, end in passage.sentences]
    return ReaderInput(_asked(question, passage), _plain(passage.context), _plain(passage.text), sentences)


def quote_input(question: str, passage: Passage, quote: Span, heading: Span | None = None) -> ReaderInput:
    """What the reader sees of a quote alone, as `quote_fragments` gives it."""
    text = "".join(text for text, _ in quote_fragments(passage, quote, heading))
    return ReaderInput(_asked(question, passage), _plain(passage.context), text, [(0, len(text))])


def quote_fragments(passage: Passage, quote: Span, heading: Span | None = None) -> list[Fragment]:
    """The fragments that a quote is read as, in order.

    A heading that is quoted too stands before it. In a row, each cell follows the name of its column: alone, the reader
    would not know which is which.
    """
    text = passage.text[quote[0] - passage.start : quote[1] - passage.start]
    if heading is not None:
        return [(passage.section[passage.headings.index(heading)], heading[0]), ("\n", None), (_plain(text), quote[0])]
    is_row = (quote, "row") in zip(passage.sentences, passage.kinds, strict=False)
    names, cells = (list(cells_of(row)) for row in (passage.lead_text, text)) if is_row else ([], [])
    if len(names) != len(cells) or len(cells) < 2:
        return [(_plain(text), quote[0])]
    fragments = list[Fragment]()
    for (name, _), (cell, at) in zip(names, cells, strict=True):
        if cell:
            fragments += [(f"{'; ' if fragments else ''}{name}: ", None), (cell, quote[0] + at)]
    return fragments


def _asked(question: str, passage: Passage) -> str:
    return as_written(question, (passage.context, passage.text))


def _plain(text: str) -> str:
    """The text with tags blanked out, each character where it was: the reader learned from prose."""
    return _TAGS.sub(lambda tag: " " * len(tag[0]), text)
