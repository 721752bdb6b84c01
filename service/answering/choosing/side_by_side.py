"""The best sentences of all hits, read as one text: beside the answer, what only looks like it looks less so."""

from collections.abc import Sequence
from math import inf
from typing import TypeAlias

import numpy as np

from service.answering.examined import HitSentences
from service.answering.features import Values, how_sure
from service.answering.reader.compared import MOST_COMPARED, compared_input
from service.answering.reader.inputs import Quoted
from service.answering.reader.reader import Reader

Chosen: TypeAlias = tuple[int, int, Quoted]
"""The number of a hit, that of a sentence in it, and what would be quoted for the sentence."""

WEIGHT = 1.2  # what a reader's certainty counts, as where it reads whole passages
CLEAR = 0.5  # by how much the first sentence may be better than the second; of such ones, 1 in 200 would change places


def read_side_by_side(
    question: str, to_read: str, measured: Sequence[HitSentences], scores: Sequence[Values], reader: Reader
) -> list[Values] | None:
    """The scores of the sentences of several hits, where the best have been read side by side; None where that fails.

    The best of them lose nothing, and the others what the reader is less sure of them.
    """
    chosen = best_quotes(question, measured, scores)
    first, second, *_ = [float(scores[hit][sentence]) for hit, sentence, _ in chosen] + [-inf, -inf]
    if not first - second < CLEAR:
        return list(scores)
    quotes = [quoted for _, _, quoted in chosen]
    readings = reader.read([compared_input(to_read, quotes)], until_sure=False)
    if readings is None:
        return None
    sure = [how_sure(reading) for reading in readings[0]]
    compared = [own.copy() for own in scores]
    for (hit, sentence, _), own in zip(chosen, sure, strict=True):
        compared[hit][sentence] -= WEIGHT * (max(sure) - own)
    return compared


def best_quotes(question: str, measured: Sequence[HitSentences], scores: Sequence[Values]) -> list[Chosen]:
    """The best sentences whose quotes do not overlap, the best one first."""
    ranked = sorted(
        ((float(score), hit, sentence) for hit, own in enumerate(scores) for sentence, score in enumerate(own)),
        key=lambda each: -each[0],
    )
    chosen = list[Chosen]()
    for _, hit, sentence in ranked:
        each = measured[hit]
        if not each.readings or not np.isfinite(each.readings[sentence].score):
            continue
        quoted = each.quoted(question, sentence)
        if not any(quoted.overlaps(other) for _, _, other in chosen):
            chosen.append((hit, sentence, quoted))
        if len(chosen) == MOST_COMPARED:
            break
    return chosen
