"""From hits to an answer quoted from the text, or an honest refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index.encoding.encoder import EncodedQuery
from index.retrieval.words import Frequencies
from index.search import Hit
from service.answering.confidence import Confidence
from service.answering.features import Features, Support, Values, measure_features, measure_support
from service.answering.question import WeightedWord, content_words
from service.answering.quotes import span_to_quote


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands: `document.text[start:end] == quote`. `passage` is the rank of the hit that holds it."""

    document: str
    start: int
    end: int
    quote: str
    passage: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Text that answers, and the evidence for it."""

    text: str
    kind: Literal["extractive", "generated"]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer."""

    code: Literal["no_match", "low_confidence"]
    message: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Exactly one of `answer` and `abstained` is None.

    `best_answer` is the best one that was found, also where it is withheld; None where nothing matched the question.
    `confidence` (0..1) is the calibrated chance that it is right, computed from its `features`.
    """

    confidence: float
    answer: Answer | None
    abstained: Abstention | None
    best_answer: Answer | None
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reply(Decision):
    """A decision with the question, the hits that it was made from, and the id of the snapshot.

    `understood` is the question with its spelling corrected; None where nothing was corrected.
    """

    question: str
    hits: tuple[Hit, ...]
    snapshot: str
    took_ms: float
    understood: str | None = None

    @property
    def refused(self) -> str:
        """The code of the refusal; empty where there is an answer."""
        return self.abstained.code if self.abstained else ""


@dataclass(frozen=True, slots=True)
class _BestSentence:
    """The sentence of one hit that is most likely to answer: its number in the passage, and its score."""

    hit: Hit
    sentence: int
    score: float
    features: Features
    support: Support


def decide(query: EncodedQuery, hits: Sequence[Hit], lexical: Frequencies, confidence: Confidence) -> Decision:
    """Quote the best sentence of the hits, or abstain where the chance that it is right is below the threshold."""
    words = content_words(query, lexical)
    if not hits or not words:
        message = "No passage has anything in common with the question; ask about what the documents are about."
        return Decision(0.0, None, Abstention("no_match", message), None, {})
    best = max((_best_sentence(query.text, hit, words) for hit in hits), key=lambda sentence: sentence.score)
    features = best.features.of_sentence(best.sentence)
    chance = confidence.chance(features)
    answer = _quote(best)
    if chance >= confidence.threshold:
        return Decision(chance, answer, None, answer, features)
    message = f"The text does not seem to say: the closest sentence has a {chance:.0%} chance of being the answer."
    return Decision(chance, None, Abstention("low_confidence", message), answer, features)


def _best_sentence(question: str, hit: Hit, words: Sequence[WeightedWord]) -> _BestSentence:
    support = measure_support(hit, words)
    features = measure_features(question, hit, words, support)
    scores = _scores(features)
    sentence = int(np.argmax(scores))
    return _BestSentence(hit, sentence, float(scores[sentence]), features, support)


def _scores(features: Features) -> Values:
    """The weighted sum of the features by which sentences are compared with each other: (sentences,)."""
    return 1.0 * features.late + 0.8 * features.coverage + 0.5 * features.passage + 0.15 * features.fits


def _quote(best: _BestSentence) -> Answer:
    passage = best.hit.passage
    start, end = span_to_quote(passage, best.sentence, best.support.sentences)
    quote = passage.text[start - passage.start : end - passage.start]
    return Answer(quote, "extractive", (Evidence(passage.document, start, end, quote, best.hit.rank),))
