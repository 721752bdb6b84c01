"""Where a question asks for an extreme, a total, or which of two, the row or the sentence of it is the first answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.documents import Passage
from service.answering.choosing.choose import put_in_front
from service.answering.examined import BestSentence, Examined, Reference
from service.answering.tables.extremes import extreme_row, superlative_in
from service.answering.tables.pairs import Place, better_row, better_sentence, has_no_column, pair_in
from service.answering.tables.totals import asks_for_total, total_row


def put_extreme_first(examined: Examined, passages_of: Callable[[str], Sequence[Passage]]) -> Examined:
    """The same with what holds the extreme or the total in front that the question asks for, or one of two things.

    Where no hit has that row, its passage takes the place of the hit of the same table. `passages_of` gives those of a
    document, in order.
    """
    pair, asked = pair_in(examined.question), superlative_in(examined.question)
    of_all = asks_for_total(examined.question)
    if not pair and not asked and not of_all:
        return examined
    silent = set[tuple[str, str]]()  # tables that have both things, and no column for what is compared
    for table in _tables(examined):
        document, lead = _table_of(table)
        every = passages_of(document)
        if pair and (both := better_row(pair, every, lead)):
            return _with_better(examined, table, *both, is_row=True)
        if pair and has_no_column(pair, every, lead):
            silent.add((document, lead))
        if asked and (found := extreme_row(examined.question, asked, every, lead)):
            return put_in_front(examined, table, *found, is_extreme=True)
        if of_all and (found := total_row(examined.question, every, lead)):
            return put_in_front(examined, table, *found)
    if pair and (both := better_sentence(pair, examined.best)):
        return _with_better(examined, examined.best[0], *both)
    best = [replace(each, is_known_wrong=_table_of(each) in silent) for each in examined.best]
    return replace(examined, best=best)


def _tables(examined: Examined) -> Sequence[BestSentence]:
    """A hit of each table; several may be of one, which is looked through once."""
    tables: dict[tuple[str, str], BestSentence] = {}
    for best in examined.best:
        if best.hit.passage.lead and "row" in best.hit.passage.kinds:
            tables.setdefault(_table_of(best), best)
    return tuple(tables.values())


def _table_of(best: BestSentence) -> tuple[str, str]:
    """The document of a passage, and the header above its rows, which tell tables apart."""
    return best.hit.passage.document, best.hit.passage.lead_text


def _with_better(
    examined: Examined, holder: BestSentence, better: Place, other: Place, *, is_row: bool = False
) -> Examined:
    """One of two things in front, quoted with the other."""
    passage, number = other
    hit = next((best.hit for best in examined.best if best.hit.passage.id == passage.id), holder.hit)
    beside = Reference(replace(hit, passage=passage), number)
    return put_in_front(examined, holder, *better, is_extreme=is_row, named=beside)
