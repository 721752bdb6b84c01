"""What an item of a list or a row of a table stands below: the item it is nested in, the row that names its group."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from corpus.documents import Passage
from corpus.prose.cells import AS_ABOVE, cells_of, is_title, leaves_its_first_cell, named_cells

_MAY_STAND_BELOW = frozenset(("item", "record", "row"))


def stand_below(passage: Passage) -> list[int | None]:
    """The number of the sentence that each sentence of a passage stands below; None of those that stand alone.

    An item stands below the nearest one before it that is indented less, a line of a form or an agenda too. A row whose
    first cell is empty, or has ditto marks, stands below the nearest one before it that fills this cell; others stand
    below the last one that is a title: it fills the first cell alone.
    """
    count = len(passage.sentences)
    if not _MAY_STAND_BELOW.intersection(passage.kinds):
        return [None] * count
    found: list[int | None] = []
    indents = _indents(passage)
    lines: list[int] = []  # the open items and lines, the outermost first
    group: int | None = None  # the last row that names its group
    title: int | None = None  # the last row that is a title
    for number, (kind, block) in enumerate(zip(passage.kinds, passage.blocks, strict=True)):
        if number and block == passage.blocks[number - 1]:
            found.append(found[-1])
            continue
        if kind not in ("item", "record"):
            lines.clear()
        if kind != "row":
            group = title = None
        if kind == "row":
            row = row_text(passage, number)
            is_grouped = leaves_its_first_cell(row, 0, len(row))
            if is_title(passage.lead_text, row):
                found.append(None)
                group, title = None, number
            else:
                found.append(group if is_grouped else title)
                group = group if is_grouped else number
        elif kind in ("item", "record"):
            while lines and indents[lines[-1]] >= indents[number]:
                lines.pop()
            found.append(lines[-1] if lines else None)
            lines.append(number)
        else:
            found.append(None)
    return found


def above(below: Sequence[int | None], number: int) -> Iterator[int]:
    """The numbers of the sentences that one stands below, the nearest first; `below` is what `stand_below` says."""
    holder = below[number] if number < len(below) else None
    while holder is not None:
        yield holder
        holder = below[holder]


def left_to_group(passage: Passage, number: int, group: int) -> list[tuple[str, str, int]]:
    """The cells that a row leaves to the row of its group: as `named_cells`, with positions in the passage's text.

    Of a title, its words.
    """
    row = row_text(passage, group)
    if is_title(passage.lead_text, row):
        words, at = next(cells_of(row))
        return [("", words, passage.sentences[group][1] - passage.start - len(row) + at)]
    filled = {name for name, cell, _ in _named(passage, number) if not AS_ABOVE.fullmatch(cell)}
    return list(takewhile(lambda cell: cell[0] not in filled, _named(passage, group)))


def cells_read(passage: Passage, number: int) -> list[tuple[str, str, int]]:
    """The cells of a row, those included that it leaves to the row of its group: as `left_to_group`.

    A title above it comes first, below no name.
    """
    below, own = stand_below(passage), _named(passage, number)
    for holder in above(below, number) if own else ():
        left = left_to_group(passage, number, holder)
        own = left + [cell for cell in own if cell[0] not in {name for name, _, _ in left}]
    return own


def row_text(passage: Passage, number: int) -> str:
    """A row with the tabs before it, each of which stands for an empty cell."""
    start, end = (position - passage.start for position in passage.sentences[number])
    return passage.text[len(passage.text[:start].rstrip("\t")) : end]


def _named(passage: Passage, number: int) -> list[tuple[str, str, int]]:
    row = row_text(passage, number)
    begin = passage.sentences[number][1] - passage.start - len(row)
    return [(name, cell, begin + at) for name, cell, at in named_cells(passage.lead_text, row)]


def _indents(passage: Passage) -> list[int]:
    """How far the line of each sentence is indented, in characters."""
    starts = [start - passage.start for start, _ in passage.sentences]
    lines = [passage.text.rfind("\n", 0, start) + 1 for start in starts]
    return [len(passage.text[line:start].expandtabs(4)) for line, start in zip(lines, starts, strict=True)]
