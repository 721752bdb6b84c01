"""Where a question asks what a short form stands for, what introduces that form is the first answer."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeAlias

from corpus.documents import Passage, Span
from service.answering.choosing.choose import put_in_front
from service.answering.examined import Examined
from service.answering.question.acronyms import asks_for_long_form, introduction_of, spelled_by
from service.answering.question.content_words import WeightedWord

_JOINED = re.compile(r"[^\W_][\w-]*")

_Place: TypeAlias = tuple[str, Passage, int]
"""A sentence, the passage that holds it, and its number in that."""


def put_long_form_first(
    examined: Examined, passages_of: Callable[[str], Sequence[Passage]], excerpt: Callable[[str, int, int], str]
) -> Examined:
    """The same with the sentence in front, the heading or the title, that introduces the short form asked about.

    It may stand anywhere in the documents of the hits: where the form is used most, it is known already. Where nothing
    introduces it, names that spell it do: beside it, or else anywhere, if no others spell it. `passages_of` gives the
    passages of a document, in order, and `excerpt` what stands between two positions of it.
    """
    if not examined.best or not asks_for_long_form(examined.question):
        return examined
    asked, written = _terms(examined.words), _written(examined.question, examined.words)
    first = examined.best[0].text
    if introduction_of(first, asked) or _spelled_beside(first, written):
        return examined
    chosen = _saying_it(list(_places(examined, passages_of, excerpt)), asked, written)
    # Its passage takes the place of the hit that says least.
    return put_in_front(examined, examined.best[-1], *chosen[1:]) if chosen else examined


def long_form_in(text: str, question: str, words: Sequence[WeightedWord]) -> Span | None:
    """Where a text says what a short form stands for, or what the short form is, if the question asks for that."""
    if not asks_for_long_form(question):
        return None
    return introduction_of(text, _terms(words)) or spelled_by(text, _written(question, words))


def _saying_it(places: Sequence[_Place], asked: Sequence[str], written: Sequence[str]) -> _Place | None:
    """What introduces the short form, else what spells it beside it, else what spells it if nothing else does."""
    if introduced := next((place for place in places if introduction_of(place[0], asked)), None):
        return introduced
    spelled = [(place, place[0][slice(*names)]) for place in places if (names := spelled_by(place[0], written))]
    if beside := next((place for place, _ in spelled if _spelled_beside(place[0], written)), None):
        return beside
    return spelled[0][0] if len({names.casefold() for _, names in spelled}) == 1 else None


def _terms(words: Sequence[WeightedWord]) -> list[str]:
    return [term for word in words for term in word.word.terms]


def _written(question: str, words: Sequence[WeightedWord]) -> list[str]:
    """The words of the question as they are written there, with what hyphens join to them: "CG-ITAM"."""
    places = {word.word.start for word in words}
    return [match[0] for match in _JOINED.finditer(question) if places.intersection(range(*match.span()))]


def _spelled_beside(text: str, written: Sequence[str]) -> bool:
    """Whether a text spells one of these words and holds it."""
    return any(spelled_by(text, [word]) and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in written)


def _places(
    examined: Examined, passages_of: Callable[[str], Sequence[Passage]], excerpt: Callable[[str, int, int], str]
) -> Iterator[_Place]:
    """Every sentence, heading and title of the documents of the hits."""
    for document in dict.fromkeys(best.hit.passage.document for best in examined.best):
        if passages := passages_of(document):
            before = excerpt(document, 0, passages[0].start)
            yield from chain(_sentences(passages), _headings(passages), _title(passages[0], before))


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
