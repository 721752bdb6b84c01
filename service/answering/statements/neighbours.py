"""Rows and nested items of another thing than the one of their table or list that a question names."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import islice
from typing import TypeAlias

from corpus.documents import Passage
from corpus.prose.cells import cells_of
from corpus.prose.nesting import above, stand_below
from service.answering.question.answer_type import answer_type
from service.answering.question.content_words import content_terms, held_terms

# Of these, what a question names may be what the answer is told apart from.
_BESIDE = re.compile(
    r"\b(?:after|before|than|besides?|except|other|others|else|next|following|instead|unlike|like|as|near|between)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_REMARK = re.compile(r"\([^()]*\)|[:–—].*", re.DOTALL)  # "Tank (l)", "Warehouse: Hilde Brandt"


Named: TypeAlias = Mapping[tuple[str, str, int], Set[frozenset[str]]]
"""What a question names of each column of a table, and of the lists of a document: the terms of each name."""


def named_things(question: str, passages: Iterable[Passage]) -> Named:
    """What the question names: all words of a cell, or all by which an item with others below begins, stand in it.

    Of a whether-question, only what the rows are called by: another cell may answer "no". Nothing where the question
    may tell what is asked for apart from what it names.
    """
    found: dict[tuple[str, str, int], set[frozenset[str]]] = {}
    if _BESIDE.search(question):
        return found
    asked, is_whether = held_terms(question), answer_type(question) == "whether"
    for passage in passages:
        for column, text in _names(passage, only_first=is_whether):
            terms = held_terms(_REMARK.sub(" ", text))
            if terms <= asked and content_terms(text):
                found.setdefault((*_table_or_lists(passage), column), set()).add(terms)
    return {
        where: {name for name in names if not any(name < other for other in names)} for where, names in found.items()
    }


def are_of_others(passage: Passage, named: Named) -> list[bool]:
    """Whether each sentence is a row or a nested item of another thing than one that the question names."""
    where = _table_or_lists(passage)
    columns = [names for (*table, _), names in named.items() if tuple(table) == where]
    if not columns:
        return [False] * len(passage.sentences)
    texts, below = passage.sentence_texts, stand_below(passage)
    outermost = passage.lead_text if _is_below_item(passage) else ""
    found = []
    for number, (text, kind) in enumerate(zip(texts, passage.kinds, strict=True)):
        held = held_terms(" ".join([text, outermost, *(texts[each] for each in above(below, number))]))
        may_be = kind == "row" or below[number] is not None or (not number and bool(outermost))
        found.append(may_be and any(not any(name <= held for name in names) for names in columns))
    return found


def _names(passage: Passage, *, only_first: bool) -> Iterator[tuple[int, str]]:
    """The cells of each row with the numbers of their columns, and the items that others are nested in.

    A cell without letters is no name. `only_first` leaves out all cells of a row but the first name.
    """
    holders = {holder for holder in stand_below(passage) if holder is not None}
    if _is_below_item(passage):
        yield 0, passage.lead_text
    for number, (text, kind) in enumerate(zip(passage.sentence_texts, passage.kinds, strict=False)):
        if kind == "row":
            cells = ((column, cell) for column, (cell, _) in enumerate(cells_of(text)) if _LETTER.search(cell))
            yield from islice(cells, 1 if only_first else None)
        elif number in holders:
            yield 0, text


def _table_or_lists(passage: Passage) -> tuple[str, str]:
    return passage.document, passage.lead_text if "row" in passage.kinds else ""


def _is_below_item(passage: Passage) -> bool:
    """Whether the first sentence of a passage is nested in an item that stands in the passage before."""
    return passage.kinds[:1] == ("item",) and passage.lead is not None and not passage.lead_text.endswith(":")
