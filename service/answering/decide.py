"""Whether an answer is given: the best sentence of the hits is quoted, or withheld below the threshold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.encoding.encoder import EncodedQuery
from index.retrieval.words import Frequencies
from index.search import Hit
from service.answering.answer import Abstention, Answer, Decision, Evidence
from service.answering.confidence import Confidence
from service.answering.features import Features, Support, Values, measure_features, measure_support
from service.answering.question import WeightedWord, content_words
from service.answering.quotes import span_to_quote


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
