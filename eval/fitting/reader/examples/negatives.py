"""Questions whose passage does not answer them, made from questions that are answered elsewhere.

Five kinds, from the sets themselves: the passage that word search puts first and that lacks the answer; another
passage of the same article that lacks it; the right passage, asked about a name or number that it does not hold, or
about another name, number or thing that it holds; the right passage without its sentences that hold the answer.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.fitting.reader.examples.data import Example, paragraphs_of, sentences_of
from index.arrays import Vectors
from index.retrieval.lexical import K1, B
from index.retrieval.words import terms

RANKED = 8  # so many of the first passages of a ranking are tried
TRIED = 8  # names that are tried in another's place
FEW = 20  # a set with fewer paragraphs has no ranking worth learning from
_NAME = re.compile(r"(?<=\w )[A-Z][\w'’-]+(?: (?:of |the )?[A-Z][\w'’-]+)*|\b\d[\d,.]*\d\b|\b\d+\b")
# A noun, as far as what stands around it tells: behind it comes a preposition, a verb or the end of the phrase.
_THING = re.compile(
    r"\b[Tt]he (?P<thing>[a-z][a-z-]{2,})(?=[?.,;:)]"
    r"| (?:of|in|on|at|for|from|to|by|with|and|or|as|is|was|are|were|be|been|has|had|have|will|can|could|may|must"
    r"|should|would|that|which|who|when|open|close|start|begin|end|cost|last|take|mean|need|get|come|go|leave|run|hold"
    r"|\w{2,}(?:ed|en|ilt|ept|ought|old|aid|ade))\b)"
)
_NO_NAMES = frozenset("I I'm I'd I've What Who When Where Which Why How Is Are Do Does Did Was Were".split())


@dataclass(frozen=True, slots=True)
class Shares:
    """How many examples of each kind are made for each answerable one."""

    ranked: float = 0.2
    article: float = 0.1
    swapped: float = 0.05
    exchanged: float = 0.05
    removed: float = 0.1
    things: float = 0.5


def make_negatives(examples: Sequence[Example], shares: Shares, rng: random.Random) -> list[Example]:
    """Unanswerable examples from the answerable ones of one set, `shares` of them of each kind."""
    answerable = [example for example in examples if example.answerable]
    contexts = paragraphs_of(examples)

    def sample(share: float) -> list[Example]:
        return rng.sample(answerable, min(len(answerable), round(share * len(answerable))))

    negatives = _ranked(sample(shares.ranked), contexts, rng) if len(contexts) >= FEW else []
    negatives += _same_article(sample(shares.article), contexts, rng)
    negatives += _swapped(sample(shares.swapped), answerable, rng)
    negatives += _exchanged(sample(shares.exchanged), names_in, rng) + _exchanged(sample(shares.things), things_in, rng)
    return negatives + _without_answer(sample(shares.removed))


def lacks(context: str, example: Example) -> bool:
    """Whether a context holds none of the accepted answers."""
    lower = context.lower()
    return not any(answer.lower() in lower for answer in example.answers)


class WordRanking:
    """BM25 over contexts with the product's words, stems and constants, in memory."""

    def __init__(self, contexts: Sequence[str]) -> None:
        texts = [terms(context) for context in contexts]
        lengths = np.array([len(text) for text in texts], float)
        norms = K1 * (1 - B + B * lengths / max(lengths.mean(), 1))
        counts: dict[str, dict[int, int]] = defaultdict(dict)
        for row, text in enumerate(texts):
            for term in text:
                counts[term][row] = counts[term].get(row, 0) + 1
        self._size = len(texts)
        self._postings: dict[str, tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Vectors]] = {}
        for term, held in counts.items():
            rows = np.fromiter(held, np.int64)
            times = np.fromiter(held.values(), float)
            idf = np.log1p((self._size - len(rows) + 0.5) / (len(rows) + 0.5))
            self._postings[term] = rows, (idf * times / (times + norms[rows])).astype(np.float32)

    def first(self, question: str, count: int) -> list[int]:
        """The contexts that match best, best first, at most `count`; none that shares no word."""
        scores = np.zeros(self._size, np.float32)
        for term in terms(question):
            if term in self._postings:
                rows, values = self._postings[term]
                scores[rows] += values
        best = np.argsort(-scores, kind="stable")[:count]
        return [int(row) for row in best if scores[row] > 0]


def _ranked(chosen: Sequence[Example], contexts: Sequence[Example], rng: random.Random) -> list[Example]:
    ranking = WordRanking([context.context for context in contexts])
    negatives = []
    for example in chosen:
        rows = ranking.first(example.question, RANKED)
        wrong = [contexts[row] for row in rows if contexts[row].context != example.context]
        wrong = [context for context in wrong if lacks(context.context, example)][:3]
        if wrong:
            negatives.append(_with_context(example, rng.choice(wrong)))
    return negatives


def _same_article(chosen: Sequence[Example], contexts: Sequence[Example], rng: random.Random) -> list[Example]:
    by_article: dict[str, list[Example]] = defaultdict(list)
    for context in contexts:
        by_article[context.article].append(context)
    negatives = []
    for example in chosen:
        others = [context for context in by_article[example.article] if context.context != example.context]
        others = [context for context in others if lacks(context.context, example)]
        if others:
            negatives.append(_with_context(example, rng.choice(others)))
    return negatives


def _swapped(chosen: Sequence[Example], pool: Sequence[Example], rng: random.Random) -> list[Example]:
    """Ask about a name or number that the context does not hold, in place of one that it does."""
    names = [name for example in pool for name in names_in(example.question)]
    numbers = [name for name in names if name[0].isdigit()]
    words = [name for name in names if not name[0].isdigit()]
    negatives = []
    for example in chosen:
        held = [name for name in names_in(example.question) if name in example.context]
        if not held:
            continue
        name = rng.choice(held)
        pool_of_like = numbers if name[0].isdigit() else words
        others = [other for other in rng.choices(pool_of_like, k=TRIED) if other.lower() not in example.context.lower()]
        if others:
            question = example.question.replace(name, others[0])
            negatives.append(replace(example, question=question, start=-1, end=-1, answers=()))
    return negatives


def _exchanged(chosen: Sequence[Example], find: Callable[[str], list[str]], rng: random.Random) -> list[Example]:
    """Ask about another of what is found in the same passage. Now and then the passage answers that as well."""
    negatives = []
    for example in chosen:
        asked = find(example.question)
        held = [name for name in asked if name in example.context]
        if not held:
            continue
        name = rng.choice(held)
        others = sorted({
            other for other in find(example.context)
            if other[0].isdigit() == name[0].isdigit() and other not in example.question and other not in name
        })  # fmt: skip
        if others:
            question = example.question.replace(name, rng.choice(others))
            negatives.append(replace(example, question=question, start=-1, end=-1, answers=()))
    return negatives


def _without_answer(chosen: Sequence[Example]) -> list[Example]:
    """The same passage without the sentences that hold an accepted answer; none where fewer than two are left."""
    negatives = []
    for example in chosen:
        texts = [example.context[start:end] for start, end in sentences_of(example.context)]
        kept = [text for text in texts if lacks(text, example)]
        if 1 < len(kept) < len(texts):
            negatives.append(replace(example, context=" ".join(kept), start=-1, end=-1, answers=()))
    return negatives


def names_in(question: str) -> list[str]:
    """The names and numbers of a question or another text, its first word left out."""
    return [match for match in _NAME.findall(question) if match not in _NO_NAMES]


def things_in(text: str) -> list[str]:
    """The nouns behind "the", of one word each: what a text speaks of."""
    return [match["thing"] for match in _THING.finditer(text)]


def _with_context(example: Example, other: Example) -> Example:
    return replace(example, context=other.context, title=other.title, start=-1, end=-1, answers=())
