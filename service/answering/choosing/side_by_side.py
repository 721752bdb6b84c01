"""The best sentences of all hits, read as one text: beside the answer, what only looks like it looks less so."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from corpus.documents import Span
from service.answering.choosing.readings import add_compared
from service.answering.examined import HitSentences
from service.answering.features import Values
from service.answering.reader.compared import MOST_COMPARED, compared_input, words_in
from service.answering.reader.inputs import Quoted, is_row
from service.answering.reader.reader import Reader
from service.answering.reader.spans import UNREAD

Chosen: TypeAlias = tuple[int, int, Quoted]
"""The number of a hit, that of a sentence in it, and what would be quoted for the sentence."""

WEIGHT = 0.7  # what a reader's certainty counts when quotes are compared


def read_side_by_side(
    question: str, to_read: str, measured: Sequence[HitSentences], scores: Sequence[Values], reader: Reader
) -> tuple[list[HitSentences], list[Values]] | None:
    """The sentences of several hits, and their scores, where the best have been read side by side; None where it fails.

    What the reader is surest of loses nothing, and the others what it is less sure of them.
    """
    chosen = best_quotes(question, measured, scores)
    read = read_quotes(to_read, measured, chosen, reader)
    if read is None:
        return None
    sure = [read[hit].features.compared[sentence] for hit, sentence, _ in chosen]
    compared = [own.copy() for own in scores]
    for (hit, sentence, _), own in zip(chosen, sure, strict=True):
        compared[hit][sentence] -= WEIGHT * (max(sure) - own)
    return read, compared


def read_quotes(
    to_read: str, measured: Sequence[HitSentences], chosen: Sequence[Chosen], reader: Reader
) -> list[HitSentences] | None:
    """The same hits, where the quotes of the chosen sentences were read as one text; None where the reader fails."""
    read = list(measured)
    if not chosen:
        return read
    text = compared_input(to_read, [quoted for _, _, quoted in chosen])
    readings = reader.read([text], until_sure=False)
    if readings is None:
        return None
    for (hit, sentence, quoted), (start, _), reading in zip(chosen, text.sentences, readings[0], strict=True):
        heading = quoted.heading
        says_heading = heading is not None and reading.end - start <= heading[1] - heading[0]
        features = add_compared(read[hit].features, sentence, reading, says_heading=says_heading)
        read[hit] = replace(read[hit], features=features)
        if reading.is_marked and is_row(quoted.passage, quoted.span):
            read[hit] = _with_words(read[hit], sentence, words_in(quoted, reading.start - start, reading.end - start))
    return read


def _with_words(measured: HitSentences, sentence: int, words: Span | None) -> HitSentences:
    """The same with the words that answer in a row: here, the reader sees which cell is of which column."""
    if words is None or measured.readings is None:
        return measured
    readings, begin = list(measured.readings), measured.hit.passage.start
    readings[sentence] = replace(readings[sentence], start=words[0] - begin, end=words[1] - begin)
    return replace(measured, readings=readings)


def best_quotes(question: str, measured: Sequence[HitSentences], scores: Sequence[Values]) -> list[Chosen]:
    """The best sentences whose quotes do not overlap, the best one first."""
    ranked = sorted(
        ((float(score), hit, sentence) for hit, own in enumerate(scores) for sentence, score in enumerate(own)),
        key=lambda each: -each[0],
    )
    chosen = list[Chosen]()
    for _, hit, sentence in ranked:
        each = measured[hit]
        if each.readings is None or each.readings[sentence].score == UNREAD or each.objections.asks[sentence]:
            continue
        quoted = each.quoted(question, sentence)
        if not any(quoted.overlaps(other) for _, _, other in chosen):
            chosen.append((hit, sentence, quoted))
        if len(chosen) == MOST_COMPARED:
            break
    return chosen
