"""What belongs to another thing than the one a question names: rows, items, sections and documents beside its own."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from corpus.documents import Passage
from corpus.prose.asking import is_lead_in
from corpus.prose.cells import cells_of
from corpus.prose.nesting import above, row_text, stand_below
from corpus.prose.records import LEADER
from corpus.prose.subjects import is_subject
from service.answering.numbers.weekdays import day_in_full
from service.answering.question.answer_type import answer_type
from service.answering.question.content_words import content_terms, held_terms

# Of these, what a question names may be what the answer is told apart from.
_BESIDE = re.compile(
    r"\b(?:after|before|than|besides?|except|other|others|else|next|following|instead|unlike|like|as|near|between)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\b(?:and|or|both)\b", re.IGNORECASE)  # documents that a question asks about, maybe
_LETTER = re.compile(r"[^\W\d_]")
_NAME = re.compile(r"(?<=[^.?!] )[A-Z][\w'’-]*|\b\w*\d\w*\b")  # a word that may name a section alone
_REMARK = re.compile(r"\([^()]*\)|[:–—].*", re.DOTALL)  # "Tank (l)", "Warehouse: Hilde Brandt"
_FIELD = re.compile(rf"[^\w\n]*(?P<name>[^\W\d_][^.:\n]{{0,60}}?)[*_]{{0,2}}(?::[*_\s]| ?{LEADER})")  # "Desk: Cy Marsh"

Names: TypeAlias = Set[frozenset[str]]
"""The terms of each name."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names.

    `cells`: of each column of a table, by document, header and number; of the lists of a document, as the column 0
    below no header. `fields`: of the items and lines of a document that say one thing, by what stands before the colon.
    `headings`: of the sections beside each other, by document and by what stands above them. `titles`: of documents
    beside each other, by each of the others.
    """

    cells: dict[tuple[str, str, int], Names] = field(default_factory=dict)
    fields: dict[str, Names] = field(default_factory=dict)
    headings: dict[tuple[str, tuple[str, ...]], Names] = field(default_factory=dict)
    titles: dict[str, Names] = field(default_factory=dict)


def named_things(question: str, passages: Sequence[Passage]) -> Named:
    """What the question names: all words of a cell, a heading, or the begin of an item with others below, stand in it.

    Of a whether-question, only what the rows are called by: another cell may answer "no". Of one word, only a heading
    that the question has as a name, and no field. Nothing where it may tell what is asked for apart from what it names.
    """
    found = Named()
    if _BESIDE.search(question):
        return found
    asked, is_whether = held_terms(question), answer_type(question) == "whether"
    called = held_terms(" ".join(_NAME.findall(question)))
    for passage in passages:
        titled = held_terms(passage.title)  # what a record is about, each of its rows says something of
        for column, text in _names(passage, only_first=is_whether):
            terms = held_terms(_REMARK.sub(" ", text))
            if terms <= asked and content_terms(text) and not terms <= titled:
                where = (*_table_or_lists(passage), column)
                found.cells[where] = _with(found.cells.get(where, frozenset()), terms)
        for name in filter(None, _fields(passage)):
            if held_terms(name) <= asked and len(terms := content_terms(name)) > 1 and not terms <= titled:
                found.fields[passage.document] = _with(found.fields.get(passage.document, frozenset()), terms)
    for (document, section), names in {
        (each.document, each.section): each.named_by_headings for each in passages
    }.items():
        for depth, terms in ((depth, content_terms(name)) for depth, own in enumerate(names) for name in own):
            if terms and terms <= asked and (len(terms) > 1 or terms <= called):
                place = (document, section[:depth])
                found.headings[place] = _with(found.headings.get(place, frozenset()), terms)
    if not _SEVERAL.search(question):
        found.titles.update(_titles({passage.document: passage.title for passage in passages}, called))
    return found


def _titles(written: Mapping[str, str], called: Set[str]) -> Iterator[tuple[str, Names]]:
    """The documents beside one that the question names by its title, and what it names of each such title.

    "Minutes, 14 May" stands beside "Minutes, 18 June": some words are the same, and each has its own.
    """
    titles = {document: content_terms(title) for document, title in written.items()}
    named = [title for title in titles.values() if title & called]
    for document, own in titles.items():
        beside = (title & called - own for title in named if title & own and own - title)
        if names := {name for name in beside if name}:
            yield document, names


def _with(names: Names, name: frozenset[str]) -> Names:
    """The names and one more; a name that is part of another one is none."""
    every = {*names, name}
    return {each for each in every if not any(each < other for other in every)}


def are_of_others(passage: Passage, named: Named) -> list[bool]:
    """Whether each sentence is of another thing than one that the question names.

    That is a row, a nested item, a field, or all that stands in a section or in a document beside the one named, and
    does not name it.
    """
    columns = {
        column: names for (*table, column), names in named.cells.items() if (*table,) == _table_or_lists(passage)
    }
    headings = [
        names
        for (document, above_it), names in named.headings.items()
        if document == passage.document and above_it == passage.section[: len(above_it)] != passage.section
    ]
    fields = named.fields.get(passage.document, frozenset())
    titles = named.titles.get(passage.document, frozenset())
    if not columns and not headings and not fields and not titles:
        return [False] * len(passage.sentences)
    texts, below = passage.sentence_texts, stand_below(passage)
    outermost = passage.lead_text if _is_below_item(passage) else ""
    headed = held_terms(" ".join((passage.title, *passage.section)))
    found = []
    own = list(_fields(passage))
    for number, (text, kind) in enumerate(zip(texts, passage.kinds, strict=True)):
        cells = _cells(passage, number) if columns and kind == "row" else []
        held = held_terms(" ".join([text, outermost, *(texts[each] for each in above(below, number)), *cells]))
        before = texts[number - 1] if number else ""
        may_be = kind == "row" or below[number] is not None or (not number and bool(outermost))
        found.append(
            (may_be and any(not _holds_one(names, held, _cell(cells, at)) for at, names in columns.items()))
            or (bool(fields and own[number]) and not _holds_one(fields, held))
            or any(not _holds_one(names, held | headed) for names in headings)
            or (bool(titles) and not _holds_one(titles, held | headed | held_terms(before)))
        )
    return found


def _holds_one(names: Names, terms: Set[str], cell: Set[str] = frozenset()) -> bool:
    """Whether the terms hold a name. A cell with more in it is of another thing: "master baker" is no "baker"."""
    return any(name <= terms and not name < cell for name in names)


def _cell(cells: Sequence[str], column: int) -> Set[str]:
    """The terms of a cell of a row; none where there is no such cell."""
    return held_terms(_REMARK.sub(" ", cells[column])) if column < len(cells) else frozenset()


def _cells(passage: Passage, number: int) -> list[str]:
    """The words of each cell of a row, "Fri" as "Friday"."""
    return [day_in_full(cell) for cell, _ in cells_of(row_text(passage, number))]


def _names(passage: Passage, *, only_first: bool) -> Iterator[tuple[int, str]]:
    """The cells of each row with the numbers of their columns, and the items that others are nested in.

    A cell without letters is no name. `only_first` leaves out all cells of a row but the first name.
    """
    holders = {holder for holder in stand_below(passage) if holder is not None}
    if _is_below_item(passage):
        yield 0, passage.lead_text
    for number, (text, kind) in enumerate(zip(passage.sentence_texts, passage.kinds, strict=True)):
        if kind == "row":
            cells = _cells(passage, number)
            if len(cells) == 2 and is_subject(cells[0]):  # the other rows are of that as well
                continue
            named = (each for each in enumerate(cells) if _LETTER.search(each[1]))
            yield from islice(named, 1 if only_first else None)
        elif number in holders:
            yield 0, text


def _fields(passage: Passage) -> Iterator[str]:
    """What stands before the colon, or the dots, of each item and line that says one thing; nothing of the others."""
    for text, kind in zip(passage.sentence_texts, passage.kinds, strict=True):
        match = _FIELD.match(text) if kind in ("item", "record") else None
        yield match["name"] if match else ""


def _table_or_lists(passage: Passage) -> tuple[str, str]:
    return passage.document, passage.lead_text if "row" in passage.kinds else ""


def _is_below_item(passage: Passage) -> bool:
    """Whether the first sentence of a passage is nested in an item that stands in the passage before."""
    return passage.kinds[0] == "item" and passage.lead is not None and not is_lead_in(passage.lead_text)
