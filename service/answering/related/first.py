"""Which of related sentences comes first: that of the version in force, and a sentence whole that a page break cuts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from service.answering.examined import BestSentence
from service.answering.quoting.quotes import cut_off
from service.answering.related.references import states_edition
from service.answering.related.versions import applies_rather, are_about_the_same, are_versions, counterpart

UNLIKELY = -0.25  # of what the reader says of a sentence, -1 to 1
AS_SURE = 0.25  # by how much less sure the reader may be of the rest of a sentence than of its begin


def put_whole_first(ranked: Sequence[BestSentence]) -> Sequence[BestSentence]:
    """The rest of the first sentence in front, where a page break cuts it and the reader is as sure of the rest.

    The rest is quoted with what stands before the break.
    """
    if not ranked:
        return ranked
    first = ranked[0]
    begun = first.hit.passage.sentences[first.sentence]
    for other in ranked[1:]:
        goes_on = other.hit.passage.document == first.hit.passage.document and cut_off(other.hit.passage) == begun
        sure = other.measured.features.read[0] - first.measured.features.read[first.sentence]
        if goes_on and sure >= -AS_SURE:
            whole = _of_all([replace(other, sentence=0), first], ranked)
            return [whole, *(each for each in ranked if each is not other)]
    return ranked


def put_in_force_first(question: str, ranked: Sequence[BestSentence]) -> Sequence[BestSentence]:
    """The same with the first of the ranked sentences, or what another version says in its place, in front."""
    if not ranked:
        return ranked
    first = ranked[0]
    for other in ranked[1:]:
        passages = (other.hit.passage, first.hit.passage)
        if are_versions(*passages) and _applies_rather(other, first, question):
            same = counterpart(first.text, other.hit.passage.sentence_texts)
            is_likely = other.measured.features.read[other.sentence] > UNLIKELY
            if same is not None:
                first = replace(other, sentence=same)
            elif is_likely and are_about_the_same(first.text, other.text, first.hit.passage.title):
                first = other  # it may say the opposite
    ordered = [first, *(each for each in ranked if each.hit is not first.hit)]
    versions = [each for each in ordered if each is first or are_versions(each.hit.passage, first.hit.passage)]
    return ordered if len(versions) == 1 else [_of_all(versions, ordered), *ordered[1:]]


def _applies_rather(other: BestSentence, first: BestSentence, question: str) -> bool:
    """Whether another version is the one that the question names by its edition, or else as `applies_rather`."""
    other_is_named, is_named = states_edition(other.measured.reference), states_edition(first.measured.reference)
    if other_is_named != is_named:
        return other_is_named
    return applies_rather(other.hit.passage, first.hit.passage, question)


def _of_all(alike: Sequence[BestSentence], ranked: Sequence[BestSentence]) -> BestSentence:
    """The first of versions, or of a sentence's parts, as well found as any of them; the others are no rivals of it."""
    first = alike[0]
    features, number = first.measured.features, first.sentence
    found = max(each.measured.features.passage[each.sentence] for each in alike)
    ranks = {each.hit.rank for each in alike}
    rivals = [each.measured.features.read for each in ranked if each.hit.rank not in ranks]
    rivals.append(np.delete(features.read, number))
    rival = max((float(values.max()) for values in rivals if len(values)), default=-1.0)
    lead = features.lead.copy()
    lead[number] = max(lead[number], features.read[number] - rival)
    raised = replace(features, passage=np.maximum(features.passage, found), lead=lead)
    return replace(first, measured=replace(first.measured, features=raised))
