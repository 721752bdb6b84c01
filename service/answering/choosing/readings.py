"""The features that reading and comparing give: what the reader says of a sentence, and how far it is from others."""

from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np

from corpus.documents import Passage
from service.answering.features import Features
from service.answering.question.content_words import held_terms
from service.answering.reader.spans import Reading

SURE = 20.0  # a reader's score that counts as quite sure; logits rarely give more
WIDEST = 0.5  # margin of scores that counts


def add_readings(
    features: Sequence[Features], readings: Sequence[Sequence[Reading]], passages: Sequence[Passage]
) -> list[Features]:
    """The features of the sentences of several hits, with those that the reader gives; the others stand beside them."""
    read = [np.array([_how_sure(reading) for reading in sentences], np.float64) for sentences in readings]
    marked = [
        (float(value), passage.text[reading.start : reading.end])
        for values, sentences, passage in zip(read, readings, passages, strict=True)
        for value, reading in zip(values, sentences, strict=True)
    ]
    ranked = [*sorted(marked, reverse=True), (-1.0, "")]  # with one of nothing, so that there always is another
    leads = iter([value - _best_of_others(words, ranked) for value, words in marked])
    return [
        replace(each, read=values, lead=np.array([next(leads) for _ in values], np.float64))
        for each, values in zip(features, read, strict=True)
    ]


def _best_of_others(words: str, ranked: Sequence[tuple[float, str]]) -> float:
    """The first value of other words: the same ones elsewhere, perhaps with more around them, are the same answer."""
    own = held_terms(words)
    return next(value for value, other in ranked if not other or not _is_part(own, held_terms(other)))


def _is_part(terms: Set[str], others: Set[str]) -> bool:
    return terms <= others or others <= terms


def add_compared(features: Features, sentence: int, reading: Reading, *, says_heading: bool = False) -> Features:
    """The features of a hit's sentences, where the reader read the quote of one side by side with others.

    Where the heading above it answers, the reader could not mark that in the passage: there it is as sure as here.
    """
    compared, read, lead = features.compared.copy(), features.read.copy(), features.lead.copy()
    compared[sentence] = _how_sure(reading)
    if says_heading and compared[sentence] > read[sentence]:
        lead[sentence] += compared[sentence] - read[sentence]
        read[sentence] = compared[sentence]
    return replace(features, compared=compared, read=read, lead=lead)


def add_margin(features: Features, sentence: int, margin: float) -> Features:
    """The features of a hit's sentences, where one of them is this far above those of other hits."""
    margins = features.margin.copy()
    margins[sentence] = min(WIDEST, margin)
    return replace(features, margin=margins)


def _how_sure(reading: Reading) -> float:
    """A reader's score as a feature, -1 to 1."""
    return max(-1.0, min(1.0, reading.score / SURE))
