"""The row of a table that sums up the others: "How many members do we have altogether?"."""

import re
from collections.abc import Sequence

from corpus.documents import Passage
from corpus.prose.cells import column_names
from service.answering.question.answer_type import answer_type
from service.answering.question.content_words import content_terms, held_terms
from service.answering.tables.rows import is_total, rows_below

_TOTAL = re.compile(r"\b(?:(?:grand )?totals?|altogether|all together|in all|all told|overall|sum)\b", re.IGNORECASE)
_COUNTS = held_terms("number amount count")  # they name no column


def asks_for_total(question: str) -> bool:
    """Whether a question asks how many or how much there is of something in total."""
    return answer_type(question) == "amount" and bool(_TOTAL.search(question))


def total_row(question: str, passages: Sequence[Passage], lead: str) -> tuple[Passage, int] | None:
    """The passage and the number of its sentence that is the total of all rows under the header `lead`.

    None where there is not one such row, or where something is asked that no column, and nothing above them, names.
    """
    totals = [row for row in rows_below(passages, lead) if is_total(row)]
    if len(totals) != 1:
        return None
    (total,) = totals
    header = column_names(lead)
    words = content_terms(_TOTAL.sub(" ", question))
    is_named = words <= _COUNTS | held_terms(" | ".join((*header, total.passage.context)))
    return (total.passage, total.sentence) if is_named and len(total.cells) == len(header) else None
