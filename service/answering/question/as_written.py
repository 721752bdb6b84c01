"""A question's numbers, dates and codes as the texts write them: a reader knows words, not what numbers mean."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from corpus.folding import fold
from index.retrieval.words import words_with_terms

_WHOLE_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_YEAR = len("2024-")


def as_written(question: str, texts: Iterable[str]) -> str:
    """The question with each number, date, time or code in it that the texts write otherwise, as they write it.

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
    """Where each number, date, time or code of a question starts and ends, and its terms."""
    return tuple((start, end, terms) for _, start, end, terms in words_with_terms(question) if _is_notation(terms))


@lru_cache(maxsize=2048)  # texts of hits, which come again and again
def _written(text: str) -> Mapping[str, tuple[str, ...]]:
    """By the term of each number, date, time or code in a text, how it is written there."""
    found: dict[str, dict[str, None]] = {}
    for word, _, _, terms in words_with_terms(fold(text).text):
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
