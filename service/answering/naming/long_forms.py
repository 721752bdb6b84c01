"""Where a question asks what a short form stands for, what introduces that form is the first answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeAlias

from corpus.documents import Passage, Span
from service.answering.choosing.choose import put_in_front
from service.answering.examined import Examined
from service.answering.question.acronyms import asks_for_long_form, introduction_of

_Place: TypeAlias = tuple[str, Passage, int]
"""A sentence, the passage that holds it, and its number in that."""


def put_long_form_first(
    examined: Examined, passages_of: Callable[[str], Sequence[Passage]], excerpt: Callable[[str, int, int], str]
) -> Examined:
    """The same with the sentence in front, the heading or the title, that introduces the short form asked about.

    It may stand anywhere in the documents of the hits: where the form is used most, it is known already.
    `passages_of` gives the passages of a document, in order, and `excerpt` what stands between two positions of it.
    """
    if not examined.best or not asks_for_long_form(examined.question):
        return examined
    asked = [term for word in examined.words for term in word.word.terms]
    if introduction_of(examined.best[0].text, asked):
        return examined
    for document in dict.fromkeys(best.hit.passage.document for best in examined.best):
        if not (passages := passages_of(document)):
            continue
        before = excerpt(document, 0, passages[0].start)
        for text, passage, sentence in chain(_sentences(passages), _headings(passages), _title(passages[0], before)):
            if introduction_of(text, asked):
                # Its passage takes the place of the hit that says least.
                return put_in_front(examined, examined.best[-1], passage, sentence)
    return examined


def _sentences(passages: Sequence[Passage]) -> Iterator[_Place]:
    return ((text, passage, sentence) for passage in passages for sentence, text in enumerate(passage.sentence_texts))


def _headings(passages: Sequence[Passage]) -> Iterator[_Place]:
    return ((words, _line(passage, words, span), 0) for passage in passages for words, span in passage.written_headings)


def _title(passage: Passage, before: str) -> Iterator[_Place]:
    """The title of a document whose first passage follows this text."""
    at = before.find(passage.title)
    if passage.title and at >= 0:
        yield passage.title, _line(passage, passage.title, (at, at + len(passage.title))), 0


def _line(passage: Passage, words: str, span: Span) -> Passage:
    """A line of the passage's document by itself."""
    return replace(
        passage,
        section=(),
        headings=(),
        lead=None,
        lead_text="",
        start=span[0],
        end=span[1],
        text=words,
        sentences=(span,),
        kinds=("heading",),
        blocks=(0,),
    )
