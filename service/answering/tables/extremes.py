"""The row of a table that holds the highest or the lowest value of a column: "Which room is the cheapest?"."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.documents import Passage
from corpus.folding import fold
from service.answering.features import sentence_texts
from service.answering.question.content_words import content_terms, held_terms
from service.answering.reader.cells import cells_of
from service.answering.statements.quantities import Quantity, quantities

_MOST = "highest|largest|biggest|greatest|longest|tallest|heaviest|maximum|max|dearest|costliest|most|priciest"
_LEAST = "lowest|smallest|shortest|lightest|minimum|min|cheapest|fewest|least"
_SUPERLATIVE = re.compile(
    rf"\b(?:(?P<most>{_MOST})|(?P<least>{_LEAST}))\b(?P<dear>\s+(?:expensive|costly)\b)?", re.IGNORECASE
)
_OF_PRICES = ("cheapest", "dearest", "costliest", "priciest")
_PAID = re.compile(r"\b(?:costs?|prices?|pay|paid|charged?)\b", re.IGNORECASE)
_PRICE = re.compile(
    r"\b(?:prices?|costs?|fees?|fares?|rates?|charges?|rents?|euros?|eur|usd|gbp|chf)\b|[€£$¥]", re.IGNORECASE
)
# They choose no row: what else a question may call what is counted or paid, and the table itself.
_CHOOSES_NOTHING = held_terms(
    "name list show people persons things items cost costs costing price pay paid charge have table listed"
)
_NOT_OF_ALL = re.compile(r"\b(?:second|third|next|at|one of the|two|three|how)\s+(?:the\s+)?$", re.IGNORECASE)
FEWEST_ROWS = 3  # with less there is nothing to look through


@dataclass(frozen=True, slots=True)
class Superlative:
    """What a question asks the extreme of: `sign` is 1 for the highest value and -1 for the lowest.

    `words` are the terms of the question that say so. `of_prices`: the value is a price, whatever it is called.
    """

    sign: int
    words: frozenset[str]
    of_prices: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its passage, its number among the sentences of that, and its cells."""

    passage: Passage
    sentence: int
    cells: Sequence[str]


def superlative_in(question: str) -> Superlative | None:
    """The one superlative of a question; None where there is none, or several."""
    found = list(_SUPERLATIVE.finditer(question))
    if len(found) != 1 or _NOT_OF_ALL.search(question, 0, found[0].start()):
        return None
    (match,) = found
    of_prices = bool(match["dear"] or _PAID.search(question)) or match[0].lower() in _OF_PRICES
    return Superlative(1 if match["most"] else -1, held_terms(match[0]), of_prices)


def extreme_row(
    question: str, asked: Superlative, passages: Iterable[Passage], lead: str
) -> tuple[Passage, int] | None:
    """The passage and the number of its sentence that is the row asked for, of all rows under the header `lead`.

    None where it is not clear which column is asked for, which rows, or where two of these hold the same.
    """
    header = [cell for cell, _ in cells_of(lead)]
    rows = [row for row in _rows(passages, lead) if len(row.cells) == len(header)]
    if len(rows) < FEWEST_ROWS:
        return None
    words = content_terms(question) - asked.words
    column = _column(header, rows, words, asked)
    if column is None:
        return None
    named = held_terms(" | ".join((*header, rows[0].passage.context)))
    for word in words - named - _CHOOSES_NOTHING:  # what else is asked has to choose among the rows
        rows = [row for row in rows if word in held_terms(" | ".join(row.cells))]
    values = [(value.amount, row) for row in rows if (value := _value(row.cells[column]))]
    if len(values) < len(rows) or len(values) < FEWEST_ROWS - 1:
        return None
    best = max(asked.sign * amount for amount, _ in values)
    first, *others = [row for amount, row in values if asked.sign * amount == best]
    return None if others else (first.passage, first.sentence)


def _rows(passages: Iterable[Passage], lead: str) -> Iterator[_Row]:
    for passage in passages:
        if passage.lead_text == lead:
            for number, (row, kind) in enumerate(zip(sentence_texts(passage), passage.kinds, strict=False)):
                if kind == "row":
                    yield _Row(passage, number, [cell for cell, _ in cells_of(row)])


def _column(header: Sequence[str], rows: Sequence[_Row], words: frozenset[str], asked: Superlative) -> int | None:
    """The number of the column of values that the question names; None where none stands out.

    The first column names the rows.
    """
    of_values = [at for at in range(1, len(header)) if _holds_values(row.cells[at] for row in rows)]
    named = {at: len(held_terms(header[at]) & words) / max(len(held_terms(header[at])), 1) for at in of_values}
    if asked.of_prices:
        prices = {at: 1 + share for at, share in named.items() if _PRICE.search(f"{header[at]} {rows[0].cells[at]}")}
        named = prices or named
    best = max(named.values(), default=0.0)
    found = [at for at, share in named.items() if share == best]
    return found[0] if best and len(found) == 1 else None


def _holds_values(cells: Iterable[str]) -> bool:
    """Whether each of these cells holds a number of the same unit."""
    values = [_value(cell) for cell in cells]
    return all(values) and len({value.unit for value in values if value}) == 1


def _value(cell: str) -> Quantity | None:
    """The only number of a cell."""
    found = quantities(fold(cell).text.lower())
    return found[0] if len(found) == 1 else None
