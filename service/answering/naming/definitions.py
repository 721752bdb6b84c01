"""Definitions: where an answer names what the text defines elsewhere, '"Quiet hours" means the time from 22:30'."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from corpus.documents import Passage
from service.answering.choosing.choose import put_in_front
from service.answering.examined import Examined, Reference
from service.answering.question.answer_type import answer_type, holds

ANSWERS = -0.3  # how sure the reader has to be of the sentence that names what is defined, -1 to 1

_MARKS = "\"“”„'‘’*_"
_SAYS = r"(?:shall )?(?:means?|is|are|includes?|refers? to)\b"
_DEFINES = re.compile(
    rf"[^\w{_MARKS}]*(?:in (?:these|this) [\w ]{{3,40}}, )?"
    rf"(?:[{_MARKS}]{{1,3}}(?P<marked>[^{_MARKS}\n]{{2,40}})[{_MARKS}]{{1,3}}:? {_SAYS}"
    rf"|(?P<term>[^\W\d_][\w-]*(?: [\w-]+){{0,3}}) means? (?:an?|any|all|the|those|every|each|that)\b)",
    re.IGNORECASE,
)


def put_definition_first(examined: Examined, passages_of: Callable[[str], Sequence[Passage]]) -> Examined:
    """The same with a definition in front, quoted with the first, where it says what is asked for and that does not.

    "Engines are off in quiet hours" names no time, and what quiet hours are does. `passages_of` gives the passages of
    a document, in order.
    """
    expected = answer_type(examined.question)
    first = examined.best[0] if examined.is_read else None
    if not first or holds(expected, first.text, examined.question) is not False:
        return examined
    if first.measured.features.read[first.sentence] < ANSWERS or defined_name(first.text):
        return examined
    documents = dict.fromkeys(best.hit.passage.document for best in examined.best)
    for document in documents:
        for passage, sentence, name in _definitions(passages_of(document)):
            is_named = name.search(first.text) and not name.search(examined.question)
            if is_named and holds(expected, passage.sentence_texts[sentence], examined.question):
                beside = Reference(first.hit, first.sentence)
                return put_in_front(examined, examined.best[-1], passage, sentence, named=beside)
    return examined


def _definitions(passages: Sequence[Passage]) -> Iterator[tuple[Passage, int, re.Pattern[str]]]:
    for passage in passages:
        for sentence, text in enumerate(passage.sentence_texts):
            if name := defined_name(text):
                yield passage, sentence, name


@lru_cache(maxsize=1 << 13)  # sentences of hits come again and again
def defined_name(text: str) -> re.Pattern[str] | None:
    """What finds the name that a sentence defines, of one or of many; None where it defines nothing."""
    match = _DEFINES.match(text)
    name = match and " ".join((match["marked"] or match["term"]).split())
    return re.compile(rf"(?<!\w){re.escape(name)}s?(?!\w)", re.IGNORECASE) if name else None
