"""Where a question asks what comes after or before a step, the neighbour of that in its list is the first answer."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.documents import Passage, Span
from index.arrays import products
from service.answering.choosing.choose import put_in_front
from service.answering.examined import BestSentence, Examined, Reference
from service.answering.question.answer_type import LOOKED_AT

# "What comes after the rinsing?", "Once it has been rinsed, what is the next step?"; before a step in the same ways.
_WHAT = r"\b(?:what|which)\b[^,?]{0,80}?\b"
_ORDERS = (
    (1, re.compile(rf"{_WHAT}(?:after|follows?|following)\b(?P<step>[^?]+)", re.IGNORECASE)),
    (-1, re.compile(rf"{_WHAT}(?:before|precedes?|preceding)\b(?P<step>[^?]+)", re.IGNORECASE)),
    (1, re.compile(r"\b(?:once|after|when)\b(?P<step>[^,?]+),[^?]*\b(?:what|which)\b[^?]*\bnext\b", re.IGNORECASE)),
    (1, re.compile(r"\bnext\b[^?]*\b(?:once|after|when)\b(?P<step>[^,?]+)", re.IGNORECASE)),
)
# Of steps, and of nothing else. Of "What happens after 14 days?" the item that says so may be the answer itself.
_OF_STEPS = re.compile(
    r"\b(?:next|steps?|follow\w*|preced\w*|comes?|immediately|directly|straight|right)\b", re.IGNORECASE
)
_NUMBERED = re.compile(r"\W{0,3}(?:step\s+)?(?P<number>\d{1,3})[.):]", re.IGNORECASE)
_SWITCHED = re.compile(r"\b(?:on|off)\b", re.IGNORECASE)
NAMED = 0.5  # how well a step has to account for the words that name it, 0 to 1, and a little for all others
# How sure the reader may be of the step itself or of another sentence, -1 to 1, in general and where steps are meant.
ANSWERS, SURELY_ANSWERS = 0.2, 0.5
CLEARLY = 0.15  # by how much better than any other
WHOLE_QUESTION = 0.2  # what all words count beside these: of two lists with one step, one is asked about
OTHERWISE_SWITCHED = 0.4  # what is taken from a step that turns on what the question turns off


@dataclass(frozen=True, slots=True)
class Step:
    """The first sentence of a numbered item of a list."""

    passage: Passage
    sentence: int
    number: int

    @property
    def place(self) -> Span:
        """Where it stands."""
        return self.passage.sentences[self.sentence]


def put_step_first(examined: Examined, passages_of: Callable[[str], Sequence[Passage]]) -> Examined:
    """The same with the step in front that comes after, or before, the one which the question names.

    Only where a numbered list among the hits has the one that is named, clearly. Where that is the last of its list,
    nothing answers. `passages_of` gives the passages of a document, in order.
    """
    question = examined.question[:LOOKED_AT]
    asked = next(((sign, match.span("step")) for sign, one in _ORDERS if (match := one.search(question))), None)
    if not asked:
        return examined
    sign, span = asked
    ranked = sorted(_named(examined, span), key=lambda named: -named[0])
    if not ranked or ranked[0][0] < NAMED or (ranked[1:] and ranked[0][0] - ranked[1][0] < CLEARLY):
        return examined
    _, holder, named = ranked[0]
    first = examined.best[0]
    sure = max(holder.measured.features.read[named.sentence], first.measured.features.read[first.sentence])
    if sure > (SURELY_ANSWERS if _OF_STEPS.search(question) else ANSWERS):
        return examined
    steps = [step for passage in passages_of(named.passage.document) for step in steps_of(passage)]
    at = next((number + sign for number, step in enumerate(steps) if step.place == named.place), None)
    if at is None:
        return examined
    if 0 <= at < len(steps) and steps[at].number == named.number + sign:
        return put_in_front(
            examined, holder, steps[at].passage, steps[at].sentence, named=Reference(holder.hit, named.sentence)
        )
    return replace(examined, best=[replace(best, is_known_wrong=True) for best in examined.best])


def _named(examined: Examined, span: Span) -> Iterator[tuple[float, BestSentence, Step]]:
    """How well each numbered item of the hits accounts for the step that the question names at `span`."""
    inside = np.array([span[0] <= word.word.start < span[1] for word in examined.words], bool)
    weights = np.array([word.weight for word in examined.words])[inside]
    switched = set(_SWITCHED.findall(examined.question[slice(*span)].lower()))
    for best in examined.best if weights.sum() else ():
        measured = best.measured
        held = products(weights, measured.support.sentences[inside]) / weights.sum()
        texts = best.hit.passage.sentence_texts
        for step in steps_of(best.hit.passage):
            is_other = bool(switched) and not switched & set(_SWITCHED.findall(texts[step.sentence].lower()))
            whole = WHOLE_QUESTION * measured.features.coverage[step.sentence]
            yield float(held[step.sentence] + whole - OTHERWISE_SWITCHED * is_other), best, step


def steps_of(passage: Passage) -> Iterator[Step]:
    """The numbered items of a passage."""
    for sentence, (text, kind) in enumerate(zip(passage.sentence_texts, passage.kinds, strict=True)):
        if kind == "item" and (match := _NUMBERED.match(text)):
            yield Step(passage, sentence, int(match["number"]))
