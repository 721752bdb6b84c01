"""How well each sentence of a hit answers, in one number: its features, weighed, less what speaks against it."""

from collections.abc import Sequence

import numpy as np

from service.answering.examined import HitSentences
from service.answering.features import Values
from service.answering.question.acronyms import asks_for_long_form, introduction_of
from service.answering.question.content_words import WeightedWord, is_read_by_encoder

# How much an objection takes from a sentence's score.
ASKS = 10.0  # an echo of the question is never chosen where there is anything else
CONTRARY = 0.12
LACKING = 0.1
ANOTHER = 0.4

# What each feature counts when sentences are compared with each other.
UNREAD_WEIGHTS = {"late": 1.0, "coverage": 0.8, "passage": 0.5, "fits": 0.15}
READ_WEIGHTS = {"late": 1.0, "coverage": 0.8, "exact": 0.3, "passage": 0.5, "fits": 0.15, "read": 1.2}


def score_sentences(question: str, measured: HitSentences, words: Sequence[WeightedWord]) -> Values:
    """The score of each sentence of a hit, (sentences,)."""
    features, objections = measured.features, measured.objections
    weights = UNREAD_WEIGHTS if measured.readings is None else READ_WEIGHTS
    if not is_read_by_encoder(question):
        weights = {"coverage": 1.0}
    scores: Values = (
        np.sum([weight * getattr(features, name) for name, weight in weights.items()], axis=0)
        - ASKS * objections.asks
        - CONTRARY * objections.contrary
        - LACKING * objections.lacking
        - ANOTHER * objections.another
    )
    if asks_for_long_form(question):
        stems = {term for word in words for term in word.word.terms}
        scores = scores + [
            float(introduction_of(text, stems) is not None) for text in measured.hit.passage.sentence_texts
        ]
    return scores
