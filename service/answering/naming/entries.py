"""Entries of glossaries and lists of terms: "What is a passage?" is answered by "| passage | whole sentences ... |"."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from corpus.documents import Passage, Span
from corpus.prose.cells import cells_of
from index.retrieval.words import terms
from service.answering.choosing.choose import put_in_front
from service.answering.examined import BestSentence, Examined

SURELY = 0.6  # how sure the reader may be of another sentence, -1 to 1
MOST_WORDS = 6  # of a term

_ASKS = re.compile(
    r"\W*(?:what|who)(?:['’]s| is| are| was| were)(?: meant by| the meaning of)? (?:(?:an?|the) )?"
    r"(?P<term>[^?]{2,80}?)\W*"
    r"|\W*what do(?:es)? (?:(?:an?|the) )?(?P<meant>[^?]{2,80}?) mean\W*",
    re.IGNORECASE,
)
_GLOSSARY = re.compile(
    r"\b(?:glossary|terms|definitions?|vocabulary|abbreviations|what .{1,40} means?)\b", re.IGNORECASE
)
# "Passage: whole sentences", "**passage** - whole sentences".
_ENTRY = re.compile(r"\W{0,6}(?P<term>[^:\n–—|]{2,80}?)[*_`\"”]{0,3}(?::|\s[-–—=])\s+(?P<said>\S.*)", re.DOTALL)


def put_entry_first(examined: Examined, passages_of: Callable[[str], Sequence[Passage]]) -> Examined:
    """The same with the entry in front whose term is all that the question asks for.

    It may stand anywhere in the documents of the hits: what is defined once is spoken of everywhere. Where there are
    several, that of a glossary counts. Where there is no single one, or the reader is sure of another sentence and
    there is no glossary, nothing changes. `passages_of` gives the passages of a document, in order.
    """
    first = examined.best[0] if examined.best else None
    if first is None or not asked_term(examined.question):
        return examined
    found = [
        (passage, number)
        for document in dict.fromkeys(best.hit.passage.document for best in examined.best)
        for passage in passages_of(document)
        for number in range(len(passage.sentences))
        if said_of(examined.question, passage, number)
    ]
    in_glossary = [entry for entry in found if _GLOSSARY.search(" > ".join((entry[0].title, *entry[0].section)))]
    is_sure = entry_of(examined.question, first) or first.measured.features.read[first.sentence] >= SURELY
    entries = in_glossary or ([] if is_sure else found)
    return put_in_front(examined, examined.best[-1], *entries[0]) if len(entries) == 1 else examined


def entry_of(question: str, best: BestSentence) -> Span | None:
    """Where in a sentence stands what it says of the term that the question asks for, if it is the entry of that."""
    return said_of(question, best.hit.passage, best.sentence)


def said_of(question: str, passage: Passage, sentence: int) -> Span | None:
    """The same of the sentence of this number."""
    asked = asked_term(question)
    if not asked:
        return None
    text = passage.text_at(passage.sentences[sentence])
    if passage.kinds[sentence] == "row":
        cells = list(cells_of(text))
        if len(cells) != 2 or _key(cells[0][0]) != asked:
            return None
        said, at = cells[1]
        return at, at + len(said)
    match = _ENTRY.fullmatch(text)
    if match and _key(match["term"]) == asked:
        return match.span("said")
    # In a list of definitions, the term is a line of its own.
    follows_term = sentence > 0 and passage.blocks[sentence - 1 : sentence] != passage.blocks[sentence : sentence + 1]
    if follows_term and _key(passage.text_at(passage.sentences[sentence - 1])) == asked:
        return len(text) - len(text.lstrip(": ")), len(text)
    return None


@lru_cache(maxsize=64)  # it is asked for every sentence of a document
def asked_term(question: str) -> tuple[str, ...]:
    """The terms of what a question wants explained, where it asks for nothing else; else none."""
    match = _ASKS.fullmatch(question)
    return _key(match["term"] or match["meant"]) if match else ()


def _key(words: str) -> tuple[str, ...]:
    return tuple(terms(words)) if words.count(" ") < MOST_WORDS else ()
