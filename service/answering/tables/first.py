"""Where a question asks for an extreme, a total, or which of two, the row or the sentence of it is the first answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.documents import Passage
from service.answering.choosing.choose import put_in_front
from service.answering.examined import BestSentence, Examined, Reference
from service.answering.tables.extremes import extreme_row, superlative_in
from service.answering.tables.pairs import Pair, Place, better_row, better_sentence, has_no_column, pair_in
from service.answering.tables.totals import asks_for_total, total_row

MOST_PASSAGES = 1000  # of one document that are looked through


def put_extreme_first(examined: Examined, passages_of: Callable[[str], Sequence[Passage]]) -> Examined:
    """The same with what holds the extreme or the total in front that the question asks for, or one of two things.

    Where no hit has that row, its passage takes the place of the hit of the same table. `passages_of` gives those of a
    document, in order.
    """
    pair, asked = pair_in(examined.question), superlative_in(examined.question)
    of_all = asks_for_total(examined.question)
    if not pair and not asked and not of_all:
        return examined
    for table in _tables(examined):
        every = passages_of(table.hit.passage.document)
        lead = table.hit.passage.lead_text
        if len(every) > MOST_PASSAGES:
            continue
        if pair and (both := better_row(pair, every, lead)):
            return _with_better(examined, table, *both, is_row=True)
        if asked and (found := extreme_row(examined.question, asked, every, lead)):
            return put_in_front(examined, table, *found, is_extreme=True)
        if of_all and (found := total_row(examined.question, every, lead)):
            return put_in_front(examined, table, *found)
    if pair and (both := better_sentence(pair, examined.best)):
        return _with_better(examined, examined.best[0], *both)
    return _without_rows(examined, pair, passages_of) if pair else examined


def _without_rows(examined: Examined, pair: Pair, passages_of: Callable[[str], Sequence[Passage]]) -> Examined:
    """The same, where no row answers of a table that has both things and no column for what is compared."""
    silent = set[tuple[str, str]]()
    for table in _tables(examined):
        passage = table.hit.passage
        every = passages_of(passage.document)
        if len(every) <= MOST_PASSAGES and has_no_column(pair, every, passage.lead_text):
            silent.add((passage.document, passage.lead_text))
    best = [
        replace(each, is_known_wrong=(each.hit.passage.document, each.hit.passage.lead_text) in silent)
        for each in examined.best
    ]
    return replace(examined, best=best)


def _tables(examined: Examined) -> Sequence[BestSentence]:
    """A hit of each table; several may be of one, which is looked through once."""
    tables: dict[tuple[str, str], BestSentence] = {}
    for best in examined.best:
        passage = best.hit.passage
        if passage.lead and "row" in passage.kinds:
            tables.setdefault((passage.document, passage.lead_text), best)
    return tuple(tables.values())


def _with_better(
    examined: Examined, holder: BestSentence, better: Place, other: Place, *, is_row: bool = False
) -> Examined:
    """One of two things in front, quoted with the other."""
    passage, number = other
    hit = next((best.hit for best in examined.best if best.hit.passage.id == passage.id), holder.hit)
    beside = Reference(replace(hit, passage=passage), number)
    return put_in_front(examined, holder, *better, is_extreme=is_row, named=beside)
