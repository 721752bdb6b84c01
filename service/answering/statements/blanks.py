"""Rows that are empty in the column which a question names: what is asked does not stand there."""

import re
from collections.abc import Sequence

from corpus.prose.cells import cells_of, column_names
from service.answering.question.content_words import content_terms, held_terms

_BLANK = re.compile(r"[\s.\-–—?]*|n/?a|none given|k\.\s?a\.|unknown|tb[acd]", re.IGNORECASE)
_ASKS_FOR_ONE = re.compile(r"\b(?:no|not|without|lacks?|missing|empty|blank|yet|still)\b|n['’]t\b", re.IGNORECASE)


def are_blank(question: str, header: str, rows: Sequence[str]) -> list[bool]:
    """Whether the question names columns of a table, and a row's cells under them are all empty, for each row.

    The first column names the rows. A question may look for the empty cell: "Which boat is not back?"
    """
    titles = column_names(header)
    asked = content_terms(question)
    named = [number for number, title in enumerate(titles) if number and held_terms(title) & asked]
    if not named or _ASKS_FOR_ONE.search(question):
        return [False] * len(rows)
    cells = [[cell for cell, _ in cells_of(row)] for row in rows]
    if "\t" in header:  # between tabs, last cells that are empty are left out
        cells = [row + [""] * (len(titles) - len(row)) if len(row) > 1 else row for row in cells]
    return [len(row) == len(titles) and all(_BLANK.fullmatch(row[number]) for number in named) for row in cells]
