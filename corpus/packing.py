"""How sentences are put together: joined where they are one form, cut where they are too long, packed into passages."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from corpus.documents import Block
from corpus.prose.cells import is_title, leaves_its_first_cell

JOINED_TOKENS = 128  # the most tokens of records that are kept together, as those of a form are, and of rows

_WORD = re.compile(r"\S+")


class Piece(NamedTuple):
    """A sentence, or a piece of one that is too long for a passage.

    `block` is the block that holds it; `opens_block` says whether the sentence is the first of it. `stretch` numbers
    the parts of a section between which a passage ends: hidden text lies there, or a table begins or ends. `tokens` is
    0 until they are counted.
    """

    start: int
    end: int
    block: Block
    opens_block: bool
    stretch: int
    tokens: int


def join(text: str, part: Iterable[Piece]) -> Iterator[Piece]:
    """The sentences; those that say little apart are one block, if they are few.

    That is records between two blank lines, as the lines of a form, and a row with those below it that leave their
    first cell to it, or that it is the title of.
    """
    joined: list[Piece] = []
    for sentence in part:
        if joined and not _goes_on(text, joined, sentence):
            yield from _as_one_block(joined)
            joined = []
        joined.append(sentence)
    yield from _as_one_block(joined)


def _goes_on(text: str, joined: Sequence[Piece], sentence: Piece) -> bool:
    """Whether a sentence is joined with those before it."""
    kind = sentence.block.kind
    if kind != joined[-1].block.kind:
        return False
    if kind == "record":
        return text.count("\n", joined[-1].end, sentence.start) <= 1
    if kind != "row":
        return False
    is_below_title = _is_title(text, joined[0]) and not _is_title(text, sentence)
    return is_below_title or leaves_its_first_cell(text, sentence.start, sentence.end)


def _is_title(text: str, row: Piece) -> bool:
    header = row.block.lead
    return header is not None and is_title(text[slice(*header)], text[row.start : row.end])


def _as_one_block(joined: Sequence[Piece]) -> Iterator[Piece]:
    """The same, as one block where they are few; of many rows, the first two: no passage ends with a title."""
    is_short = sum(sentence.tokens for sentence in joined) <= JOINED_TOKENS
    for number, sentence in enumerate(joined):
        is_inside = number and (is_short or (number == 1 and sentence.block.kind == "row"))
        yield sentence._replace(opens_block=False) if is_inside else sentence


def cut(text: str, sentence: Piece, budget: int, unit_tokens: Mapping[str, int]) -> Iterator[Piece]:
    """The sentence itself if it fits into the budget, otherwise pieces of whole words that do."""
    if sentence.tokens <= budget:
        yield sentence
        return
    units = list(_units(text, sentence, budget, unit_tokens))
    marks = max(0, sentence.tokens - sum(unit.tokens for unit in units))  # before the sentence
    piece = sentence._replace(end=sentence.start, tokens=marks)
    for unit in units:
        if piece.start < piece.end and piece.tokens + unit.tokens > budget:
            yield piece
            piece = unit._replace(tokens=0)
        piece = piece._replace(end=unit.end, tokens=piece.tokens + unit.tokens)
    yield piece


def _units(text: str, sentence: Piece, budget: int, unit_tokens: Mapping[str, int]) -> Iterator[Piece]:
    """The words of a sentence; the characters of a word that is over budget by itself."""
    rest = sentence._replace(opens_block=False)
    for word in _WORD.finditer(text, sentence.start, sentence.end):
        if unit_tokens[word[0]] <= budget:
            yield rest._replace(start=word.start(), end=word.end(), tokens=unit_tokens[word[0]])
        else:
            letters = range(*word.span())
            yield from (rest._replace(start=at, end=at + 1, tokens=unit_tokens[text[at]]) for at in letters)


def pack(stretch: Iterable[Piece], budget: int, at_least: int, overlap: int) -> Iterator[list[Piece]]:
    """The sentences of each passage: consecutive, and of at most `budget` tokens.

    The end of a block ends a passage of `at_least` tokens. `overlap` is as for `Chunking`.
    """
    packed: list[Piece] = []
    tokens = 0
    for sentence in stretch:
        is_full = tokens + sentence.tokens > budget
        if packed and (is_full or (sentence.opens_block and tokens >= at_least)):
            yield packed
            packed = [] if sentence.opens_block else _repeated(packed, budget - sentence.tokens, overlap)
            tokens = sum(s.tokens for s in packed)
        packed.append(sentence)
        tokens += sentence.tokens
    if packed:
        yield packed


def _repeated(packed: Sequence[Piece], room: int, overlap: int) -> list[Piece]:
    """The last sentences of the open block that the next passage repeats: at most `overlap`, in `room` tokens."""
    kept: list[Piece] = []
    for sentence in reversed(packed[max(0, len(packed) - overlap) :]):
        room -= sentence.tokens
        if room < 0:
            break
        kept.insert(0, sentence)
        if sentence.opens_block:
            break
    return kept
