"""Sentences, and how they are packed into passages that the encoder can read whole."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from corpus.documents import Document, Passage, Section, context
from corpus.sections import blocks
from corpus.sentences import sentences

if TYPE_CHECKING:
    pass

CountTokens: TypeAlias = Callable[[Sequence[str]], list[int]]

CONTEXT_TOKENS = 64  # the most that title and section path may take of the encoder's window

_RUN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Chunking:
    """Token bounds of a passage, and how many sentences are said again where a block had to be cut."""

    max_tokens: int = 254
    min_tokens: int = 48
    overlap: int = 0


class _Sentence(NamedTuple):
    """A sentence, or a piece of one too long; `opens` a block; `run` numbers stretches that no passage may leave."""

    start: int
    end: int
    opens: bool
    run: int
    tokens: int


def split(document: Document, chunking: Chunking, encoder_tokens: int, count_tokens: CountTokens) -> list[Passage]:
    """Passages in order, each of at most `max_tokens` and of what the context leaves of `encoder_tokens`.

    Sentences are packed greedily; the end of a block closes a passage of `min_tokens`, a section or rule any.
    `count_tokens` is called at most three times. No passage where a text is nothing but rules.
    """
    text, title = document.text, document.info.title
    sections = document.info.sections
    spans = [_section_sentences(text, section) for section in sections]
    contexts = [context(title, section.path) for section in sections]
    counts = iter(count_tokens([*contexts, *(text[s.start : s.end] for part in spans for s in part)]))
    budgets = [max(1, min(chunking.max_tokens, encoder_tokens - min(next(counts), CONTEXT_TOKENS))) for _ in sections]
    counted = [[s._replace(tokens=next(counts)) for s in part] for part in spans]
    costs = _costs(text, counted, budgets, count_tokens)
    passages: list[Passage] = []
    for section, budget, part in zip(sections, budgets, counted, strict=True):
        fitting = (piece for sentence in part for piece in _cut(text, sentence, budget, costs))
        for _, run in groupby(fitting, key=lambda sentence: sentence.run):
            for packed in _pack(run, budget, chunking):
                inside = tuple((s.start, s.end) for s in packed)
                start, end = packed[0].start, packed[-1].end
                passages.append(Passage(document.id, title, section.path, start, end, text[start:end], inside))
    return passages


def _section_sentences(text: str, section: Section) -> list[_Sentence]:
    """Every sentence of a section, not yet counted; what lies between two runs is a rule."""
    found: list[_Sentence] = []
    run, end = 0, section.start
    for block in blocks(text, section):
        run += bool(text[end : block[0]].strip())
        end = block[1]
        found.extend(_Sentence(*span, opens=not i, run=run, tokens=0) for i, span in enumerate(sentences(text, block)))
    return found


def _costs(
    text: str, parts: Sequence[Sequence[_Sentence]], budgets: Sequence[int], count_tokens: CountTokens
) -> dict[str, int]:
    """Tokens of each word of the sentences that are over budget, and of each character of words that are."""
    pairs = zip(parts, budgets, strict=True)
    long = [text[s.start : s.end] for part, budget in pairs for s in part if s.tokens > budget]
    words = sorted({word for sentence in long for word in sentence.split()})
    costs = dict(zip(words, count_tokens(words), strict=True)) if words else {}
    characters = sorted({character for word in words if costs[word] > min(budgets) for character in word})
    return costs | dict(zip(characters, count_tokens(characters), strict=True)) if characters else costs


def _cut(text: str, sentence: _Sentence, budget: int, costs: Mapping[str, int]) -> Iterator[_Sentence]:
    """The sentence where it fits, else pieces of whole words that do."""
    if sentence.tokens <= budget:
        yield sentence
        return
    piece = sentence._replace(end=sentence.start, tokens=0)
    for start, end, tokens in _units(text, sentence, budget, costs):
        if piece.start < piece.end and piece.tokens + tokens > budget:
            yield piece
            piece = _Sentence(start, end, opens=False, run=sentence.run, tokens=0)
        piece = piece._replace(end=end, tokens=piece.tokens + tokens)
    yield piece


def _units(text: str, sentence: _Sentence, budget: int, costs: Mapping[str, int]) -> Iterator[tuple[int, int, int]]:
    """Start, end and tokens of each word; of each character where the word alone is over budget."""
    for word in _RUN.finditer(text, sentence.start, sentence.end):
        if costs[word[0]] <= budget:
            yield word.start(), word.end(), costs[word[0]]
        else:
            yield from ((at, at + 1, costs[text[at]]) for at in range(*word.span()))


def _pack(run: Iterable[_Sentence], budget: int, chunking: Chunking) -> Iterator[list[_Sentence]]:
    """Lists of consecutive sentences of at most `budget` tokens; after a cut the last `overlap` are said again."""
    packed: list[_Sentence] = []
    tokens = 0
    for sentence in run:
        if packed and (tokens + sentence.tokens > budget or (sentence.opens and tokens >= chunking.min_tokens)):
            yield packed
            packed = [] if sentence.opens else _overlap(packed, budget - sentence.tokens, chunking.overlap)
            tokens = sum(s.tokens for s in packed)
        packed.append(sentence)
        tokens += sentence.tokens
    if packed:
        yield packed


def _overlap(packed: Sequence[_Sentence], room: int, most: int) -> list[_Sentence]:
    """The last sentences of the open block, at most `most` of them, that fit into `room` tokens."""
    kept: list[_Sentence] = []
    for sentence in reversed(packed[max(0, len(packed) - most) :]):
        room -= sentence.tokens
        if room < 0:
            break
        kept.insert(0, sentence)
        if sentence.opens:
            break
    return kept
