"""The stretches of a passage that may support a statement: a sentence, a few in a row, a row of a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.documents import Passage
from service.answering.statements.words import WordedText, read_words

MOST = 3  # sentences that are taken together
# A sentence with such a word goes on about what the sentence before it names.
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|this|these|those|that|such|one|ones|then|there|both|others?|former"
    r"|latter|we|our|here)\b",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"[;,]|\b(?:and|but|while|whereas|although|which|who)\b")
_ITEM_NUMBER = re.compile(r"^(?:\(?\d{1,3}(?:\.\d{1,3}){0,3}[.)]?\s+|[-*•]\s+|\([a-z]\)\s*)(?=\D)")


@dataclass(frozen=True, slots=True)
class Window:
    """`sentences` sentences at `[start:end]` of the document, worded; a row of a table with the header of each cell."""

    start: int
    end: int
    sentences: int
    worded: WordedText


def windows(passage: Passage, statement: str) -> Iterator[Window]:
    """Every sentence; and those that a statement may join: several clauses, or a sentence that points back."""
    spans, kinds, blocks = passage.sentences, passage.kinds, passage.blocks
    is_compound = bool(_COMPOUND.search(statement))
    for first, (start, _) in enumerate(spans):
        for last in range(first, min(first + MOST, len(spans))):
            kind = kinds[last]
            same_block = blocks[first] == blocks[last] or {kinds[first], kind} == {"paragraph"}
            added = passage.text_at(spans[last])
            if last > first and (kind == "row" or not same_block):
                break
            if last > first and not (is_compound or _POINTS_BACK.search(added)):
                break
            end = spans[last][1]
            yield Window(start, end, last - first + 1, read_words(_as_prose(passage, start, end, kind == "row")))


def _as_prose(passage: Passage, start: int, end: int, is_row: bool) -> str:
    """The text there, without the number or mark of an item; each cell of a row after the header of its column."""
    text = passage.text_at((start, end))
    if not is_row:
        return _ITEM_NUMBER.sub("", text, count=1)
    cells, header = _cells(text), _cells(passage.lead_text)
    if len(cells) != len(header):
        return "; ".join(filter(None, cells))
    pairs = [f"{name} {cell}".strip() for name, cell in zip(header[1:], cells[1:], strict=True) if cell]
    return f"{cells[0]}: {'; '.join(pairs)}"


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]
