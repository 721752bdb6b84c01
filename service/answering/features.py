"""What is known of each sentence of a hit as an answer: sentences are chosen and confidence is computed from it."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.retrieval.words import terms
from index.search import Hit
from service.answering.answer_type import answer_type, holds
from service.answering.question import WeightedWord
from service.answering.spelling import SIMILAR, most_similar

Values: TypeAlias = NDArray[np.float64]

# What a word of the question counts for a sentence that lacks it; a sentence that holds it has 1.
IN_CONTEXT = 0.9  # the title or a heading above holds it
IN_PASSAGE = 0.8  # another sentence of the passage holds it


@dataclass(frozen=True, slots=True)
class Support:
    """How well the text of one hit accounts for each content word of the question, 0 (not at all) to 1 (literally).

    `sentences` (words, sentences) compares words, and meanings where there are token vectors. `context` (words,) and
    `passage` (words,) compare words only: with the title and the headings, and with the best sentence of the passage.
    """

    sentences: Vectors
    context: Vectors
    passage: Vectors


@dataclass(frozen=True, slots=True)
class Features:
    """The features of every sentence of one hit, (sentences,) each.

    `late`: how well its tokens match the question. `coverage`: share of the question that it accounts for, each word
    by its idf; `weakest`: how well it accounts for the worst word. `passage`: the score of the hit. `unsaid`: 1 where
    neither passage nor headings hold some number or name of the question. `fits`, `misfits`: 1 where it holds, or
    lacks, a thing of the answer type.
    """

    late: Values
    coverage: Values
    weakest: Values
    passage: Values
    unsaid: Values
    fits: Values
    misfits: Values

    def of_sentence(self, sentence: int) -> Mapping[str, float]:
        """The features of one sentence by name, in the order of `FEATURES`."""
        return {name: float(getattr(self, name)[sentence]) for name in FEATURES}


FEATURES = tuple(field.name for field in fields(Features))
# What confidence is fitted on; `coverage` serves only to choose the sentence.
FITTED_FEATURES = tuple(name for name in FEATURES if name != "coverage")


def measure_support(hit: Hit, words: Sequence[WeightedWord]) -> Support:
    """Compare each word of the question with the hit's sentences and with what stands above them."""
    passage = hit.passage
    stems = [frozenset(terms(text)) for text in _sentences(hit)]
    literal = np.array([[agreement(word, held) for held in stems] for word in words], np.float32)
    context = frozenset(terms(passage.context))
    return Support(
        sentences=literal if hit.match is None else np.maximum(literal, _nearness(hit.match, words)),
        context=np.array([agreement(word, context) for word in words], np.float32),
        passage=literal.max(axis=1),
    )


def measure_features(question: str, hit: Hit, words: Sequence[WeightedWord], support: Support) -> Features:
    """The features of the hit's sentences; `support` is what `measure_support` says of the same hit and words."""
    # The subject of a sentence is often named only by its title, its headings or its neighbours.
    beside = np.maximum(IN_CONTEXT * support.context, IN_PASSAGE * support.passage)
    helped = np.maximum(support.sentences, beside[:, None])  # (words, sentences)
    particular = np.array([word.particular for word in words])
    unsaid = np.any(particular & (np.maximum(support.context, support.passage) < SIMILAR))
    expected = answer_type(question)
    held = [holds(expected, text, question) for text in _sentences(hit)]
    count = len(held)
    return Features(
        late=np.zeros(count) if hit.sentences is None else hit.sentences.astype(np.float64),
        coverage=np.average(helped, axis=0, weights=[word.weight for word in words]),
        weakest=helped.min(axis=0).astype(np.float64),
        passage=np.full(count, hit.score, np.float64),
        unsaid=np.full(count, unsaid, np.float64),
        fits=np.array([holding is True for holding in held], np.float64),
        misfits=np.array([holding is False for holding in held], np.float64),
    )


def agreement(word: WeightedWord, stems: Set[str]) -> float:
    """1 where the word is among the stems, else the similarity of the stem that it may be a misspelling of, or 0."""
    if word.word.stem in stems:
        return 1.0
    lookalike = most_similar(word.word.stem, stems) if word.maybe_misspelt else None
    return lookalike.similarity if lookalike else 0.0


def _nearness(match: Vectors, words: Sequence[WeightedWord]) -> Vectors:
    """How near each sentence comes to each word in meaning, the mean over the word's tokens: (words, sentences).

    `match` (sentences, question tokens) is the best cosine of each token in each sentence.
    """
    no_tokens = np.zeros((len(match), 1), np.float32)
    return np.stack([(match[:, word.tokens] if word.tokens.size else no_tokens).mean(axis=1) for word in words])


def _sentences(hit: Hit) -> list[str]:
    passage = hit.passage
    return [passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences]
