"""Words and their terms: what lexical search counts, and the words of a question.

A term is what words that mean the same have in common: the stem of an English word in one spelling, a number in digits,
pairs of characters in a script without spaces. `index.retrieval.notation` adds the terms of codes, dates and numbers.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from corpus.folding import fold
from index.encoding.encoder import EncodedQuery
from index.retrieval.notation import (
    CLOCK,
    CODE,
    DATE,
    GROUPED,
    SIGNED,
    clock_terms,
    compound_terms,
    date_terms,
    extra_terms,
    has_digit,
    may_be_signed,
)
from index.retrieval.numerals import MAKERS, numeral_terms, plain_number
from index.retrieval.stemming import stem

_MARKS = "\u0300-\u036f\u0591-\u05c7\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc\u09be-\u09cd"
_MARKS += (
    "\u0a01-\u0a51\u0a81-\u0acd\u0b01-\u0b57\u0b82-\u0bcd\u0c00-\u0c56\u0c81-\u0cd6\u0d00-\u0d4d\u0e31\u0e34-\u0e3a"
)
_MARKS += "\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"
WORD = re.compile(rf"\w[\w{_MARKS}]*")  # letters, digits and underscores of any script, with the marks on them
_UNPARTED = (  # scripts that put no spaces between words
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003134f"
)
_UNPARTED_RUN = re.compile(f"[{_UNPARTED}]+")
_SIGNS = {"%": "percent", "&": "and", "€": "euro", "£": "pound", "$": "dollar", "¥": "yen"}
_SIGN = re.compile("[%&€£$¥]")


def terms(text: str) -> list[str]:
    """The terms of a text."""
    return [term for word in words(text) if (term := stem(word))]


def words(text: str) -> list[str]:
    """What `stem` makes the terms of a text from: its words in lower case, and its terms that are no words."""
    folded = fold(text).text
    bare = SIGNED.sub(" ", folded) if may_be_signed(folded) else folded
    if has_digit(bare):
        bare = GROUPED.sub(" ", bare)
    found = WORD.findall(bare.lower())
    if not folded.isascii():
        found = [part for word in found for part in _parts(word)]
    if "_" in bare:  # "members_2025" is two words as well
        found += [part for word in found if "_" in word for part in word.split("_") if part]
    found += signs(folded)
    found += [*extra_terms(folded), *numeral_terms(folded, found)]
    return found


def signs(folded: str) -> list[str]:
    """The names and numbers of which a sign is part, and the signs that are words, as words in lower case."""
    names = [word.lower() for word in SIGNED.findall(folded)] if may_be_signed(folded) else []
    return names + [_SIGNS[sign] for sign in _SIGN.findall(folded)]


def _parts(word: str) -> Iterator[str]:
    """The word itself, or the pairs of characters of each stretch in a script that does not part words."""
    last = 0
    for run in _UNPARTED_RUN.finditer(word):
        if last < run.start():
            yield word[last : run.start()]
        letters = run[0]
        yield from (letters[at : at + 2] for at in range(len(letters) - 1)) if len(letters) > 1 else (letters,)
        last = run.end()
    if last < len(word):
        yield word[last:]


UNKNOWN_STEM = ""  # a stem that no text holds


class Frequencies(Protocol):
    """Whatever knows how many passages hold a stem."""

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        """As `LexicalIndex.inverse_frequencies`."""


class Lexicon(Frequencies, Protocol):
    """Whatever knows all stems as well."""

    @property
    def vocabulary(self) -> Collection[str]:
        """Every stem that a passage holds; empty where they are not at hand."""


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of a question: `[start:end]` of its text, its terms, and the rows of its tokens.

    `terms` are alternatives: a text that holds one of them holds the word, the first being what the word says itself.
    """

    text: str
    start: int
    end: int
    terms: tuple[str, ...]
    tokens: range

    @property
    def stem(self) -> str:
        """The first of the terms."""
        return self.terms[0]


def query_words(query: EncodedQuery) -> tuple[QueryWord, ...]:
    """Every word of a folded question, in order; a code, a date or a number with marks in it is one word."""
    return _words_with_tokens(query.text, query.spans)


@lru_cache(maxsize=64)  # they are asked for several times for each question
def _words_with_tokens(question: str, spans: tuple[tuple[int, int], ...]) -> tuple[QueryWord, ...]:
    starts = [start for start, _ in spans]
    return tuple(
        QueryWord(text, start, end, terms, range(bisect_left(starts, start), bisect_left(starts, end)))
        for text, start, end, terms in words_with_terms(question)
    )


def words_with_terms(text: str) -> Iterator[tuple[str, int, int, tuple[str, ...]]]:
    """Every word of a folded text, where it starts and ends, and its terms, as `QueryWord` has them."""
    at = 0
    for start, end, terms in (*_compounds(text), (len(text), len(text), ())):
        for match in WORD.finditer(text, at, start):
            if match[0].isascii():
                word = match[0].lower()
                number = plain_number(word)
                yield match[0], *match.span(), (word, number) if number else (stem(word),)
            else:
                yield from _parts_of(match)
        if terms:
            yield text[start:end], start, end, terms
        at = end


def _compounds(text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """Start, end and terms of what is one word though it has marks or spaces in it, in order; the earlier kind wins."""
    found: list[tuple[int, int, tuple[str, ...]]] = []
    makers = (
        (DATE, lambda match: date_terms(match)[:1]),
        (CLOCK, clock_terms),
        (SIGNED, lambda match: compound_terms(match[0])),
        (CODE, lambda match: [term for term in compound_terms(match[0]) if _is_whole(term)]),
        *MAKERS,
    )
    for pattern, make in makers:
        for match in pattern.finditer(text):
            terms = tuple(make(match))
            at = bisect_left(found, match.span())
            is_free = (at == 0 or found[at - 1][1] <= match.start()) and (
                at == len(found) or found[at][0] >= match.end()
            )
            if terms and is_free:
                found.insert(at, (*match.span(), terms))
    return found


def _is_whole(term: str) -> bool:
    """Whether a term says all that a code says, not only a part of a date."""
    return not (term.isalpha() or (term.isdigit() and len(term) < 3) or _SHORT_DATE.fullmatch(term))


_SHORT_DATE = re.compile(r"\d\d-\d\d|(?:19|20)\d\d")


def _parts_of(match: re.Match[str]) -> Iterator[tuple[str, int, int, tuple[str, ...]]]:
    """The word, or its parts where its script does not part words."""
    word, offset = match[0], match.start()
    lowered, at = word.lower(), 0
    for part in _parts(lowered):
        at = max(lowered.find(part, at), 0)
        yield word[at : at + len(part)], offset + at, offset + at + len(part), (stem(part),)
