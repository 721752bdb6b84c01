"""Quotes: which sentences to quote as an answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.documents import BlockKind, Passage, Span
from corpus.prose.nesting import above, stand_below
from index.arrays import Vectors
from index.retrieval.stemming import stem
from service.answering.numbers.inside import inside
from service.answering.question.answer_type import AnswerType, answer_type, asks_for_several, holds, says_when
from service.answering.question.content_words import content_terms, held_terms

# A sentence that opens with one of these is about something that the sentence before it names.
ANAPHOR = re.compile(r"(?:He|She|They|It|This|These|Those|His|Her|Its|Their)\b")
# A place in a heading, where a capital alone may be a part of any title.
_PLACED = re.compile(r"\b(?:in|at|on|near) (?:the )?[A-Z]")
# A person behind what she is there: "Robot race – referee: Ann Lee", "Choir (Bo Tan)".
_PERSON = re.compile(r"(?:[:–—(]|\b(?:by|with))\s*(?:[A-Z][a-z]+\.\s*)*[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+")
# What a question asks to be told apart: "At which reservoir", where headings name reservoirs.
_WHICH = re.compile(r"\b(?:which|what) (?P<noun>[^\W\d_]{3,40})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
# A neighbour is quoted as well where it accounts for some word of the question this well, and by this much better.
_SAID = ".!?…。！？"  # ends a sentence that announces nothing
LONGEST_LIST = 600  # characters of a list that is quoted whole for its heading
FEW = 4  # words of a sentence that says little without the question before it: "Against? Two."
ENOUGH = 0.75  # support of the word, 0..1
GAIN = 0.3  # difference of the two supports
HEADED = ("date", "version", "place", "person")  # what is asked for may stand in the heading alone
ONE = ("person", "date", "place", "amount", "duration", "version")  # a question of these types asks for one thing


@dataclass(frozen=True, slots=True)
class Quote:
    """What is quoted of a passage: sentences, and the heading above them where that holds what is asked for.

    Of a sentence that a page break cuts, what stands before the break takes the place of the heading.
    """

    span: Span
    heading: Span | None


def quote_from(
    question: str, passage: Passage, sentence: int, support: Vectors, *, is_surely_said: bool = False
) -> Quote:
    """What is quoted where the sentence of this number answers, surely or not; `support` is as for `span_to_quote`."""
    several, expected = asks_for_several(question), answer_type(question)
    texts = passage.sentence_texts
    # A neighbour that names another thing of the kind asked for, or another range, would be taken for the answer.
    rivals = [
        is_inside is False or (is_surely_said and expected in ONE and bool(holds(expected, text, question)))
        for text, is_inside in zip(texts, inside(question, passage), strict=True)
    ]
    whole = _list_of(passage, sentence) if several and _names_list(question, passage, sentence) else None
    if whole and whole[1] - whole[0] <= LONGEST_LIST:
        start, end = whole
    else:
        start, end = span_to_quote(
            passage, sentence, support, asks_for_several=several, asks_for_one=expected in ONE, rivals=rivals
        )
    if sentence == 0 and (begun := cut_off(passage)):
        return Quote((start, end), begun)
    text = passage.text_at((start, end))
    return Quote((start, end), heading_to_quote(question, passage, text))


def cut_off(passage: Passage) -> Span | None:
    """What the first sentence of a passage goes on with, where a page break cuts it; None where it is whole."""
    is_cut = passage.kinds[0] == "paragraph" and passage.lead_text[-1:] not in _SAID
    return passage.lead if is_cut else None


def span_to_quote(
    passage: Passage,
    sentence: int,
    support: Vectors,
    *,
    asks_for_several: bool = False,
    asks_for_one: bool = False,
    rivals: Sequence[bool] = (),
) -> Span:
    """Positions of the passage's sentence of this number, with the one before or after it where that completes it.

    `support` (words, sentences) is how well each sentence accounts for each content word of the question. Where it
    `asks_for_several`, an item is quoted with its whole list; also where only the lead-in accounts for some word,
    unless it `asks_for_one` thing. `rivals` are sentences that would be taken for the answer: none is quoted beside it.
    """
    lead = _lead_of_list(passage, sentence)
    if lead is not None and (
        asks_for_several or (not asks_for_one and completes(support[:, lead], support[:, sentence]))
    ):
        sentence = lead
    first = last = sentence
    blocks = passage.blocks
    if (announced := _last_announced(passage, sentence)) > sentence:
        last = announced
    elif first and blocks[first - 1] == blocks[first] and _goes_on(passage, first):
        first -= 1
    else:
        for neighbour in (sentence - 1, sentence + 1):
            is_beside = 0 <= neighbour < len(blocks) and blocks[neighbour] == blocks[sentence]
            if (
                is_beside
                and not any(rivals[neighbour : neighbour + 1])
                and completes(support[:, neighbour], support[:, sentence])
            ):
                first, last = sorted((sentence, neighbour))
                break
    return passage.sentences[first][0], passage.sentences[last][1]


def _last_announced(passage: Passage, sentence: int) -> int:
    """The last sentence of the list or the code that this one is the lead-in of; itself where it announces nothing."""
    if announces(passage, sentence):
        return _run(passage, sentence + 1)[1]
    last = sentence
    if _leads_nested(passage, sentence):
        below = stand_below(passage)
        while last + 1 < len(below) and sentence in above(below, last + 1):
            last += 1
    return last


def _leads_nested(passage: Passage, sentence: int) -> bool:
    """Whether it is an item that announces others: "No animals, except:"."""
    is_item = passage.kinds[sentence] == "item"
    return is_item and passage.text_at(passage.sentences[sentence]).endswith(":")


def announces(passage: Passage, sentence: int) -> BlockKind | None:
    """What the sentence is the lead-in of: the list items or the code that follow it."""
    kinds = passage.kinds[sentence : sentence + 2]
    end = passage.sentences[sentence][1] - passage.start
    is_lead = kinds[1:] in (("item",), ("code",)) and kinds[0] not in ("code", "row", kinds[1])
    if not is_lead or passage.text[end - 1] in _SAID:
        return None
    return kinds[1]


def _lead_of_list(passage: Passage, sentence: int) -> int | None:
    """The sentence that introduces the list which this item stands in; None for anything else."""
    holder = next(above(stand_below(passage), sentence), None)
    if holder is not None and _leads_nested(passage, holder):
        return holder
    lead = _run(passage, sentence)[0] - 1
    return lead if passage.kinds[sentence] == "item" and lead >= 0 and announces(passage, lead) else None


def _names_list(question: str, passage: Passage, sentence: int) -> bool:
    """Whether an item stands in a list that nothing introduces but a heading, and this says what the question asks for.

    "What do I leave at home?" means all that stands below "Leave at home".
    """
    if passage.kinds[sentence] != "item" or not passage.section or passage.lead is not None:
        return False
    heading, asked = held_terms(passage.section[-1]), content_terms(question)
    return _lead_of_list(passage, sentence) is None and bool(
        heading & asked - held_terms(passage.sentence_texts[sentence])
    )


def _list_of(passage: Passage, sentence: int) -> Span:
    """Where the items stand that are around this one."""
    first, last = _run(passage, sentence)
    return passage.sentences[first][0], passage.sentences[last][1]


def _run(passage: Passage, sentence: int) -> tuple[int, int]:
    """The first and the last of the sentences around this one that are of its kind."""
    kinds, first, last = passage.kinds, sentence, sentence
    while first and kinds[first - 1] == kinds[sentence]:
        first -= 1
    while last + 1 < len(kinds) and kinds[last + 1] == kinds[sentence]:
        last += 1
    return first, last


def _goes_on(passage: Passage, sentence: int) -> bool:
    """Whether a sentence says little without the one before: it points back, or is the few words that answer it."""
    before, own = passage.sentence_texts[sentence - 1 : sentence + 1]
    return bool(ANAPHOR.match(own)) or (own.count(" ") < FEW and before.endswith("?"))


def heading_to_quote(question: str, passage: Passage, quote: str) -> Span | None:
    """The heading above a quote that holds what is asked for, where the quote does not.

    That is a date, a version, a place or a person, or one of the things that the question wants told apart.
    """
    expected = answer_type(question)
    asked = _WHICH.search(question)
    noun = stem(asked["noun"].lower()) if asked else ""
    headings = [*reversed(passage.written_headings)]
    is_said = holds(expected, quote, question) if expected in HEADED else not noun or noun in held_terms(quote)
    if is_said and expected == "date" and not says_when(quote):
        # "After a restart" may tell when something happens, but not when the version came out that the question names.
        numbers = set(_NUMBER.findall(question))
        headings = [(words, span) for words, span in headings if numbers & set(_NUMBER.findall(words))]
    elif is_said:
        return None
    return next((span for words, span in headings if _names(words, question, expected, noun)), None)


def _names(heading: str, question: str, expected: AnswerType, noun: str) -> bool:
    """Whether a heading holds a thing of the expected type, or else a name for what the stem of the noun means."""
    if expected == "place":
        return bool(_PLACED.search(heading))
    if expected == "person":
        return bool(_PERSON.search(heading))
    if expected in HEADED:
        return bool(holds(expected, heading, question))
    return noun in held_terms(heading) and not held_terms(heading) <= held_terms(question)


def completes(neighbour: Vectors, chosen: Vectors) -> bool:
    """Whether the neighbour accounts for some word that the chosen sentence lacks; support of each word (words,)."""
    return bool(np.any((neighbour >= ENOUGH) & (neighbour - chosen >= GAIN)))
