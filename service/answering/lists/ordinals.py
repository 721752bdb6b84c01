"""Where a question asks for the first, the third or the last step, the item of that number is the first answer."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from corpus.documents import Passage
from index.arrays import products
from service.answering.choosing.choose import put_in_front
from service.answering.examined import BestSentence, Examined, Reference
from service.answering.lists.steps import ANSWERS, CLEARLY, NAMED, Step, steps_of
from service.answering.question.answer_type import LOOKED_AT

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_ORDINAL = rf"(?P<nth>{'|'.join(_ORDINALS)}|last|final|\d{{1,2}}(?=st\b|nd\b|rd\b|th\b))(?:st|nd|rd|th)?"
_ASKS = re.compile(rf"\b{_ORDINAL}\s+(?:step|stage|item|point|task|action|instruction)\b", re.IGNORECASE)
LAST = -1


def put_ordinal_first(examined: Examined, passages_of: Callable[[str], Sequence[Passage]]) -> Examined:
    """The same with the item in front that has the place in its list which the question asks for.

    Only where the headings or the lead-in of one numbered list among the hits hold what the question says of it, and no
    sentence surely answers. `passages_of` gives the passages of a document, in order.
    """
    asked = _ASKS.search(examined.question[:LOOKED_AT])
    first = next(iter(examined.best), None)
    if not asked or first is None or first.measured.features.read[first.sentence] > ANSWERS:
        return examined
    ranked = sorted(_lists(examined, asked.span(), passages_of), key=lambda each: -each[0])
    if not ranked or ranked[0][0] < NAMED or (ranked[1:] and ranked[0][0] - ranked[1][0] < CLEARLY):
        return examined
    _, holder, steps = ranked[0]
    number = _number(asked["nth"].lower())
    at = len(steps) - 1 if number == LAST else number - 1
    if not 0 <= at < len(steps):
        return replace(examined, best=[replace(best, is_known_wrong=True) for best in examined.best])
    passage, sentence = steps[at].passage, steps[at].sentence
    # Its own number tells that it is the one: there is nothing to be quoted besides.
    return put_in_front(
        examined, holder, passage, sentence, named=Reference(replace(holder.hit, passage=passage), sentence)
    )


def _number(ordinal: str) -> int:
    if ordinal.isdigit():
        return int(ordinal)
    return _ORDINALS.index(ordinal) + 1 if ordinal in _ORDINALS else LAST


def _lists(
    examined: Examined, asked: tuple[int, int], passages_of: Callable[[str], Sequence[Passage]]
) -> Iterator[tuple[float, BestSentence, Sequence[Step]]]:
    """How well what stands above each numbered list accounts for the question, a hit that it is in, and its items."""
    beside = np.array([not asked[0] <= word.word.start < asked[1] for word in examined.words], bool)
    weights = np.array([word.weight for word in examined.words]) * beside
    seen = set[tuple[str, int]]()
    for best in examined.best:
        passage, support = best.hit.passage, best.measured.support
        for steps in _runs(passages_of(passage.document)) if any(steps_of(passage)) else ():
            own = next((step for step in steps if step.passage.id == passage.id), None)
            name = (passage.document, steps[0].place[0])
            if own is None or name in seen:
                continue
            seen.add(name)
            above = np.maximum(support.context, support.leads[:, own.sentence])
            yield float(products(weights, above) / weights.sum()) if weights.sum() else 1.0, best, steps


def _runs(passages: Sequence[Passage]) -> Iterator[Sequence[Step]]:
    """The numbered lists of a document: items of one section with one number after another."""
    run: list[Step] = []
    for step in (step for passage in passages for step in steps_of(passage)):
        if run and (step.number != run[-1].number + 1 or step.passage.section != run[-1].passage.section):
            yield run
            run = []
        run.append(step)
    if run:
        yield run
