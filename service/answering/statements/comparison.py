"""A statement compared with one window of a passage: what speaks against it, and the features that are weighed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from service.answering.statements.denial import contradicts, holds_for_more
from service.answering.statements.nearness import EncodedPair, Nearness, nearness
from service.answering.statements.order import are_swapped, reversed_names, torn_apart
from service.answering.statements.particulars import (
    Surroundings,
    numbers_of,
    same_amount,
    same_date,
    wrong_particular,
)
from service.answering.statements.questions import Asked
from service.answering.statements.windows import Window
from service.answering.statements.words import WordedText

FAR = 0.5  # a word that is no nearer to the text than this counts as not said
MOST_FAR = 4  # such words that are counted
UNSURE, SURE = -6.0, 6.0  # scores of a reader between which "other" goes from 0 to 1
TEXT_FEATURES = ("far", "clause", "torn")
READ_FEATURES = ("came_back", "other")
FEATURES = TEXT_FEATURES + READ_FEATURES


@dataclass(frozen=True, slots=True)
class Comparison:
    """`against` says in words what rules the window out; empty where nothing does.

    `features`, the TEXT_FEATURES, are weighed where nothing does: how many words are `far` from anything in the text,
    how near the words of the farthest `clause` are on average, and the share of what is said with a number or name
    that is `torn` from it. `least_said` is the farthest word.
    """

    window: Window
    against: str
    features: Mapping[str, float]
    least_said: str


def compare(
    statement: WordedText, window: Window, around: Surroundings, encoded: EncodedPair | None = None
) -> Comparison:
    """Compare a statement with a window."""
    near = nearness(statement, window.worded, around.context.terms, around.passage.terms, encoded)
    against = next(filter(None, _against(statement, window.worded, around, near)), "")
    least = near.words[int(near.best.argmin())].text if near.words else ""
    return Comparison(window, against, _features(statement, window, near), least)


def promise(statement: WordedText, window: Window, around: Surroundings) -> float:
    """How much of the statement a window holds, by words alone (0..1.5): the best windows are worth a closer look."""
    held, context = window.worded.terms, around.context.terms
    content = statement.content
    said = sum(1.0 if word.term in held else 0.6 * (word.term in context) for word in content) / max(len(content), 1)
    numbers = [any(same_amount(one, each) for each in window.worded.quantities) for one in statement.counted]
    known = numbers_of(window.worded)
    numbers += [any(same_date(one, each, known) for each in window.worded.dates) for one in statement.dates]
    return said + 0.4 * (sum(numbers) / len(numbers) if numbers else 0.0) - 0.05 * (window.sentences - 1)


def read_features(asked: Sequence[Asked]) -> dict[str, float]:
    """What the reader says: the share of parts that came back, and how sure it is of another one (0..1)."""
    came_back = sum(each.came_back for each in asked) / len(asked) if asked else 1.0
    surest = max((each.score for each in asked if each.is_other), default=UNSURE)
    return {"came_back": came_back, "other": min(max((surest - UNSURE) / (SURE - UNSURE), 0.0), 1.0)}


def _against(statement: WordedText, text: WordedText, around: Surroundings, near: Nearness) -> Iterator[str]:
    yield wrong_particular(statement, text, around)
    yield contradicts(statement, text, near)
    yield holds_for_more(statement, text)
    if are_swapped(statement, text) or reversed_names(statement, text):
        yield "the passage says it the other way round"


def _features(statement: WordedText, window: Window, near: Nearness) -> dict[str, float]:
    by_clause: dict[int, list[float]] = {}
    for word, value in zip(near.words, near.best.tolist(), strict=True):
        by_clause.setdefault(word.clause, []).append(value)
    return {
        "far": min(float(np.count_nonzero(near.best < FAR)), float(MOST_FAR)),
        "clause": min((float(np.mean(values)) for values in by_clause.values()), default=1.0),
        "torn": torn_apart(statement, window.worded),
    }
