"""A question's numbers, dates, codes and umlauts as the texts write them: a reader knows words, not what they mean."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from corpus.folding import fold
from index.retrieval.stemming import unaccented
from index.retrieval.words import words_with_terms

_WHOLE_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_YEAR = len("2024-")
_MAYBE_UMLAUT = re.compile(r"(?<!\w)(?=\w*(?:[ß-ɏ]|[aou]e|ss|aa))\w+", re.IGNORECASE)


def as_written(question: str, texts: Iterable[str]) -> str:
    """The question with each number, date, time, code or umlaut in it that the texts write otherwise, as they do.

    Stays as it is where some text writes it like the question, or where different things in the texts may be meant.
    """
    asked = _asked(question)
    if not asked:
        return question
    written = [_written(text) for text in texts]
    for start, end, terms in reversed(asked):
        forms = dict.fromkeys(form for each in written for term in terms for form in each.get(term, ()))
        word = question[start:end]
        if forms and word.lower() not in map(str.lower, forms) and _is_one_thing(forms):
            question = question[:start] + next(iter(forms)) + question[end:]
    return question


@lru_cache(maxsize=64)  # each hit of a question asks for them
def _asked(question: str) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
    """Where each number, date, time, code and word with an umlaut starts and ends in a question, and its terms."""
    notations = ((start, end, terms) for _, start, end, terms in words_with_terms(question) if _is_notation(terms))
    words = ((*match.span(), (unaccented(match[0].lower()),)) for match in _MAYBE_UMLAUT.finditer(question))
    return tuple(sorted((*notations, *words)))


@lru_cache(maxsize=2048)  # texts of hits, which come again and again
def _written(text: str) -> Mapping[str, tuple[str, ...]]:
    """By the term of each number, date, time, code and word with an umlaut in a text, how it is written there."""
    found: dict[str, dict[str, None]] = {}
    folded = fold(text).text
    for match in _MAYBE_UMLAUT.finditer(folded):
        found.setdefault(unaccented(match[0].lower()), {})[match[0]] = None
    for word, _, _, terms in words_with_terms(folded):
        if _is_notation(terms):
            for term in terms:
                form = term if term in word else word  # 2024-03-05T14:00 is a day and a time
                found.setdefault(term, {})[form] = None
                if _WHOLE_DATE.fullmatch(term):  # a day may be asked for without its year
                    found.setdefault(term[_YEAR:], {})[form] = None
    return MappingProxyType({term: tuple(forms) for term, forms in found.items()})


def _is_notation(terms: tuple[str, ...]) -> bool:
    return any(character.isdigit() for term in terms for character in term)


def _is_one_thing(forms: Iterable[str]) -> bool:
    """Whether all of these say the same, and none of them more than another."""
    said = {frozenset(terms) for form in forms for _, _, _, terms in words_with_terms(form)}
    return len(said) == 1
