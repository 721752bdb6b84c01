"""The row of a table that holds the highest or the lowest value of a column: "Which room is the cheapest?"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.documents import Passage
from corpus.folding import fold
from corpus.prose.cells import column_names
from service.answering.numbers.quantities import Quantity, quantities
from service.answering.question.content_words import content_terms, held_terms
from service.answering.tables.rows import Row, is_total, rows_below

# Superlatives, each with what a column of its values may be called beside the words of the question.
MOST = {
    "highest": "height", "tallest": "height", "largest": "size area", "biggest": "size area", "greatest": "",
    "longest": "length duration", "deepest": "depth", "widest": "width", "thickest": "thickness",
    "furthest": "range distance", "farthest": "range distance", "heaviest": "weight mass",
    "fastest": "speed", "hottest": "temperature", "warmest": "temperature",
    "newest": "year built founded opened", "latest": "year", "youngest": "year", "maximum": "", "max": "",
    "dearest": "", "costliest": "", "most": "", "priciest": "",
}  # fmt: skip
LEAST = {
    "lowest": "height", "smallest": "size area", "shortest": "length duration height", "shallowest": "depth",
    "narrowest": "width", "thinnest": "thickness", "lightest": "weight mass", "slowest": "speed",
    "coldest": "temperature", "coolest": "temperature", "oldest": "year built founded opened", "earliest": "year",
    "minimum": "", "min": "", "cheapest": "", "fewest": "", "least": "",
}  # fmt: skip
_OF_AGE = ("oldest", "youngest")  # by a column of ages, the other way round
AGES = held_terms("age")
_SUPERLATIVE = re.compile(
    rf"\b(?:(?P<most>{'|'.join(MOST)})|(?P<least>{'|'.join(LEAST)}))\b(?P<dear>\s+(?:expensive|costly)\b)?",
    re.IGNORECASE,
)
_OF_PRICES = ("cheapest", "dearest", "costliest", "priciest")
_PAID = re.compile(r"\b(?:costs?|prices?|pay|paid|charged?)\b", re.IGNORECASE)
_PRICE = re.compile(
    r"\b(?:prices?|costs?|fees?|fares?|rates?|charges?|rents?|euros?|eur|usd|gbp|chf)\b|[€£$¥]", re.IGNORECASE
)
# They choose no row: what else a question may call what is counted or paid, and the table itself.
_CHOOSES_NOTHING = held_terms(
    "name list show people persons things items cost costs costing price pay paid charge have table listed"
    " grow grows grown get gets got reach reaches last lasts run runs stand stands take takes hold holds built"
)
_NOT_OF_ALL = re.compile(r"\b(?:second|third|next|at|one of the|two|three|how)\s+(?:the\s+)?$", re.IGNORECASE)
FEWEST_ROWS = 3  # with less there is nothing to look through


@dataclass(frozen=True, slots=True)
class Superlative:
    """What a question asks the extreme of: `sign` is 1 for the highest value and -1 for the lowest.

    `words` are the terms of the question that say so, and `measures` what the value may be called instead. `of_prices`:
    the value is a price, whatever it is called. `of_age`: it is a year, or an age, of which the other end is meant.
    """

    sign: int
    words: frozenset[str]
    measures: frozenset[str]
    of_prices: bool
    of_age: bool

    def sign_of(self, column: str) -> int:
        """`sign`, for the values of a column of this name."""
        return -self.sign if self.of_age and held_terms(column) & AGES else self.sign


def superlative_in(question: str) -> Superlative | None:
    """The one superlative of a question; None where there is none, or several."""
    found = list(_SUPERLATIVE.finditer(question))
    if len(found) != 1 or _NOT_OF_ALL.search(question, 0, found[0].start()):
        return None
    (match,) = found
    superlative = (match["most"] or match["least"]).lower()
    of_prices = bool(match["dear"] or _PAID.search(question)) or superlative in _OF_PRICES
    measures = held_terms(MOST.get(superlative) or LEAST.get(superlative) or "")
    sign = 1 if match["most"] else -1
    return Superlative(sign, held_terms(match[0]), measures, of_prices, of_age=superlative in _OF_AGE)


def extreme_row(
    question: str, asked: Superlative, passages: Sequence[Passage], lead: str
) -> tuple[Passage, int] | None:
    """The passage and the number of its sentence that is the row asked for, of all rows under the header `lead`.

    None where it is not clear which column is asked for, which rows, or where two of these hold the same.
    """
    header = column_names(lead)
    rows = [row for row in rows_below(passages, lead) if len(row.cells) == len(header) and not is_total(row)]
    if len(rows) < FEWEST_ROWS:
        return None
    words = content_terms(question) - asked.words
    column = column_asked(header, rows, words, asked)
    if column is None:
        return None
    named = held_terms(" | ".join((*header, rows[0].passage.context)))
    around = frozenset().union(*(held_terms(passage.text) for passage in passages if passage.lead_text != lead))
    for word in words - named - _CHOOSES_NOTHING:  # what else is asked has to choose among the rows
        chosen = [row for row in rows if word in held_terms(" | ".join(row.cells))]
        if chosen or word not in around:  # what the text around the table says is said of all of it
            rows = chosen
    values = [(value.amount, row) for row in rows if (value := value_in(row.cells[column]))]
    if len(values) < len(rows) or len(values) < FEWEST_ROWS - 1:
        return None
    sign = asked.sign_of(header[column])
    best = max(sign * amount for amount, _ in values)
    first, *others = [row for amount, row in values if sign * amount == best]
    return None if others else (first.passage, first.sentence)


def column_asked(header: Sequence[str], rows: Sequence[Row], words: frozenset[str], asked: Superlative) -> int | None:
    """The number of the column of values that the question names; None where none stands out.

    The first column names the rows.
    """
    of_values = [at for at in range(1, len(header)) if _holds_values(row.cells[at] for row in rows)]
    words = words | asked.measures | (AGES if asked.of_age else frozenset())
    named = {at: len(held_terms(header[at]) & words) / max(len(held_terms(header[at])), 1) for at in of_values}
    if asked.of_prices:
        prices = {at: 1 + share for at, share in named.items() if _PRICE.search(f"{header[at]} {rows[0].cells[at]}")}
        named = prices or named
    best = max(named.values(), default=0.0)
    found = [at for at, share in named.items() if share == best]
    return found[0] if best and len(found) == 1 else None


def _holds_values(cells: Iterable[str]) -> bool:
    """Whether each of these cells holds a number of the same unit."""
    values = [value_in(cell) for cell in cells]
    return all(values) and len({value.unit for value in values if value}) == 1


def value_in(cell: str) -> Quantity | None:
    """The only number of a cell."""
    found = quantities(fold(cell).text.lower())
    return found[0] if len(found) == 1 else None
