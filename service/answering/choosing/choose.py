"""Every sentence of the hits as an answer: what is known of it, what the reader says of it, and which is the best."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from corpus.documents import Passage
from index.encoding.encoder import EncodedQuery
from index.retrieval.words import Frequencies
from index.search import Hit
from service.answering.choosing.readings import add_margin, add_readings
from service.answering.choosing.scores import score_sentences
from service.answering.choosing.side_by_side import read_quotes, read_side_by_side
from service.answering.examined import BestSentence, Examined, HitSentences, Reference
from service.answering.features import Values, measure_features, measure_support
from service.answering.numbers.inside import inside
from service.answering.objections import raise_objections
from service.answering.question.acronyms import Acronym, acronyms_in, with_short_forms
from service.answering.question.content_words import WeightedWord, content_words
from service.answering.reader.inputs import passage_input
from service.answering.reader.reader import Reader
from service.answering.reader.spans import UNREAD, Reading, unread
from service.answering.related.corrections import put_correction_first
from service.answering.related.first import put_in_force_first, put_whole_first
from service.answering.related.references import References, find_references
from service.answering.related.versions import mark_superseded
from service.answering.stages import Stopwatch
from service.answering.statements.neighbours import Named, named_things
from service.answering.understanding.told import told_parts

# What the score of a hit counts once more beside that of its best sentence, when hits are put in order.
FOUND = 1.0


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
    words = content_words(query, lexical, told_parts(query.text))
    if not words:
        return Examined(query.text, words, ())
    texts = [text for hit in hits for text in (hit.passage.context, hit.passage.text)]
    acronyms = acronyms_in(texts)
    references = find_references(query.text, words, hits)
    named = named_things(query.text, [hit.passage for hit in hits])
    unread = [_measure_referred(query.text, hit, words, acronyms, references, named) for hit in hits]
    stopwatch = stopwatch or Stopwatch()
    to_read = with_short_forms(query.text, texts)
    measured = _read(to_read, unread, reader, stopwatch)
    scores = [score_sentences(query.text, each, words) for each in measured]
    if reader and measured[0].readings is not None:
        with stopwatch.time("read"):
            compared = read_side_by_side(query.text, to_read, measured, scores, reader)
        if compared is None:
            return examine(query, hits, lexical)
        measured, scores = compared
    best = sorted(map(_best_sentence, measured, scores), key=lambda best: -best.score)
    in_force = put_in_force_first(query.text, put_whole_first(best))
    examined = Examined(query.text, words, _with_margin(put_correction_first(query.text, in_force), best))
    if reader is None or not examined.is_read:
        return examined
    with stopwatch.time("read"):
        judged = _read_others(query.text, to_read, examined.best, reader)
    if judged is None:
        return examine(query, hits, lexical)
    ordered = sorted(best, key=lambda each: -(each.score + FOUND * each.hit.score))
    read = tuple(_with_reading(each, rank) for rank, each in enumerate(ordered, 1))
    marked = {hit.passage.id: hit for hit in mark_superseded(query.text, read)}
    return replace(examined, best=[replace(each, measured=_moved(each.measured, marked)) for each in judged])


def _moved(measured: HitSentences, hits: Mapping[str, Hit]) -> HitSentences:
    """The same with the hits of these ids, which have new ranks."""
    reference = measured.reference
    moved = reference and replace(reference, hit=hits[reference.hit.passage.id])
    return replace(measured, hit=hits[measured.hit.passage.id], reference=moved)


def _read_others(
    question: str, to_read: str, ranked: Sequence[BestSentence], reader: Reader
) -> Sequence[BestSentence] | None:
    """The same where what may become the answer, and was not compared, was read by itself; None where that fails."""
    judged = list(ranked)
    for number, best in enumerate(ranked if ranked[0].is_objected else ranked[:1]):
        if best.measured.features.compared[best.sentence]:
            continue
        quoted = best.measured.quoted(question, best.sentence)
        read = read_quotes(to_read, [best.measured], [(0, best.sentence, quoted)], reader)
        if read is None:
            return None
        judged[number] = replace(best, measured=read[0])
    return judged


def _with_reading(best: BestSentence, rank: int) -> Hit:
    """The hit at this rank, whose signals tell what the reader says of it."""
    signals = {**best.hit.signals, "read": float(best.measured.features.read.max())}
    return replace(best.hit, rank=rank, signals=signals)


def measure_hit(
    question: str,
    hit: Hit,
    words: Sequence[WeightedWord],
    acronyms: Sequence[Acronym],
    named: Named,
    reference: Reference | None = None,
) -> HitSentences:
    """What is known of the sentences of a hit without reading them; a `reference` to it is read with it.

    `named` are the things that the question names of the tables and lists of all hits.
    """
    support = measure_support(question, hit, words, acronyms, reference.text if reference else "")
    features = measure_features(question, hit, words, support)
    if reference:  # what it means was found as well as itself
        features = replace(features, passage=np.maximum(features.passage, reference.hit.score))
    objections = raise_objections(question, hit, words, acronyms, support, features, named)
    return HitSentences(hit, features, support, objections, reference=reference)


def _measure_referred(
    question: str,
    hit: Hit,
    words: Sequence[WeightedWord],
    acronyms: Sequence[Acronym],
    references: References,
    named: Named,
) -> HitSentences:
    """As `measure_hit`; a sentence that only says where the answer stands is no answer."""
    name = hit.passage.id
    measured = measure_hit(question, hit, words, acronyms, named, references.meant.get(name))
    if name not in references.referring:
        return measured
    asks = measured.objections.asks.copy()
    asks[list(references.referring[name])] = True
    return replace(measured, objections=replace(measured.objections, asks=asks))


def _read(
    question: str, measured: Sequence[HitSentences], reader: Reader | None, stopwatch: Stopwatch
) -> Sequence[HitSentences]:
    """The same with what the reader says; as they are where there is none, or where it says nothing."""
    if reader is None:
        return measured
    with stopwatch.time("read"):
        readings = reader.read([passage_input(question, each.hit.passage, each.introduction) for each in measured])
    if readings is None:
        return measured
    inside_ranges = _without_outside(question, measured, readings)
    features = add_readings(
        [each.features for each in measured], inside_ranges, [each.hit.passage for each in measured]
    )
    return [
        replace(each, features=own, readings=sentences)
        for each, own, sentences in zip(measured, features, inside_ranges, strict=True)
    ]


def _without_outside(
    question: str, measured: Sequence[HitSentences], readings: Sequence[Sequence[Reading]]
) -> Sequence[Sequence[Reading]]:
    """The same, where nothing is marked in sentences of other ranges than one of their passage that the question is in.

    A reader takes "up to 6 people" for as good an answer as "7 to 24 people".
    """
    stands = [inside(question, each.hit.passage) for each in measured]
    return [
        [
            replace(reading, score=UNREAD) if is_inside is False and True in stand else reading
            for reading, is_inside in zip(own, stand, strict=True)
        ]
        for own, stand in zip(readings, stands, strict=True)
    ]


def _best_sentence(measured: HitSentences, scores: Values) -> BestSentence:
    """The sentence of a hit that answers best, as far as anybody can tell."""
    sentence = int(np.argmax(scores))
    return BestSentence(measured, sentence, float(scores[sentence]))


def _with_margin(ordered: Sequence[BestSentence], ranked: Sequence[BestSentence]) -> Sequence[BestSentence]:
    """The same, where the first has how far it, or what it took the place of, is above the others, ranked by score."""
    if not ordered:
        return ordered
    first, replaced = ordered[0], ranked[0]
    others = (best.score for best in ranked if best.hit.rank not in (first.hit.rank, replaced.hit.rank))
    margin = replaced.score - max(others, default=-math.inf)
    measured = first.measured
    features = add_margin(measured.features, first.sentence, margin)
    return [replace(first, measured=replace(measured, features=features)), *ordered[1:]]


def put_in_front(
    examined: Examined,
    holder: BestSentence,
    passage: Passage,
    sentence: int,
    *,
    is_extreme: bool = False,
    named: Reference | None = None,
) -> Examined:
    """The same with the sentence of this number of a passage in front, which is known to be what is asked for.

    Where no hit has the passage, it takes the place of the hit of `holder`. `is_extreme` and `named` are as for
    `BestSentence`.
    """
    examined, found = with_passage(examined, passage, holder)
    others = [best for best in examined.best if best is not found]
    first = replace(found, sentence=sentence, is_extreme=is_extreme, named=named)
    return replace(examined, best=[first, *others])


def with_passage(examined: Examined, passage: Passage, holder: BestSentence) -> tuple[Examined, BestSentence]:
    """The same, and that of its best sentences whose hit has this passage; where none has, it replaces `holder`."""
    found = next((best for best in examined.best if best.hit.passage.id == passage.id), None)
    if found:
        return examined, found
    hit = replace(holder.hit, passage=passage, sentences=None, match=None, copies=())
    named = named_things(examined.question, [passage])
    measured = measure_hit(examined.question, hit, examined.words, (), named)
    readings = None if holder.measured.readings is None else unread(passage_input(examined.question, passage))
    found = replace(holder, measured=replace(measured, readings=readings))
    return replace(examined, best=[found if best is holder else best for best in examined.best]), found
