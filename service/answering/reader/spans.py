"""From a reader's logits to the words that answer, and how sure it is of them.

The score of a span is its start logit plus its end logit, less those of null (position 0). Above 0, the reader finds it
likelier that the span answers than that nothing does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from corpus.documents import Span
from index.arrays import Vectors
from service.answering.reader.rows import Row, RowTokenizer, Text

MAX_SPAN = 40  # tokens of an answer, at most
STRIDE = 96  # tokens between the beginnings of two windows of a long text


@dataclass(frozen=True, slots=True)
class RowScores:
    """Start and end logits of a row, (1 + text tokens,) each: null first, then the tokens that can be chosen."""

    starts: Vectors
    ends: Vectors


class Scorer(Protocol):
    """Whatever runs a reader's weights."""

    def score(self, rows: Sequence[Row]) -> Iterable[RowScores]:
        """The logits of each row, in order."""


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """What is read for one hit. `sentences` are stretches of the text that an answer may lie in, never across two."""

    question: str
    title: str
    text: str
    sentences: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Reading:
    """Characters `start` to `end` of a text, the words likeliest to answer, and their score.

    `is_marked` is false where the reader marks no words, and the whole sentence stands for them.
    """

    start: int
    end: int
    score: float
    is_marked: bool = True


UNREAD = float("-inf")  # the score of a sentence that was not read, or that has no tokens


def unread(given: ReaderInput) -> list[Reading]:
    """What stands for the readings of a text that was not read."""
    return [Reading(start, end, UNREAD) for start, end in given.sentences]


def best_span(starts: Vectors, ends: Vectors) -> tuple[int, int, float]:
    """First and last token of the likeliest span, from the logits (tokens,), and their sum; needs one token or more."""
    sums = starts[:, None] + ends[None, :]
    ones = np.ones(sums.shape, bool)
    allowed = np.triu(ones) & ~np.triu(ones, MAX_SPAN)
    first, last = divmod(int(np.where(allowed, sums, -np.inf).argmax()), len(starts))
    return first, last, float(sums[first, last])


def read_spans(scorer: Scorer, tokenizer: RowTokenizer, inputs: Sequence[ReaderInput]) -> list[list[Reading]]:
    """The likeliest words of each sentence of each input; of a text with several windows, those with the best score.

    Raises FloatingPointError where a logit is no number.
    """
    asked = {question: tokenizer.encode(question) for question in {each.question for each in inputs}}
    texts = [tokenizer.encode(each.text) for each in inputs]
    windows = [
        tokenizer.windows(asked[each.question], tokenizer.encode(each.title), text, STRIDE)
        for each, text in zip(inputs, texts, strict=True)
    ]
    scored = map(_finite, scorer.score([row for rows in windows for row in rows]))
    return [
        _sentences(each.sentences, text, [(row, next(scored)) for row in rows])
        for each, text, rows in zip(inputs, texts, windows, strict=True)
    ]


def _finite(scores: RowScores) -> RowScores:
    if not (np.isfinite(scores.starts).all() and np.isfinite(scores.ends).all()):
        raise FloatingPointError("a logit is no number")
    return scores


def _sentences(sentences: Sequence[Span], text: Text, scored: Sequence[tuple[Row, RowScores]]) -> list[Reading]:
    """The best reading of each sentence in any window that holds tokens of it."""
    firsts = np.searchsorted(text.offsets[:, 1], [start for start, _ in sentences], side="right")
    lasts = np.searchsorted(text.offsets[:, 0], [end for _, end in sentences], side="left")
    readings = []
    for (start, end), first, last in zip(sentences, firsts.tolist(), lasts.tolist(), strict=True):
        best = Reading(start, end, UNREAD)
        for row, scores in scored:
            begin, stop = max(first - row.first, 0), min(last - row.first, row.last - row.text)
            if begin >= stop:
                continue
            inside = slice(begin + 1, stop + 1)  # null is at 0
            opens, closes, score = best_span(scores.starts[inside], scores.ends[inside])
            score -= float(scores.starts[0] + scores.ends[0])
            if score > best.score:
                offsets = text.offsets[row.first + begin :]
                best = Reading(int(offsets[opens][0]), int(offsets[closes][1]), score)
        readings.append(best)
    return readings
