"""Where a question asks for an extreme, the row of a table that holds it is the first answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.documents import Passage
from service.answering.choose import measure_hit
from service.answering.examined import BestSentence, Examined
from service.answering.reader.inputs import passage_input
from service.answering.reader.spans import unread
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
            return _with_extreme(examined, best, *found)
    return examined


def _with_extreme(examined: Examined, table: BestSentence, passage: Passage, sentence: int) -> Examined:
    holder = next((best for best in examined.best if best.hit.passage.id == passage.id), table)
    others = [best for best in examined.best if best is not holder]
    if holder.hit.passage.id != passage.id:
        hit = replace(table.hit, passage=passage, sentences=None, match=None, copies=())
        measured = measure_hit(examined.question, hit, examined.words, ())
        readings = None if table.measured.readings is None else unread(passage_input(examined.question, passage))
        holder = replace(table, measured=replace(measured, readings=readings))
    return replace(examined, best=[replace(holder, sentence=sentence, is_extreme=True), *others])
