"""How sentences are packed into passages that the encoder can read whole."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, TypeAlias

from corpus.documents import Document, Passage, Section, context
from corpus.sections import blocks
from corpus.sentences import sentences

CHUNKING_VERSION = 1
"""Which way of cutting this is. Raise it whenever the same text would be cut otherwise: caches are named by it."""

CONTEXT_TOKENS = 64  # the most tokens of the encoder's window that title and section path may take

CountTokens: TypeAlias = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, as `index.encoding.encoder.Encoder.count_tokens`."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Chunking:
    """The bounds by which sentences are packed into passages.

    `max_tokens` and `min_tokens` are tokens of a passage without its context. `overlap` is how many of the last
    sentences of a passage the next one repeats, where a block had to be cut between the two.
    """

    max_tokens: int = 254
    min_tokens: int = 48
    overlap: int = 0


class _Sentence(NamedTuple):
    """A sentence, or a piece of one that is too long for a passage.

    `opens_block` says whether it is the first of its block. `stretch` numbers the parts of a section that rules (`---`)
    separate; no passage holds sentences of two stretches. `tokens` is 0 until they are counted.
    """

    start: int
    end: int
    opens_block: bool
    stretch: int
    tokens: int


class _Unit(NamedTuple):
    """A word or a character: what a sentence is cut into where it is too long for a passage."""

    start: int
    end: int
    tokens: int


def split(document: Document, chunking: Chunking, encoder_tokens: int, count_tokens: CountTokens) -> list[Passage]:
    """The passages of a document, in order.

    A passage has at most `max_tokens` tokens, and with its context (cut at CONTEXT_TOKENS) at most `encoder_tokens`.
    Sentences are packed greedily. The end of a block ends a passage that has `min_tokens`; the end of a section and a
    rule end any passage. A text of nothing but rules has no passage. `count_tokens` is called at most three times.
    """
    text, title = document.text, document.info.title
    sections = document.info.sections
    uncounted = [_section_sentences(text, section) for section in sections]
    contexts = [context(title, section.path) for section in sections]
    counts = iter(count_tokens([*contexts, *(text[s.start : s.end] for part in uncounted for s in part)]))
    budgets = [max(1, min(chunking.max_tokens, encoder_tokens - min(next(counts), CONTEXT_TOKENS))) for _ in sections]
    counted = [[s._replace(tokens=next(counts)) for s in part] for part in uncounted]
    unit_tokens = _count_units(text, counted, budgets, count_tokens)
    passages: list[Passage] = []
    for section, budget, part in zip(sections, budgets, counted, strict=True):
        pieces = (piece for sentence in part for piece in _cut(text, sentence, budget, unit_tokens))
        for _, stretch in groupby(pieces, key=lambda piece: piece.stretch):
            for packed in _pack(stretch, budget, chunking):
                spans = tuple((s.start, s.end) for s in packed)
                start, end = packed[0].start, packed[-1].end
                passages.append(Passage(document.id, title, section.path, start, end, text[start:end], spans))
    return passages


def _section_sentences(text: str, section: Section) -> list[_Sentence]:
    """Every sentence of a section, with tokens not yet counted. Text between two blocks is a rule."""
    found: list[_Sentence] = []
    stretch, end = 0, section.start
    for block in blocks(text, section):
        stretch += bool(text[end : block[0]].strip())
        end = block[1]
        found.extend(
            _Sentence(*span, opens_block=not number, stretch=stretch, tokens=0)
            for number, span in enumerate(sentences(text, block))
        )
    return found


def _count_units(
    text: str, parts: Sequence[Sequence[_Sentence]], budgets: Sequence[int], count_tokens: CountTokens
) -> dict[str, int]:
    """Tokens of each word of the sentences over budget, and of each character of the words that are over budget.

    `parts` are the sentences of each section, `budgets` the most tokens of a passage there.
    """
    pairs = zip(parts, budgets, strict=True)
    too_long = [text[s.start : s.end] for part, budget in pairs for s in part if s.tokens > budget]
    words = sorted({word for sentence in too_long for word in sentence.split()})
    tokens = dict(zip(words, count_tokens(words), strict=True)) if words else {}
    characters = sorted({character for word in words if tokens[word] > min(budgets) for character in word})
    return tokens | dict(zip(characters, count_tokens(characters), strict=True)) if characters else tokens


def _cut(text: str, sentence: _Sentence, budget: int, unit_tokens: Mapping[str, int]) -> Iterator[_Sentence]:
    """The sentence itself if it fits into the budget, otherwise pieces of whole words that do."""
    if sentence.tokens <= budget:
        yield sentence
        return
    piece = sentence._replace(end=sentence.start, tokens=0)
    for unit in _units(text, sentence, budget, unit_tokens):
        if piece.start < piece.end and piece.tokens + unit.tokens > budget:
            yield piece
            piece = _Sentence(unit.start, unit.end, opens_block=False, stretch=sentence.stretch, tokens=0)
        piece = piece._replace(end=unit.end, tokens=piece.tokens + unit.tokens)
    yield piece


def _units(text: str, sentence: _Sentence, budget: int, unit_tokens: Mapping[str, int]) -> Iterator[_Unit]:
    """The words of a sentence; the characters of a word that is over budget by itself."""
    for word in _WORD.finditer(text, sentence.start, sentence.end):
        if unit_tokens[word[0]] <= budget:
            yield _Unit(word.start(), word.end(), unit_tokens[word[0]])
        else:
            yield from (_Unit(offset, offset + 1, unit_tokens[text[offset]]) for offset in range(*word.span()))


def _pack(stretch: Iterable[_Sentence], budget: int, chunking: Chunking) -> Iterator[list[_Sentence]]:
    """The sentences of each passage: consecutive, and of at most `budget` tokens."""
    packed: list[_Sentence] = []
    tokens = 0
    for sentence in stretch:
        is_full = tokens + sentence.tokens > budget
        if packed and (is_full or (sentence.opens_block and tokens >= chunking.min_tokens)):
            yield packed
            room = budget - sentence.tokens
            packed = [] if sentence.opens_block else _repeated(packed, room, chunking.overlap)
            tokens = sum(s.tokens for s in packed)
        packed.append(sentence)
        tokens += sentence.tokens
    if packed:
        yield packed


def _repeated(packed: Sequence[_Sentence], room: int, overlap: int) -> list[_Sentence]:
    """The last sentences of the open block that the next passage repeats: at most `overlap`, in `room` tokens."""
    kept: list[_Sentence] = []
    for sentence in reversed(packed[max(0, len(packed) - overlap) :]):
        room -= sentence.tokens
        if room < 0:
            break
        kept.insert(0, sentence)
        if sentence.opens_block:
            break
    return kept
