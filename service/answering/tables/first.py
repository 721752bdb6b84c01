"""Where a question asks for an extreme, the row of a table that holds it is the first answer."""

from collections.abc import Callable, Sequence

from corpus.documents import Passage
from service.answering.choose import put_in_front
from service.answering.examined import BestSentence, Examined
from service.answering.tables.extremes import extreme_row, superlative_in

MOST_PASSAGES = 1000  # of one document that are looked through


def put_extreme_first(examined: Examined, passages_of: Callable[[str], Sequence[Passage]]) -> Examined:
    """The same with the row of a table in front that holds the extreme which the question asks for, if it does.

    Where no hit has that row, its passage takes the place of the hit of the same table. `passages_of` gives those of a
    document, in order.
    """
    if not (asked := superlative_in(examined.question)):
        return examined
    tables: dict[tuple[str, str], BestSentence] = {}  # several hits may be of one, which is looked through once
    for best in examined.best:
        passage = best.hit.passage
        if passage.lead and "row" in passage.kinds:
            tables.setdefault((passage.document, passage.lead_text), best)
    for (document, header), best in tables.items():
        every = passages_of(document)
        found = len(every) <= MOST_PASSAGES and extreme_row(examined.question, asked, every, header)
        if found:
            return put_in_front(examined, best, *found)
    return examined
