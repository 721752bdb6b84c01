"""A row that is empty in the column which a question names: what is asked does not stand there."""

import re

from service.answering.question.content_words import content_terms, held_terms
from service.answering.reader.cells import cells_of

_BLANK = re.compile(r"[\s.\-–—?]*|n/?a|none given|k\.\s?a\.|unknown|tb[acd]", re.IGNORECASE)
_ASKS_FOR_ONE = re.compile(r"\b(?:no|not|without|lacks?|missing|empty|blank|yet|still)\b|n['’]t\b", re.IGNORECASE)


def is_blank(question: str, header: str, row: str) -> bool:
    """Whether the question names columns of a table, and the row's cells under them are all empty.

    The first column names the rows. A question may look for the empty cell: "Which boat is not back?"
    """
    titles, cells = ([words for words, _ in cells_of(line)] for line in (header, row))
    if len(titles) != len(cells) or _ASKS_FOR_ONE.search(question):
        return False
    asked = content_terms(question)
    columns = zip(titles[1:], cells[1:], strict=True)
    named = [cell for title, cell in columns if held_terms(title.replace("_", " ")) & asked]
    return bool(named) and all(map(_BLANK.fullmatch, named))
