"""Quotes of several passages as one text: a reader that sees them side by side tells better which one answers."""

from collections.abc import Sequence
from itertools import takewhile

from corpus.documents import Span
from service.answering.reader.inputs import Fragment, Quoted, asked_of, is_row, quote_fragments
from service.answering.reader.spans import ReaderInput

MOST_COMPARED = 3  # quotes


def compared_input(question: str, quotes: Sequence[Quoted]) -> ReaderInput:
    """What the reader sees of quotes side by side: a line for each, and each is one of its sentences."""
    title, lines = compared_fragments(quotes)
    text, spans = "", list[Span]()
    for above, fragments in lines:
        start = len(text) + len(above)
        text += above + "".join(words for words, _ in fragments)
        spans.append((start, len(text)))
        text += "\n"
    return ReaderInput(asked_of(question, [quoted.passage for quoted in quotes]), title, text, spans)


def compared_fragments(quotes: Sequence[Quoted]) -> tuple[str, list[tuple[str, list[Fragment]]]]:
    """The titles and headings that all quotes share, and for each the others above it, and its fragments."""
    above = [_above(quoted) for quoted in quotes]
    shared = len(list(takewhile(lambda names: len(set(names)) == 1, zip(*above, strict=False))))
    return " > ".join(above[0][:shared]), [
        (
            f"{' > '.join(own[shared:])}: " if own[shared:] else "",
            quote_fragments(quoted.passage, quoted.span, quoted.heading),
        )
        for own, quoted in zip(above, quotes, strict=True)
    ]


def words_in(quoted: Quoted, start: int, end: int) -> Span | None:
    """Where in the document the words stand that are `[start:end]` of how a quote is read; None where they do not."""
    at = 0
    for words, place in quote_fragments(quoted.passage, quoted.span, quoted.heading):
        if place is not None and at <= start < at + len(words):
            return place + start - at, place + min(end, at + len(words)) - at
        at += len(words)
    return None


def _above(quoted: Quoted) -> list[str]:
    """What stands above a quote; the header of a row is read with its cells."""
    passage = quoted.passage
    lead = "" if is_row(passage, quoted.span) else passage.lead_text
    return list(filter(None, (passage.title, *passage.section, quoted.introduction, lead)))
