"""Fit what each feature counts when the sentences of a question's hits are compared with each other.

Conditional logistic regression: the chance that a sentence is chosen is the softmax of its weighted features over all
sentences of the first hits, and the likelihood is the chance that a right one is (McFadden 1974). Every set counts by
the square root of its questions, so that no large one decides alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from eval import formulas
from eval.datasets.questions import Dataset, Gold
from eval.formulas import Values
from eval.runs.grades import Grader
from index.build import Progress, silent
from service.answering.choosing.scores import ASKS, READ_WEIGHTS
from service.answering.engine import Engine
from service.answering.examined import HitSentences
from service.answering.quoting.quotes import span_to_quote

PENALTY = 0.0002  # on the square of each weight, for each question


@dataclass(frozen=True, slots=True)
class Compared:
    """The sentences of the first hits of one question: `features` (sentences, weights) and `right` (sentences,).

    `asks` (sentences,) is 1 where a sentence is a question itself, and never chosen.
    """

    features: Values
    right: Values
    asks: Values


def compare_sentences(engine: Engine, dataset: Dataset, progress: Progress = silent) -> list[Compared]:
    """Every answerable question whose first hits hold a right sentence and a wrong one."""
    grader = Grader(engine, dataset.unit)
    found = []
    for number, question in enumerate(dataset.questions, 1):
        gold = grader.find_gold(question)
        best = engine.examine(question.text, question.among).best if gold else ()
        if best:
            parts = [_compare(each.measured, gold, by_text=dataset.by_text) for each in best]
            names = ("features", "right", "asks")
            compared = Compared(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
            if 0 < compared.right.sum() < len(compared.right):
                found.append(compared)
        progress("ask", number, len(dataset.questions))
    return found


def _compare(measured: HitSentences, gold: Sequence[Gold], *, by_text: bool) -> Compared:
    passage, support = measured.hit.passage, measured.support.sentences
    right = []
    for number in range(len(passage.sentences)):
        start, end = span_to_quote(passage, number, support)
        quote = Gold(passage.document, start, end, passage.text_at((start, end)))
        right.append(float(formulas.answers([quote], gold, by_text=by_text)))
    features = np.stack([getattr(measured.features, name) for name in READ_WEIGHTS], axis=1)
    return Compared(features, np.array(right), measured.objections.asks.astype(np.float64))


def fit_weights(sets: Sequence[Sequence[Compared]]) -> Mapping[str, float]:
    """The weight of each feature, that of the first 1."""
    weighted = [(each, len(found) ** -0.5) for found in sets for each in found]

    def loss(weights: Values) -> tuple[float, Values]:
        value, slope = 0.0, np.zeros_like(weights)
        for each, share in weighted:
            scores = each.features @ weights
            chances = np.exp(scores - scores.max())
            among_right = chances * each.right
            value -= share * float(np.log(among_right.sum() / chances.sum()))
            slope -= share * ((among_right / among_right.sum() - chances / chances.sum()) @ each.features)
        penalty = PENALTY * len(weighted)
        return value + penalty * float(weights @ weights), slope + 2 * penalty * weights

    fitted = minimize(loss, np.zeros(len(READ_WEIGHTS)), jac=True, method="L-BFGS-B").x
    return dict(zip(READ_WEIGHTS, (fitted / fitted[0]).tolist(), strict=True))


def share_right(found: Sequence[Compared], weights: Mapping[str, float]) -> float:
    """How often the sentence that these weights choose is right."""
    values = np.array(list(weights.values()))
    return float(np.mean([c.right[np.argmax(c.features @ values - ASKS * c.asks)] for c in found]))
