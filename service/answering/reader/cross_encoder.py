"""Reading with a cross-encoder, which gives a question and a text one score: each sentence is a row of its own.

It marks no words: the reading of a sentence is the whole sentence.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from service.answering.reader.rows import Row, RowTokenizer
from service.answering.reader.spans import UNREAD, ReaderInput, Reading


class PairScorer(Protocol):
    """Whatever runs a cross-encoder's weights."""

    def score(self, rows: Sequence[Row]) -> Iterable[float]:
        """The score of each row, in order: above 0 where the text rather answers the question."""


def read_sentences(scorer: PairScorer, tokenizer: RowTokenizer, inputs: Sequence[ReaderInput]) -> list[list[Reading]]:
    """Each sentence of each input with its score; what is too long for a row is cut.

    Raises FloatingPointError where a score is no number.
    """
    rows = [_rows(tokenizer, each) for each in inputs]
    scores = iter(scorer.score([row for each in rows for row in each if row]))
    return [
        [
            Reading(start, end, _finite(next(scores)) if row else UNREAD, is_marked=False)
            for (start, end), row in zip(each.sentences, of_each, strict=True)
        ]
        for each, of_each in zip(inputs, rows, strict=True)
    ]


def _rows(tokenizer: RowTokenizer, given: ReaderInput) -> list[Row | None]:
    """A row for each sentence; None for one without tokens."""
    asked, title = tokenizer.encode(given.question), tokenizer.encode(given.title)
    room = tokenizer.room(asked, title)

    def rows() -> Iterator[Row | None]:
        for start, end in given.sentences:
            sentence = tokenizer.encode(given.text[start:end])
            yield tokenizer.row(asked, title, sentence, 0, room) if len(sentence.ids) else None

    return list(rows())


def _finite(score: float) -> float:
    if not math.isfinite(score):
        raise FloatingPointError("a score is no number")
    return score
