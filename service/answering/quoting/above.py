"""What has to be quoted above a sentence, for it says what that is about: a question, a field, an item, a row."""

import re

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Passage
from corpus.prose.asking import is_question
from corpus.prose.marks import mark_of, marks_in
from corpus.prose.nesting import above, stand_below
from index.arrays import Vectors
from service.answering.quoting.quotes import announces, completes

_FIELD = re.compile(r"[^\w\n]*[^\W\d_][^:\n]{0,40}:[*_\s]")  # "Found on: 9 October", "**Age:** 4 years"


def field_that_names(passage: Passage, sentence: int, support: Vectors, particular: NDArray[np.bool_]) -> int | None:
    """The earlier field of the same form that names what this one says something of: "Name: Ada" above "Age: 9".

    It holds a name or a number of the question that this one lacks, or is the first of the form and holds any word of
    it. `support` is as for `span_to_quote`; `particular` says which of its words are names or numbers. None where the
    sentence is no field, or no field above it is such a one.
    """
    below, first = len(passage.text), sentence
    for number in range(sentence, -1, -1):
        start, end = (place - passage.start for place in passage.sentences[number])
        is_field = passage.kinds[number] == "record" and _FIELD.match(passage.text, start)
        if not is_field or (number < sentence and passage.text.count("\n", end, below) > 1):
            break
        if completes(support[particular, number], support[particular, sentence]):
            return number
        below, first = start, number
    return first if completes(support[:, first], support[:, sentence]) else None


def leading_to(passage: Passage, sentence: int, support: Vectors) -> int | None:
    """The sentence before this one that asks for it or announces it, where that holds a word of the question it lacks.

    In a chat, "Me, it hangs in my kitchen" says nothing by itself, nor does a command. `support` is as for
    `span_to_quote`.
    """
    before = sentence - 1
    is_code = passage.kinds[sentence] == "code"
    if before < 0 or not (
        is_question(passage.text_at(passage.sentences[before])) or (is_code and announces(passage, before) == "code")
    ):
        return None
    return before if completes(support[:, before], support[:, sentence]) else None


def bearer_of_mark(passage: Passage, sentence: int, support: Vectors) -> int | None:
    """The earlier sentence that bears the mark of which this one is the note, where that holds a word this one lacks.

    `support` is as for `span_to_quote`.
    """
    texts, kinds = passage.sentence_texts, passage.kinds
    if not (mark := mark_of(texts[sentence])):
        return None
    bearers = (number for number in range(sentence) if mark in marks_in(texts[number], in_row=kinds[number] == "row"))
    return next((number for number in bearers if completes(support[:, number], support[:, sentence])), None)


def holder(passage: Passage, sentence: int, support: Vectors) -> int | None:
    """The sentence that this one stands below: an item with others nested in it, or the row that names its group.

    Of several, the nearest that holds a word this one lacks, or else the nearest. `support` is as for `span_to_quote`.
    """
    holders = list(above(stand_below(passage), sentence))
    lacked = (number for number in holders if completes(support[:, number], support[:, sentence]))
    return next(lacked, next(iter(holders), None))
