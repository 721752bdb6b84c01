"""Examples whose context is one sentence: the chosen sentence is read once more without what stands around it.

Three kinds: the sentence that answers; the sentence of the same context that looks most like the question and does not
answer; the sentence of a context without an answer that looks most like the question.
"""

import random
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from functools import lru_cache

from eval.fitting.reader.examples.data import Example, sentences_of
from eval.fitting.reader.examples.negatives import lacks
from index.retrieval.words import terms


def cut_to_sentences(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """Of `share` (0..1) of the examples, those that one sentence of each context makes; none of whole sentences."""
    spans = [example for example in examples if not example.sentence]
    chosen = rng.sample(spans, round(share * len(spans)))
    return [cut for example in chosen for cut in _cut(example)]


def _cut(example: Example) -> Iterator[Example]:
    """The sentence that answers, and the one that only looks as if it did."""
    wrong = []
    for start, end in sentences_of(example.context):
        if example.answerable and start <= example.start and example.end <= end:
            context = example.context[start:end]
            yield replace(example, context=context, start=example.start - start, end=example.end - start)
        elif not example.answerable or lacks(example.context[start:end], example):
            wrong.append(example.context[start:end])
    asked = frozenset(terms(example.question))
    if wrong and (nearest := max(wrong, key=lambda text: _shared(asked, text))):
        yield replace(example, context=nearest, start=-1, end=-1, answers=())


def _shared(asked: Set[str], text: str) -> float:
    """How many words of the question a sentence holds; of two that hold as many, the shorter one is nearer."""
    return len(asked & _terms(text)) - len(text) / 10_000


@lru_cache(maxsize=200_000)  # sentences of a training set
def _terms(text: str) -> frozenset[str]:
    return frozenset(terms(text))
