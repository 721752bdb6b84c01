"""Words and their stems: what lexical search counts, and the words of a question."""

import re
import threading
from bisect import bisect_left
from dataclasses import dataclass
from typing import Protocol

import Stemmer

from index.encoding.encoder import EncodedQuery

WORD = re.compile(r"(?u)\b\w+\b")


def terms(text: str) -> list[str]:
    """Lower-case words, stemmed for English (Porter 2), in order."""
    return stems(WORD.findall(text.lower()))


def stems(words: list[str]) -> list[str]:
    """The stem of each word, lower-case or not."""
    stemmed: list[str] = _PER_THREAD.stemmer.stemWords([word.lower() for word in words])
    return stemmed


def stem(word: str) -> str:
    """The stem of one lower-case word."""
    stemmed: str = _PER_THREAD.stemmer.stemWord(word)
    return stemmed


class _PerThread(threading.local):
    """A stemmer for each thread: it keeps a cache, which two threads must not share."""

    def __init__(self) -> None:
        self.stemmer = Stemmer.Stemmer("english")


_PER_THREAD = _PerThread()


class Frequencies(Protocol):
    """Whatever knows how many passages hold a stem."""

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        """As `LexicalIndex.inverse_frequencies`."""


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of a question: `[start:end]` of its text, the word's stem, and the rows of its tokens."""

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
