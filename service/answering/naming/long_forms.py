"""Where a question asks what a short form stands for, what introduces that form is the first answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from corpus.documents import Passage, Span
from service.answering.choosing.choose import put_in_front
from service.answering.examined import Examined
from service.answering.question.acronyms import asks_for_long_form, introduction_of

MOST_PASSAGES = 1000  # of one document that are looked through


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
        passages = passages_of(document)
        if not 0 < len(passages) <= MOST_PASSAGES:
            continue
        before = excerpt(document, 0, passages[0].start)
        for passage, sentence in (*_sentences(passages), *_headings(passages), *_title(passages[0], before)):
            if introduction_of(passage.sentence_texts[sentence], asked):
                # Its passage takes the place of the hit that says least.
                return put_in_front(examined, examined.best[-1], passage, sentence)
    return examined


def _sentences(passages: Sequence[Passage]) -> Iterator[tuple[Passage, int]]:
    return ((passage, sentence) for passage in passages for sentence in range(len(passage.sentences)))


def _headings(passages: Sequence[Passage]) -> Iterator[tuple[Passage, int]]:
    for passage in passages:
        for words, span in zip(passage.section, passage.headings, strict=False):
            if span[1] - span[0] == len(words):
                yield _line(passage, words, span), 0


def _title(passage: Passage, before: str) -> Iterator[tuple[Passage, int]]:
    """The title of a document whose first passage follows this text."""
    at = before.find(passage.title)
    if passage.title and at >= 0:
        yield _line(passage, passage.title, (at, at + len(passage.title))), 0


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
