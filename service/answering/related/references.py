"""References: sentences that say where the answer stands, such as "For the fees see the tariff", and what they mean.

A sentence that says which edition a document is, "Version 2.1 of May 2017", refers to all of it, and one with a mark
to the note of the mark.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from corpus.documents import DocumentInfo, Passage
from corpus.prose.marks import mark_of, marks_in
from index.retrieval.words import terms
from index.search import Hit
from service.answering.examined import Reference
from service.answering.question.answer_type import LOOKED_AT
from service.answering.question.content_words import WeightedWord, held_terms

ABOUT = 0.5  # share of the question's words, by weight, that a reference and what it means have to hold together
MOST_MEANT = 2  # documents that are looked up for one question because hits refer to them

_LONGEST = 5  # words of a name
_REFERS = re.compile(
    r"\b(?:see|consult|check|read|refer to|look (?:in|at|up)"
    r"|(?:found|given|listed|shown|stated|printed|published|explained|described|set out|stands?) (?:in|on)"
    r")\s+(?:also\s+)?(?:the\s+|our\s+|its\s+)?"
    rf"(?P<name>[^\W_][\w’'-]*(?: [\w’'-]+(?:\.\d+)*){{0,{_LONGEST - 1}}})",
    re.IGNORECASE,
)
# "For the fees, see the tariff" says nothing else; "The fee is 9 crowns (see the tariff)" does.
_ONLY_REFERS = re.compile(
    r"\W*(?:for|to|as (?:to|for)|about|on|regarding|concerning|please|see|consult|check|read|refer|look)\b",
    re.IGNORECASE,
)
_SAYS_MORE = re.compile(r"[(;–—]|,\s*$")
_ASKS_WHERE = re.compile(
    r"\bwhere\b.*\b(?:find|found|look|read|see|stand|written|given|listed|published|informat)"
    r"|\b(?:what|which) (?:\w+ )?(?:document|page|sheet|guide|list|leaflet|manual|notice|chapter|section|annex)\b",
    re.IGNORECASE,
)
# It stands above all else: "Version 2.1 - in force from 1 July 2017", "Edition of May 2011. Repealed in 2022."
_EDITION = re.compile(
    r"\W*(?:this is (?:the )?)?(?:version|edition|revision|rev\.|issue|status|as of)\b"
    r"(?:(?!replac|supersed|repeal|instead)[^\n.;(–]|\.(?=\d)){1,60}",
    re.IGNORECASE,
)
_ABOVE_ALL = 400  # characters of a document
_NUMBERED = re.compile(r"\W*(?P<number>\d{1,3}(?:\.\d{1,3}){0,3})\b\.?\s+\S")  # "4 Cancelling", "§ 4.2. Fees"
_PARTS = ("section", "chapter", "clause", "article", "paragraph", "part", "point", "rule")
_SUBTITLE = re.compile(r"\s*[:–—(|,.].*| - .*")


@dataclass(frozen=True, slots=True)
class References:
    """What is referred to: by the id of a passage, the reference that means it.

    `referring` are the sentences, by the id of their passage, that only say where the answer stands.
    """

    meant: Mapping[str, Reference]
    referring: Mapping[str, frozenset[int]]


def find_references(question: str, words: Sequence[WeightedWord], hits: Sequence[Hit]) -> References:
    """The references among the hits to the title or a heading of another one, as far as they are about the question.

    A sentence that refers is an answer where the question asks for the place, so then it is not among `referring`.
    """
    meant = dict(chain(_editions_named(words, hits), _noted(words, hits)))
    referring: dict[str, frozenset[int]] = {}
    for hit in hits:
        for number, text in enumerate(hit.passage.sentence_texts):
            if not (names := frozenset(_names(text))):
                continue
            targets = [other for other in hits if names & _called_by(hit.passage, other.passage)]
            targets = [target for target in targets if not _holds(target, hit)]
            targets = [target for target in targets if _is_about(words, text, target.passage)]
            for target in targets:
                meant.setdefault(target.passage.id, Reference(hit, number))
            if targets and _only_refers(text):
                referring[hit.passage.id] = referring.get(hit.passage.id, frozenset()) | {number}
    return References(meant, {} if _ASKS_WHERE.search(question, 0, LOOKED_AT) else referring)


def _editions_named(words: Sequence[WeightedWord], hits: Sequence[Hit]) -> Iterator[tuple[str, Reference]]:
    """The sentences that say which edition a document is, where the question names that, for each hit of it."""
    asked = {term for word in words if word.is_number for term in word.word.terms}
    for hit in hits if asked else ():
        if hit.passage.start >= _ABOVE_ALL or hit.passage.section:
            continue
        for number, text in enumerate(hit.passage.sentence_texts):
            if (stated := _EDITION.match(text)) and asked.intersection(terms(stated[0])):
                alike = (other.passage for other in hits if other.passage.document == hit.passage.document)
                yield from ((passage.id, Reference(hit, number)) for passage in alike)


def _noted(words: Sequence[WeightedWord], hits: Sequence[Hit]) -> Iterator[tuple[str, Reference]]:
    """The sentences about the question whose mark sends to the only note of another hit of their document."""
    for other in hits:
        marks = [mark for text in other.passage.sentence_texts if (mark := mark_of(text))]
        for hit in hits if len(marks) == 1 else ():
            if hit is other or hit.passage.document != other.passage.document:
                continue
            for number, text in enumerate(hit.passage.sentence_texts):
                in_row = hit.passage.kinds[number] == "row"
                if marks[0] in marks_in(text, in_row=in_row) and _is_about(words, text, other.passage):
                    yield other.passage.id, Reference(hit, number)


def states_edition(reference: Reference | None) -> bool:
    """Whether what a passage is known by says which edition it is of."""
    return reference is not None and bool(_EDITION.match(reference.text))


def by_title(infos: Iterable[DocumentInfo]) -> Mapping[str, Sequence[str]]:
    """The ids of the documents that have each title, in small letters, with and without what follows a mark in it."""
    found: dict[str, list[str]] = {}
    for info in infos:
        for name in _short_and_long(info.title):
            found.setdefault(name, []).append(info.id)
    return found


def referred_names(hits: Iterable[Hit]) -> list[str]:
    """What sentences of the hits may refer to, in small letters, in their order."""
    return list(dict.fromkeys(name for hit in hits for text in hit.passage.sentence_texts for name in _names(text)))


@lru_cache(maxsize=1 << 13)  # sentences of hits come again and again
def _names(text: str) -> tuple[str, ...]:
    """What a sentence may refer to, in small letters: the words behind "see the", as many as there are, and fewer."""
    found = (match["name"].lower().split() for match in _REFERS.finditer(text))
    return tuple(" ".join(words[:count]) for words in found for count in range(1, len(words) + 1))


def _only_refers(text: str) -> bool:
    match = _REFERS.search(text)
    return bool(_ONLY_REFERS.match(text) or (match and not _SAYS_MORE.search(text, 0, match.start())))


def _called(passage: Passage) -> set[str]:
    """What a passage is called: its document's title and its own heading, with and without what follows a mark."""
    return {name for called in (passage.title, *passage.section[-1:]) for name in _short_and_long(called)}


def _called_by(passage: Passage, other: Passage) -> set[str]:
    """What a passage may call another one: a part of its own document also by the number of its heading."""
    numbered = _NUMBERED.match(other.section[-1]) if other.section and passage.document == other.document else None
    return _called(other) | ({f"{part} {numbered['number']}" for part in _PARTS} if numbered else set())


@lru_cache(maxsize=1 << 12)
def _short_and_long(title: str) -> frozenset[str]:
    name = " ".join(title.lower().split())
    return frozenset((name, _SUBTITLE.sub("", name))) - {""}


def _holds(hit: Hit, other: Hit) -> bool:
    """Whether a passage stands under the same headings as another, so that one does not refer to the other."""
    one, two = hit.passage, other.passage
    return (one.document, one.section) == (two.document, two.section)


def _is_about(words: Sequence[WeightedWord], text: str, meant: Passage) -> bool:
    """Whether a reference adds words of the question to what it means, and both together hold enough of them."""
    own = held_terms(meant.text) | held_terms(meant.context)
    here, added = (
        sum(word.weight for word in words if not held.isdisjoint(word.word.terms))
        for held in (own, own | held_terms(text))
    )
    return added > here and added >= ABOUT * sum(word.weight for word in words)
