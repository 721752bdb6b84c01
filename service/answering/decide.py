"""Whether an answer is given: the best sentence of the hits is quoted, or withheld below the threshold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.documents import anchor_at
from index.encoding.encoder import EncodedQuery
from index.retrieval.words import Frequencies, terms
from index.search import Hit
from service.answering.acronyms import Acronym, acronyms_in, asks_for_long_form, introduces_any
from service.answering.answer import Abstention, Answer, Decision, Evidence
from service.answering.confidence import Confidence
from service.answering.features import (
    Features,
    Objections,
    Support,
    Values,
    measure_features,
    measure_support,
    raise_objections,
    sentence_texts,
)
from service.answering.question import WeightedWord, content_words, is_read_by_encoder
from service.answering.quotes import heading_to_quote, span_to_quote
from service.answering.versions import applies_rather, are_versions, say_nearly_the_same

SAID_BY_HEADING = (
    0.75  # chance of an answer whose heading holds a number or code of the question and the thing asked for
)
INTRODUCED = 0.9  # chance where the sentence introduces the short form that is asked about
OBJECTED = 0.9  # share of the threshold that an answer reaches at most, against which something speaks

# How much an objection takes from a sentence's score.
ASKS = 10.0  # an echo of the question is never chosen where there is anything else
CONTRARY = 0.12
LACKING = 0.1


@dataclass(frozen=True, slots=True)
class _BestSentence:
    """The sentence of one hit that is most likely to answer: its number in the passage, and its score."""

    hit: Hit
    sentence: int
    score: float
    features: Features
    support: Support
    objections: Objections

    @property
    def text(self) -> str:
        """The sentence."""
        return sentence_texts(self.hit.passage)[self.sentence]

    @property
    def is_objected(self) -> bool:
        """Whether something speaks against it that no confidence makes up for."""
        objections = self.objections
        return objections.unknown or bool(objections.lacking[self.sentence] or objections.asks[self.sentence])


@dataclass(frozen=True, slots=True)
class _Judged:
    """A sentence as an answer, and the chance that it is right."""

    sentence: _BestSentence
    answer: Answer
    chance: float


def decide(query: EncodedQuery, hits: Sequence[Hit], lexical: Frequencies, confidence: Confidence) -> Decision:
    """Quote the best sentence of the hits, or abstain where the chance that it is right is below the threshold."""
    words = content_words(query, lexical)
    if not hits or not words:
        message = "No passage has anything in common with the question; ask about what the documents are about."
        return Decision(0.0, None, Abstention("no_match", message), None, {})
    acronyms = acronyms_in(text for hit in hits for text in (hit.passage.context, hit.passage.text))
    ranked = sorted(
        (_best_sentence(query.text, hit, words, acronyms) for hit in hits), key=lambda best: best.score, reverse=True
    )
    chosen = first = _judge(query.text, _in_force(query.text, ranked), words, confidence)
    if first.sentence.is_objected and first.chance < confidence.threshold:
        # Something speaks against the first; another sentence may still answer.
        others = (_judge(query.text, best, words, confidence) for best in ranked[1:])
        chosen = next((other for other in others if other.chance >= confidence.threshold), first)
    features = chosen.sentence.features.of_sentence(chosen.sentence.sentence)
    if chosen.chance >= confidence.threshold:
        return Decision(chosen.chance, chosen.answer, None, chosen.answer, features)
    message = (
        f"The text does not seem to say: the closest sentence has a {chosen.chance:.0%} chance of being the answer."
    )
    return Decision(chosen.chance, None, Abstention("low_confidence", message), chosen.answer, features)


def _in_force(question: str, ranked: Sequence[_BestSentence]) -> _BestSentence:
    """The first of the ranked sentences, or what another version of its document says in its place."""
    first = ranked[0]
    for other in ranked[1:]:
        passages = (other.hit.passage, first.hit.passage)
        if (
            are_versions(*passages)
            and applies_rather(*passages, question)
            and say_nearly_the_same(other.text, first.text)
        ):
            first = other
    return first


def _judge(question: str, best: _BestSentence, words: Sequence[WeightedWord], confidence: Confidence) -> _Judged:
    """The sentence as an answer, with the chance that it is right."""
    features = best.features.of_sentence(best.sentence)
    # Of a script that the encoder does not know, only the words that stand there tell anything.
    is_read = is_read_by_encoder(question)
    chance = confidence.chance(features) if is_read else 1 - (1 - features["coverage"]) ** 2
    if best.is_objected:
        chance = min(chance, OBJECTED * confidence.threshold)
    if asks_for_long_form(question) and introduces_any(best.text, (t for word in words for t in word.word.terms)):
        chance = max(chance, INTRODUCED)
    answer = _quote(question, best)
    if _is_said_by_heading(answer, words):
        chance = max(chance, SAID_BY_HEADING)
    return _Judged(best, answer, chance)


def _best_sentence(
    question: str, hit: Hit, words: Sequence[WeightedWord], acronyms: Sequence[Acronym]
) -> _BestSentence:
    support = measure_support(hit, words, acronyms)
    features = measure_features(question, hit, words, support)
    objections = raise_objections(question, hit, words, support, features)
    scores = _scores(features) if is_read_by_encoder(question) else features.coverage
    scores = scores - ASKS * objections.asks - CONTRARY * objections.contrary - LACKING * objections.lacking
    if asks_for_long_form(question):
        stems = {term for word in words for term in word.word.terms}
        scores = scores + [float(introduces_any(text, stems)) for text in sentence_texts(hit.passage)]
    sentence = int(np.argmax(scores))
    return _BestSentence(hit, sentence, float(scores[sentence]), features, support, objections)


def _scores(features: Features) -> Values:
    """The weighted sum of the features by which sentences are compared with each other: (sentences,)."""
    return 1.0 * features.late + 0.8 * features.coverage + 0.5 * features.passage + 0.15 * features.fits


def _is_said_by_heading(answer: Answer, words: Sequence[WeightedWord]) -> bool:
    """Whether a heading is quoted that holds a number or a code of the question beside what is asked for."""
    held = set(terms(answer.text)) if len(answer.evidence) > 1 else set()
    return any(word.is_exact and held.intersection(word.word.terms) for word in words)


def _quote(question: str, best: _BestSentence) -> Answer:
    passage = best.hit.passage
    start, end = span_to_quote(passage, best.sentence, best.support.sentences)
    quote = passage.text[start - passage.start : end - passage.start]
    evidence = _evidence(best.hit, start, end, quote)
    heading = heading_to_quote(question, passage, quote)
    if heading is None:
        return Answer(quote, "extractive", (evidence,))
    # The heading holds the thing asked for, and the sentence says what it is about.
    words = passage.section[passage.headings.index(heading)]
    return Answer(words, "extractive", (_evidence(best.hit, *heading, words), evidence))


def _evidence(hit: Hit, start: int, end: int, quote: str) -> Evidence:
    anchor = anchor_at(hit.passage.anchors, start)
    page, label = (anchor.page, anchor.label) if anchor else (None, None)
    return Evidence(hit.passage.document, start, end, quote, hit.rank, page, label)
