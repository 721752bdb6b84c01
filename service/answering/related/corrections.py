"""What a later notice corrects: "The place of the swap was given wrongly. The right one is the fire station"."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from service.answering.examined import BestSentence, Reference
from service.answering.question.answer_type import answer_type, holds

_SAID = "given|printed|stated|credited|written|named|listed|published|reported|quoted|announced|described"
_WRONG = "wrong|incorrect|inaccurate|erroneous|mistaken"
_NOTICE = r"(?:corrections?|corrigend\w+|errat(?:um|a)|misprint\w*)"
_HEADED = re.compile(rf"\b{_NOTICE}\b", re.IGNORECASE)
# What a notice says of an earlier text, and nobody of anything else: others name corrections too.
_CORRECTS = re.compile(
    rf"^\W*{_NOTICE}\b[^.:!?\n]{{0,40}}:|\bmisprint\w*|\bshould (?:have )?read\b"
    rf"|\b(?:{_SAID}) (?:\w+ ){{0,4}}(?:{_WRONG})(?:ly)?\b|\b(?:{_WRONG})(?:ly)? (?:{_SAID})\b",
    re.IGNORECASE,
)
# What a later line of the same text says of a plan.
_CHANGES = re.compile(
    r"\b(?:is|are|was|were|been|be|we|has|have|to) (?:now )?(?:moved?|postponed?|shift(?:ed)?|reschedul\w+|chang\w+)\b"
    r"|\bbrought forward\b|\bplease (?:forget|ignore|disregard)\b|\binstead of\b|\bnot on\b.{1,40}\bbut on\b",
    re.IGNORECASE,
)
ABOUT = 0.25  # share of the words of the question that the notice has to name
NAMES = 0.75  # how well it accounts for a word that it names, 0 to 1
BEFORE = 2  # sentences before the right one in which a notice says what was wrong
ANSWERS = -0.6  # how sure the reader has to be of it, -1 to 1: alone, "the right one" says little


def put_correction_first(question: str, best: Sequence[BestSentence]) -> Sequence[BestSentence]:
    """The ranked sentences with what corrects the first in front, quoted with what says so.

    As they are where nothing was read.
    """
    if not best or best[0].measured.readings is None:
        return best
    found = filter(None, (_correction(question, best[0], other) for other in best[1:]))
    if not (first := next(found, None)):
        return best
    return [first, *(other for other in best if other.hit is not first.hit)]


def _correction(question: str, first: BestSentence, other: BestSentence) -> BestSentence | None:
    """The best sentence of another hit where it corrects the first; None where it does not."""
    measured, sentence, passage = other.measured, other.sentence, other.hit.passage
    texts, beginning = passage.sentence_texts, max(0, sentence - BEFORE)
    telling = (_CORRECTS, _CHANGES) if _may_change(question, first, other) else (_CORRECTS,)
    numbers = range(sentence, beginning - 1, -1)
    told = next((number for says in telling for number in numbers if says.search(texts[number])), None)
    is_notice = told is not None or _HEADED.search(" ".join((passage.title, *passage.section)))
    if not is_notice or _CORRECTS.search(first.text) or measured.features.read[sentence] < ANSWERS:
        return None
    support = measured.support.sentences[:, beginning : sentence + 1].max(axis=1)
    if np.mean(support >= NAMES) < ABOUT:
        return None
    return replace(other, named=None if told in (None, sentence) else Reference(other.hit, told))


def _may_change(question: str, first: BestSentence, other: BestSentence) -> bool:
    """Whether a sentence stands below the first in the same text, and holds the kind of thing that is asked for."""
    passage, above = other.hit.passage, first.hit.passage
    is_below = passage.document == above.document and passage.start > above.start
    return is_below and bool(holds(answer_type(question), other.text, question))
