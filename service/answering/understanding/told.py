"""What of a question tells instead of asking: "I have worked here for two years. How many days of leave do I get?"."""

import re
from collections.abc import Callable, Iterable, Set
from functools import lru_cache

from corpus.documents import Span
from corpus.prose.asking import BEGINS_TO_ASK
from service.answering.question.answer_type import LOOKED_AT
from service.answering.question.content_words import content_terms
from service.answering.understanding.courtesies import sentences_of

FEWEST = 2  # terms of what asks; with fewer it says too little alone
_PRONOUN = re.compile(r"\b(?:it|they|them|their|he|him|his|she|her)\b", re.IGNORECASE)
# "Where is the key - asking for a neighbour?", "What is the fee, as I have to pay it?"
_TAIL = re.compile(
    rf"(?: [-–—] (?!{BEGINS_TO_ASK.pattern})|, (?:because|since|as) )"
    r"(?=[^?]*\b(?:asking|I|my|me|we|our|us|for (?:an?|my|our))\b)[^?]*(?=\??$)"
)


@lru_cache(maxsize=64)
def told_parts(question: str) -> tuple[Span, ...]:
    """Where a question tells: sentences beside those that ask, and clauses at its end about who asks.

    None where what asks says too little alone.
    """
    parts, start = list[Span](), 0
    sentences = sentences_of(question) if len(question) <= LOOKED_AT else []
    asks = any(sentence.endswith("?") for sentence in sentences)
    for sentence in sentences:
        if asks and not sentence.endswith("?") and not BEGINS_TO_ASK.match(sentence):
            parts.append((start, start + len(sentence)))
        elif tail := _TAIL.search(sentence):
            parts.append((start + tail.start(), start + tail.end()))
        start += len(sentence) + 1
    return tuple(parts) if len(content_terms(_without(question, parts))) >= FEWEST else ()


def without_unrelated(question: str, said_of: Callable[[str], Set[str]]) -> str:
    """The question without what it tells that the texts say nothing of.

    That may be what "it" stands for, and a number may lie in a range of the texts. `said_of` gives the terms of the
    passage that comes first for a question: for what is asked, and for all of it.
    """
    told = told_parts(question)
    if not told:
        return question
    asked = _without(question, told)
    if _PRONOUN.search(asked):
        return question
    own, said = content_terms(asked), said_of(asked) | said_of(question)

    def is_unrelated(text: str) -> bool:
        return not (content_terms(text) - own) & said and not any(map(str.isdigit, text))

    return _without(question, [part for part in told if is_unrelated(question[slice(*part)])])


def _without(question: str, parts: Iterable[Span]) -> str:
    for start, end in reversed(list(parts)):
        question = question[:start] + question[end:]
    return " ".join(question.split())
