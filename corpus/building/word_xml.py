"""The XML of Word: what of a paragraph is seen, how cells are merged, how deep lists are nested."""

from collections.abc import Iterator
from typing import Any

from corpus.building.tables import Cell
from corpus.prose.blocks import LAST_LEVEL

Element = Any  # of lxml, which has no types of its own
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset((f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}pPr", f"{W}rPr", f"{W}txbxContent", FALLBACK))
_LITERAL = {f"{W}tab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": "\u00ad"}


def visible_parts(element: Element) -> Iterator[Element]:
    """The elements of a paragraph that a reader sees; what was deleted and what stands in boxes is left out."""
    for child in element:
        if child.tag not in _SKIPPED:
            yield child
            yield from visible_parts(child)


def words_of(node: Element) -> str:
    """The words of one element."""
    if node.tag == f"{W}t":
        return node.text or ""
    if node.tag == f"{W}br":
        return "\n"
    return _LITERAL.get(node.tag, "")


def text_of(paragraph: Element) -> str:
    """The words of a paragraph."""
    return "".join(map(words_of, visible_parts(paragraph))).strip()


def cell_of(element: Element) -> Cell:
    """A cell; `rows` is 0 where it goes on with the one above it."""
    properties = element.find(f"{W}tcPr")
    words = (text_of(p) for p in element.iter(f"{W}p") if nearest(p, "tc") is element)
    merged = properties.find(f"{W}vMerge") if properties is not None else None
    goes_on = merged is not None and merged.get(f"{W}val") in (None, "continue")
    columns = value_of(properties, "gridSpan")
    return Cell(" ".join(filter(None, words)), int(columns) if columns.isdigit() else 1, 0 if goes_on else 1)


def with_merged(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows, where a cell that goes on with the one above it has the words of that."""
    above: dict[int, Cell] = {}
    merged = []
    for row in rows:
        line: list[Cell] = []
        column = 0
        for cell in row:
            known = above.get(column) if cell.rows == 0 else None
            line.append(Cell(known.text if known else cell.text, cell.columns))
            above[column] = line[-1]
            column += cell.columns
        merged.append(line)
    return merged


def nearest(element: Element, name: str) -> Element:
    """The nearest element of this name above another; None where there is none."""
    return next(element.iterancestors(f"{W}{name}"), None)


def value_of(properties: Element, name: str) -> str:
    """What a property says; empty where it is not there."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    return "" if found is None else found.get(f"{W}val") or ""


def outline_level(properties: Element) -> int:
    """The level of a heading, from 1; 0 where it is none."""
    level = value_of(properties, "outlineLvl")
    return int(level) + 1 if level.isdigit() and int(level) < LAST_LEVEL else 0


def numbering_level(properties: Element) -> int:
    """How deep a paragraph is nested in a list; 0 where it is no item."""
    numbering = properties.find(f"{W}numPr") if properties is not None else None
    if numbering is None or value_of(numbering, "numId") in ("", "0"):
        return 0
    level = value_of(numbering, "ilvl")
    return int(level) + 1 if level.isdigit() else 1


def is_bold(paragraph: Element) -> bool:
    """Whether all words of a paragraph are bold."""
    runs = [run for run in paragraph.iter(f"{W}r") if any(t.text and t.text.strip() for t in run.iter(f"{W}t"))]
    bold = [run.find(f"{W}rPr/{W}b") for run in runs]
    return bool(runs) and all(mark is not None and mark.get(f"{W}val") not in ("0", "false") for mark in bold)
