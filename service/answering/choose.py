"""Every sentence of the hits as an answer: what is known of it, what the reader says of it, and which is the best."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.encoding.encoder import EncodedQuery
from index.retrieval.words import Frequencies
from index.search import Hit
from service.answering.features import (
    Features,
    Support,
    add_alone,
    add_readings,
    measure_features,
    measure_support,
    sentence_texts,
)
from service.answering.objections import Objections, raise_objections
from service.answering.question.acronyms import (
    Acronym,
    acronyms_in,
    asks_for_long_form,
    introduction_of,
    with_short_forms,
)
from service.answering.question.content_words import WeightedWord, content_words, is_read_by_encoder
from service.answering.quotes import Quote, quote_from
from service.answering.reader.inputs import passage_input, quote_input
from service.answering.reader.reader import Reader
from service.answering.reader.spans import ReaderInput, Reading
from service.answering.stages import Stopwatch
from service.answering.versions import applies_rather, are_versions, counterpart, mark_superseded

# How much an objection takes from a sentence's score.
ASKS = 10.0  # an echo of the question is never chosen where there is anything else
CONTRARY = 0.12
LACKING = 0.1
ANOTHER = 0.4

# What the score of a hit counts once more beside that of its best sentence, when hits are put in order.
FOUND = 1.0

# What each feature counts when sentences are compared with each other.
UNREAD_WEIGHTS = {"late": 1.0, "coverage": 0.8, "passage": 0.5, "fits": 0.15}
READ_WEIGHTS = {"late": 1.0, "coverage": 0.8, "exact": 0.3, "passage": 0.5, "fits": 0.15, "read": 1.2}


@dataclass(frozen=True, slots=True)
class HitSentences:
    """The sentences of one hit as answers; `readings` are what a reader says of each, None where nothing was read."""

    hit: Hit
    features: Features
    support: Support
    objections: Objections
    readings: Sequence[Reading] | None = None

    def quote(self, question: str, sentence: int) -> Quote:
        """What is quoted where the sentence of this number answers."""
        return quote_from(question, self.hit.passage, sentence, self.support.sentences)


@dataclass(frozen=True, slots=True)
class BestSentence:
    """The sentence of one hit that is most likely to answer: its number in the passage, and its score.

    `is_extreme`: it is the row of a table with the highest or the lowest value, which the question asks for.
    """

    measured: HitSentences
    sentence: int
    score: float
    is_extreme: bool = False

    @property
    def hit(self) -> Hit:
        """The hit that it stands in."""
        return self.measured.hit

    @property
    def text(self) -> str:
        """The sentence."""
        return sentence_texts(self.hit.passage)[self.sentence]

    @property
    def is_objected(self) -> bool:
        """Whether something speaks against it that no confidence makes up for."""
        objections, number = self.measured.objections, self.sentence
        return not self.is_extreme and bool(
            objections.unknown or objections.lacking[number] or objections.another[number] or objections.asks[number]
        )


@dataclass(frozen=True, slots=True)
class Examined:
    """A question, its content words, and the best sentence of each hit, the most likely to answer first.

    Of two versions of a document, what the one in force says comes first.

    The hits of `best` have new ranks where a reader read them: by their best sentences and by how they were found.
    """

    question: str
    words: Sequence[WeightedWord]
    best: Sequence[BestSentence]

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hits by their ranks."""
        return tuple(sorted((best.hit for best in self.best), key=lambda hit: hit.rank))

    @property
    def is_read(self) -> bool:
        """Whether a reader read them."""
        return bool(self.best) and self.best[0].measured.readings is not None


def examine(
    query: EncodedQuery,
    hits: Sequence[Hit],
    lexical: Frequencies,
    reader: Reader | None = None,
    stopwatch: Stopwatch | None = None,
) -> Examined:
    """Compare every sentence of the hits with the question; nothing is best where the question has no words.

    Where a reader is given and `is_read` is false in the end, the reader failed. The stopwatch times the reading.
    """
    words = content_words(query, lexical)
    if not words:
        return Examined(query.text, words, ())
    texts = [text for hit in hits for text in (hit.passage.context, hit.passage.text)]
    acronyms = acronyms_in(texts)
    unread = [measure_hit(query.text, hit, words, acronyms) for hit in hits]
    stopwatch = stopwatch or Stopwatch()
    to_read = with_short_forms(query.text, texts)
    measured = _read(to_read, unread, reader, stopwatch)
    best = sorted((_best_sentence(query.text, each, words) for each in measured), key=lambda best: -best.score)
    examined = Examined(query.text, words, _put_in_force_first(query.text, best))
    if reader is None or not examined.is_read:
        return examined
    with stopwatch.time("read"):
        judged = _read_alone(query.text, to_read, examined.best, reader)
    if judged is None:
        return examine(query, hits, lexical)
    ordered = sorted(best, key=lambda each: -(each.score + FOUND * each.hit.score))
    read = tuple(_with_reading(each, rank) for rank, each in enumerate(ordered, 1))
    marked = {hit.passage.id: hit for hit in mark_superseded(query.text, read)}
    moved = [replace(each, measured=replace(each.measured, hit=marked[each.hit.passage.id])) for each in judged]
    return replace(examined, best=moved)


def _put_in_force_first(question: str, ranked: Sequence[BestSentence]) -> Sequence[BestSentence]:
    """The same with the first of the ranked sentences, or what another version says in its place, in front."""
    if not ranked:
        return ranked
    first = ranked[0]
    for other in ranked[1:]:
        passages = (other.hit.passage, first.hit.passage)
        if are_versions(*passages) and applies_rather(*passages, question):
            same = counterpart(first.text, sentence_texts(other.hit.passage))
            first = first if same is None else _instead(replace(other, sentence=same), first)
    return [first, *(each for each in ranked if each.hit is not first.hit)]


def _instead(best: BestSentence, other: BestSentence) -> BestSentence:
    """The sentence in the place of that of another version, as well found: the two are no rivals of each other."""
    features, found = best.measured.features, other.measured.features.of_sentence(other.sentence)
    raised = {name: np.maximum(getattr(features, name), found[name]) for name in ("passage", "lead")}
    return replace(best, measured=replace(best.measured, features=replace(features, **raised)))


def _read_alone(
    question: str, to_read: str, ranked: Sequence[BestSentence], reader: Reader
) -> Sequence[BestSentence] | None:
    """The same where the reader read alone what may become the answer; None where it fails."""
    count = len(ranked) if ranked[0].is_objected else 1
    inputs = [_quote_input(question, to_read, best) for best in ranked[:count]]
    readings = reader.read(inputs, until_sure=False)
    if readings is None:
        return None
    alone = [_with_alone(best, reading) for best, (reading,) in zip(ranked[:count], readings, strict=True)]
    return [*alone, *ranked[count:]]


def _quote_input(question: str, to_read: str, best: BestSentence) -> ReaderInput:
    """What would be quoted for the sentence, to be read alone."""
    quote = best.measured.quote(question, best.sentence)
    return quote_input(to_read, best.hit.passage, quote.span, quote.heading)


def _with_alone(best: BestSentence, reading: Reading) -> BestSentence:
    features = add_alone(best.measured.features, best.sentence, reading)
    return replace(best, measured=replace(best.measured, features=features))


def _with_reading(best: BestSentence, rank: int) -> Hit:
    """The hit at this rank, whose signals tell what the reader says of it."""
    signals = {**best.hit.signals, "read": float(best.measured.features.read.max())}
    return replace(best.hit, rank=rank, signals=signals)


def measure_hit(question: str, hit: Hit, words: Sequence[WeightedWord], acronyms: Sequence[Acronym]) -> HitSentences:
    """What is known of the sentences of a hit without reading them."""
    support = measure_support(hit, words, acronyms)
    features = measure_features(question, hit, words, support)
    return HitSentences(hit, features, support, raise_objections(question, hit, words, acronyms, support, features))


def _read(
    question: str, measured: Sequence[HitSentences], reader: Reader | None, stopwatch: Stopwatch
) -> Sequence[HitSentences]:
    """The same with what the reader says; as they are where there is none, or where it says nothing."""
    if reader is None:
        return measured
    with stopwatch.time("read"):
        readings = reader.read([passage_input(question, each.hit.passage) for each in measured])
    if readings is None:
        return measured
    features = add_readings([each.features for each in measured], readings, [each.hit.passage for each in measured])
    return [
        replace(each, features=own, readings=sentences)
        for each, own, sentences in zip(measured, features, readings, strict=True)
    ]


def _best_sentence(question: str, measured: HitSentences, words: Sequence[WeightedWord]) -> BestSentence:
    """The sentence of a hit that answers best, as far as anybody can tell."""
    features, objections = measured.features, measured.objections
    weights = UNREAD_WEIGHTS if measured.readings is None else READ_WEIGHTS
    if not is_read_by_encoder(question):
        weights = {"coverage": 1.0}
    scores = (
        np.sum([weight * getattr(features, name) for name, weight in weights.items()], axis=0)
        - ASKS * objections.asks
        - CONTRARY * objections.contrary
        - LACKING * objections.lacking
        - ANOTHER * objections.another
    )
    if asks_for_long_form(question):
        stems = {term for word in words for term in word.word.terms}
        scores = scores + [
            float(introduction_of(text, stems) is not None) for text in sentence_texts(measured.hit.passage)
        ]
    sentence = int(np.argmax(scores))
    return BestSentence(measured, sentence, float(scores[sentence]))
