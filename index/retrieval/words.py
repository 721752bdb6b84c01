"""Words and their stems: what lexical search counts, and the words of a question with their tokens."""

import re
import threading
from bisect import bisect_left
from dataclasses import dataclass
from typing import Protocol

import Stemmer

from index.encoding.encoder import EncodedQuery

WORD = re.compile(r"(?u)\b\w+\b")  # letters, digits and underscores of any script


def terms(text: str) -> list[str]:
    """The stems of the words of a text, in order: lower case, stemmed for English (Porter 2)."""
    return stems(WORD.findall(text.lower()))


def stems(words: list[str]) -> list[str]:
    """The stem of each word, whatever its case."""
    stemmed: list[str] = _PER_THREAD.stemmer.stemWords([word.lower() for word in words])
    return stemmed


def stem(word: str) -> str:
    """The stem of one lower-case word."""
    stemmed: str = _PER_THREAD.stemmer.stemWord(word)
    return stemmed


class _PerThread(threading.local):
    """One stemmer a thread: it has a cache that two threads must not share."""

    def __init__(self) -> None:
        self.stemmer = Stemmer.Stemmer("english")


_PER_THREAD = _PerThread()


class Frequencies(Protocol):
    """What knows how many passages of a snapshot hold a stem."""

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        """The inverse document frequency of each stem; a stem that no passage holds gets the largest possible one."""


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of a question: where it stands in the question, its stem, and the rows of its tokens."""

    text: str
    start: int
    end: int
    stem: str
    tokens: range


def query_words(query: EncodedQuery) -> list[QueryWord]:
    """Every word of the question, in order."""
    starts = [start for start, _ in query.spans]
    matches = list(WORD.finditer(query.text))
    stemmed = stems([match[0] for match in matches])
    return [
        QueryWord(
            match[0],
            match.start(),
            match.end(),
            stem,
            range(bisect_left(starts, match.start()), bisect_left(starts, match.end())),
        )
        for match, stem in zip(matches, stemmed, strict=True)
    ]
