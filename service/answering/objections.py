"""What speaks against a sentence as the answer, whatever its features say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Passage, Span
from corpus.prose.asking import is_question
from corpus.prose.nesting import row_text
from index.search import Hit
from service.answering.features import Features, Support, introductions
from service.answering.numbers.inside import inside
from service.answering.numbers.measures import is_of_other_measure
from service.answering.question.acronyms import Acronym, begins_with_another
from service.answering.question.answer_type import answer_type, holds, needs_one
from service.answering.question.changes import is_other_change
from service.answering.question.content_words import WeightedWord
from service.answering.question.designations import designations_in
from service.answering.question.echo import is_all_of, repeats, says_nothing_new
from service.answering.question.polarity import polarity
from service.answering.question.spelling import SIMILAR
from service.answering.statements.blanks import are_blank
from service.answering.statements.neighbours import Named, are_of_others

_EXCEPT = re.compile(r"\b(?:except|excepting|apart from|unless|save|but)\b[^:]{0,30}:$", re.IGNORECASE)
# Decades and centuries: a year in it, or "the nineteenth century", says the same.
_DECADE = re.compile(r"\d{3}0s")


@dataclass(frozen=True, slots=True)
class Objections:
    """What speaks against a sentence as the answer, whatever its features say: (sentences,) each, true where it does.

    `asks`: it is a question itself, or only says what is asked. `contrary`: it denies what the question affirms, or the
    other way round. `another`: it begins with another body than the question's, by its short form, or names a rival
    of what the question calls by a letter, a number or two names, or stands below another change of a changelog than
    asked for, or is the row or the item of another thing than one that the question names.
    `lacking`: neither it nor its headings hold the kind of thing without which there is no answer, it is a row that is
    empty in the column asked for, it states other ranges than one that a number of the question is in, or gives an area
    where a height is asked for. `unknown`
    (one for all): the passage does not hold a number, a code or a letter by which the question names a thing.
    """

    asks: NDArray[np.bool_]
    contrary: NDArray[np.bool_]
    another: NDArray[np.bool_]
    lacking: NDArray[np.bool_]
    unknown: bool


def raise_objections(
    question: str,
    hit: Hit,
    words: Sequence[WeightedWord],
    acronyms: Sequence[Acronym],
    support: Support,
    features: Features,
    named: Named,
) -> Objections:
    """What speaks against each sentence of the hit; `support` and `features` are of the same hit and words.

    `named` are the things that the question names of the tables and lists of all hits.
    """
    texts = hit.passage.sentence_texts
    expected = answer_type(question)
    is_needed = needs_one(expected, question) and not holds(expected, " ".join(hit.passage.section), question)
    asked = polarity(question, words)
    leads = introductions(hit.passage, texts)
    # "You may not bring:" denies each item of its list; "No animals may be kept, except:" does not.
    said = [
        polarity(f"{lead} {text}" if lead.endswith(":") and not _EXCEPT.search(lead) else text, words)
        for lead, text in zip(leads, texts, strict=True)
    ]
    contrary = [expected != "whether" and own is not None and own != asked for own in said]
    may_name_it = expected in ("person", "other")  # what is asked for may itself be another body
    another = [not may_name_it and begins_with_another(question, text, acronyms) for text in texts]
    is_unnamed = False
    if designated := designations_in(question):  # most questions have none
        introduced = [f"{lead} {text}" for lead, text in zip(leads, texts, strict=True)]
        is_unnamed = designated.name_others(hit.passage.context, introduced)
        whole = "\n".join((hit.passage.context, *introduced))
        rivals = (designated.names_rival(hit.passage.context, text) for text in introduced)
        namesakes = (designated.names_namesake(whole, text) for text in introduced)
        another = [any(each) for each in zip(another, rivals, namesakes, strict=True)]
    if hit.passage.section and is_other_change(question, hit.passage.section[-1]):
        another = [True] * len(texts)
    another = [one or other for one, other in zip(another, are_of_others(hit.passage, named), strict=True)]
    is_other = np.array([is_of_other_measure(question, text) for text in texts])
    is_outside = [expected != "whether" and own is False for own in inside(question, hit.passage)]
    numbers = np.array([word.is_number and not _DECADE.fullmatch(word.word.text) for word in words], bool)
    known = np.maximum.reduce([support.context, support.passage.max(axis=1), support.leads.max(axis=1)])
    return Objections(
        asks=np.fromiter(echoes(question, hit.passage), bool, len(texts)),
        contrary=np.array(contrary),
        another=np.array(another),
        lacking=(features.misfits > 0) & is_needed | _blank(question, hit.passage) | np.array(is_outside) | is_other,
        unknown=bool(np.any(numbers & (known < SIMILAR))) or is_unnamed,
    )


def _blank(question: str, passage: Passage) -> NDArray[np.bool_]:
    """Whether each sentence is a row that is empty in the column asked for."""
    if not passage.lead_text or "row" not in passage.kinds:
        return np.zeros(len(passage.sentences), bool)
    blank = are_blank(question, passage.lead_text, [row_text(passage, row) for row in range(len(passage.sentences))])
    return np.array([kind == "row" and one for kind, one in zip(passage.kinds, blank, strict=True)], bool)


def echoes(question: str, passage: Passage) -> Iterator[bool]:
    """Whether each sentence of a passage asks, or says what is asked, instead of answering.

    The row of a table may hold a question and its answer.
    """
    texts = passage.sentence_texts
    headings = " ".join(passage.section)
    # A document that is only a title may be what is looked for.
    is_all = texts != [passage.title] and is_all_of(question, texts)
    for text, kind, span in zip(texts, passage.kinds, passage.sentences, strict=True):
        yield (
            is_all
            or _is_of_question(passage, span)
            or is_question(text)
            or says_nothing_new(question, f"{headings} {text}")
            or (kind not in ("row", "record") and repeats(question, text))
        )


def _is_of_question(passage: Passage, sentence: Span) -> bool:
    """Whether a sentence stands on a line that ends as a question, answered below: "I lost my card. What now?"."""
    start, end = (position - passage.start for position in sentence)
    line = passage.text.find("\n", end)
    is_answered = line >= 0 and not passage.text.startswith("\n", line + 1)
    return is_answered and passage.text[end:line].rstrip().endswith("?") and "\n" not in passage.text[start:end]
