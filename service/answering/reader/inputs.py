"""What a reader gets to see: a passage with its headings, or what is quoted of one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from corpus.documents import Passage, Span, context
from corpus.folding import ROW_END
from corpus.prose.cells import cells_of
from corpus.prose.nesting import cells_read
from service.answering.numbers.inside import as_ranged, stated_texts
from service.answering.question.as_written import as_written
from service.answering.reader.spans import ReaderInput

_TAGS = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")

Fragment: TypeAlias = tuple[str, int | None]
"""A stretch of what is read, and where it stands in the document; None where it does not stand there."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What would be quoted of a passage; `introduction` is what another document says of it."""

    passage: Passage
    span: Span
    heading: Span | None = None
    introduction: str = ""

    def overlaps(self, other: "Quoted") -> bool:
        """Whether some words stand in both."""
        is_same = self.passage.id == other.passage.id
        return is_same and self.span[0] < other.span[1] and other.span[0] < self.span[1]


def passage_input(question: str, passage: Passage, introduction: str = "") -> ReaderInput:
    """What the reader sees of a passage: its headings, its text, and where its sentences lie in the text.

    The `introduction` is what another document says of it.
    """
    sentences = [(start - passage.start, end - passage.start) for start, end in passage.sentences]
    return ReaderInput(
        asked_of(question, [passage]), passage_title(passage, introduction), passage_text(passage), sentences
    )


def passage_title(passage: Passage, introduction: str = "") -> str:
    """What the reader sees above a passage: title, headings, and what introduces it."""
    lead = _with_bars_between_cells(passage.lead_text) if "row" in passage.kinds else passage.lead_text
    return _plain(context(passage.title, passage.section, " ".join(filter(None, (introduction, lead)))))


def passage_text(passage: Passage) -> str:
    """The passage's text as the reader sees it, each character where it was.

    However a table is written, there are bars between its cells and two between its rows, as where rows in Markdown
    begin and end with one: without them the last cell of one row looks like the first of the next.
    """
    pieces, last, is_row = list[str](), 0, False
    for (start, end), kind in zip(passage.sentences, passage.kinds, strict=True):
        start, end = start - passage.start, end - passage.start
        between, row = passage.text[last:start], passage.text[start:end]
        if is_row and kind == "row" and between and not (row.startswith("|") or passage.text.endswith("|", 0, last)):
            between = ROW_END.ljust(len(between))
        is_row, last = kind == "row", end
        pieces += (between, _with_bars_between_cells(row) if is_row else row)
    return _plain("".join((*pieces, passage.text[last:])))


def quote_fragments(passage: Passage, quote: Span, heading: Span | None = None) -> list[Fragment]:
    """The fragments that a quote is read as, in order.

    A heading that is quoted too stands before it. In a row, each cell follows the name of its column: alone, the reader
    would not know which is which.
    """
    text = passage.text_at(quote)
    if heading is not None:
        words = passage.lead_text if heading == passage.lead else passage.heading_at(heading)
        return [(words, heading[0]), ("\n", None), (_plain(text), quote[0])]
    fragments = list[Fragment]()
    for name, cell, at in cells_read(passage, passage.sentences.index(quote)) if is_row(passage, quote) else ():
        between = f"{'; ' if fragments else ''}{name}{': ' if name else ''}"
        fragments += [(between, None)] if between else []
        fragments.append((cell, passage.start + at))
    return fragments or [(_plain(text), quote[0])]


def is_row(passage: Passage, quote: Span) -> bool:
    """Whether a quote is a row of a table, and nothing else."""
    return (quote, "row") in zip(passage.sentences, passage.kinds, strict=True)


def asked_of(question: str, passages: Sequence[Passage]) -> str:
    """The question as the reader sees it: in the words of the passages, with the ends of ranges that they state."""
    ranged = as_ranged(question, [text for passage in passages for text in stated_texts(question, passage)])
    return as_written(ranged, [text for passage in passages for text in (passage.context, passage.text)])


def _with_bars_between_cells(row: str) -> str:
    pieces, last = list[str](), 0
    for cell, at in cells_of(row):
        between = row[last:at]
        needs_bar = pieces and between and "|" not in between
        pieces += ("|".ljust(len(between)) if needs_bar else between, cell)
        last = at + len(cell)
    return "".join((*pieces, row[last:]))


def _plain(text: str) -> str:
    """The text with tags blanked out, each character where it was: the reader learned from prose."""
    return _TAGS.sub(lambda tag: " " * len(tag[0]), text)
