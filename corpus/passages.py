"""How sentences are packed into passages that the encoder can read whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import NamedTuple

from corpus.documents import Block, Document, Passage, Section, Span, context
from corpus.packing import Piece, cut, join, pack
from corpus.prose.blocks import lines_of
from corpus.prose.cells import question_and_answer
from corpus.prose.sentences import CountTokens, count_long_words, sentences

CHUNKING_VERSION = 21
"""Which way of cutting this is. Raise it whenever the same text would be cut otherwise: caches are named by it."""

LONG_RULES = ("----------", "==========", "__________")  # how these begin below the header of a plain text's table
CONTEXT_TOKENS = 64  # the most tokens of the encoder's window that title and section path may take


@dataclass(frozen=True, slots=True)
class Chunking:
    """The bounds by which sentences are packed into passages.

    `max_tokens` and `min_tokens` are tokens of a passage without its context. `overlap` is how many of the last
    sentences of a passage the next one repeats, where a block had to be cut between the two. `version` says which way
    of cutting it is.
    """

    max_tokens: int = 254
    min_tokens: int = 48
    overlap: int = 0
    version: int = CHUNKING_VERSION


class _Stretch(NamedTuple):
    """Sentences of a section between two places where a passage ends, and the most tokens of a passage there."""

    section: Section
    sentences: list[Piece]
    room: int


def split(document: Document, chunking: Chunking, encoder_tokens: int, count_tokens: CountTokens) -> list[Passage]:
    """The passages of a document, in order.

    A passage has at most `max_tokens` tokens, and with its context (cut at CONTEXT_TOKENS) at most `encoder_tokens`.
    Sentences are packed greedily. The end of a block ends a passage that has `min_tokens`; the end of a section and a
    rule end any passage. A text of nothing but rules has no passage. `count_tokens` is called at most three times.
    """
    count_tokens = partial(count_long_words, count_tokens)
    text, title = document.text, document.info.title
    sections = document.info.sections
    uncounted = list(_sentences_of_sections(document))
    leads = {block.lead for part in uncounted for block in (s.block for s in part) if block.lead}
    words = {lead: text[slice(*lead)] for lead in sorted(leads)}  # all passages with one lead share its words
    contexts = [context(title, section.path) for section in sections]
    texts = [
        *contexts,
        *words.values(),
        *(counted for part in uncounted for counted in _counted_texts(text, part)),
    ]
    counts = iter(count_tokens(texts))
    rooms = [encoder_tokens - min(next(counts), CONTEXT_TOKENS) for _ in sections]
    lead_tokens = {lead: next(counts) for lead in words}
    budgets = [max(1, min(chunking.max_tokens, room)) for room in rooms]
    counted = [[s._replace(tokens=next(counts)) for s in part] for part in uncounted]
    stretches: list[_Stretch] = []
    for section, budget, part in zip(sections, budgets, counted, strict=True):
        for _, group in groupby(part, key=lambda sentence: sentence.stretch):
            found = list(join(text, group))
            # A lead takes its part of the window, but never more than half of it.
            longest = max((lead_tokens[s.block.lead] for s in found if s.block.lead), default=0)
            stretches.append(_Stretch(section, found, max(1, budget - min(longest, budget // 2))))
    unit_tokens = _count_units(text, stretches, count_tokens)
    passages: list[Passage] = []
    for section, found, room in stretches:
        pieces = (piece for sentence in found for piece in cut(text, sentence, room, unit_tokens))
        passages.extend(
            _passage(document, section, packed, words)
            for packed in pack(pieces, room, chunking.min_tokens, chunking.overlap)
        )
    return passages


def _passage(document: Document, section: Section, packed: Sequence[Piece], leads: Mapping[Span, str]) -> Passage:
    """The passage of these sentences; `leads` are the words of each lead."""
    start, end, first = packed[0].start, packed[-1].end, packed[0].block
    if first.kind == "row" and first.lead and packed[0].opens_block and _follows(document.text, first.lead, first):
        start = first.lead[0]  # the first rows of a table are shown with its header
    if first.kind in ("item", "record"):
        start -= _indent(document.text, start)  # what is nested in what shows by how far it is indented
    spans = tuple((s.start, s.end) for s in packed)
    lead = first.lead if first.lead and (first.kind == "row" or first.lead[0] < start) else None
    numbers = {block: number for number, block in enumerate(dict.fromkeys(s.block for s in packed))}
    return Passage(
        document=document.id,
        title=document.info.title,
        section=section.path,
        start=start,
        end=end,
        text=document.text[start:end],
        sentences=spans,
        lead=lead,
        lead_text="" if lead is None else leads[lead],
        kinds=tuple(s.block.kind for s in packed),
        blocks=tuple(numbers[s.block] for s in packed),
        headings=section.headings,
        anchors=document.info.anchors,
        metadata=document.info.metadata,
    )


def _indent(text: str, start: int) -> int:
    """How many characters of white space stand before a position on its line; 0 where anything else does."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return 0 if line.strip() else len(line)


def _follows(text: str, header: Span, row: Block) -> bool:
    """Whether nothing but the rule below a header lies between the header and the row.

    A line of signs has a token for each of them. Where it is long, the rows are packed without it.
    """
    between = text[header[1] : row.start]
    if len(between) >= 1000 or between.strip().startswith(LONG_RULES):
        return False
    return not any(character.isalnum() for character in between.replace("th", "").replace("tr", "").replace("td", ""))


def _sentences_of_sections(document: Document) -> Iterator[list[Piece]]:
    """The sentences of each section, with tokens not yet counted."""
    blocks = iter((*document.blocks, None))
    block = next(blocks)
    hidden = iter(sorted(document.hidden))
    concealed = next(hidden, None)
    for section in document.info.sections:
        found: list[Piece] = []
        stretch, before = 0, None
        while block and block.start < section.end:
            if block.start >= section.start and (block.kind != "heading" or block.start == section.start):
                parted = False
                while concealed and concealed[0] < block.start:
                    parted, concealed = True, next(hidden, None)
                stretch += parted or (before is not None and _parts(before, block))
                before = block
                found += _block_sentences(document.text, block, stretch)
            block = next(blocks)
        yield found


def _parts(before: Block, block: Block) -> bool:
    """Whether a passage ends between two blocks: a table is never mixed with what stands around it."""
    return (before.kind == "row") != (block.kind == "row") or (block.kind == "row" and before.lead != block.lead)


def _block_sentences(text: str, block: Block, stretch: int) -> Iterator[Piece]:
    """The sentences of a block; a row and a record are one each, code has one a line."""
    span = (block.start, block.end)
    if block.kind == "row" and (cells := question_and_answer(text[slice(*(block.lead or (0, 0)))], text[slice(*span)])):
        # Read as questions and answers are elsewhere: one after the other.
        block = Block("paragraph", *span)
        spans = [found for start, end in cells for found in sentences(text, (span[0] + start, span[0] + end))]
    elif block.kind in ("row", "record", "heading"):
        spans = [span]
    elif block.kind == "code":
        spans = list(lines_of(text, *span))
    else:
        spans = sentences(text, span)
    for number, (start, end) in enumerate(spans):
        yield Piece(start, end, block, opens_block=not number, stretch=stretch, tokens=0)


def _counted_texts(text: str, part: Sequence[Piece]) -> Iterator[str]:
    """Each sentence, with the marks before it that the text of a passage would hold: a fence, the rule of a table."""
    before: Piece | None = None
    for sentence in part:
        start, lead = sentence.start, sentence.block.lead
        if sentence.opens_block and before and before.stretch == sentence.stretch:
            start = before.end
        elif sentence.block.kind == "row" and lead and _follows(text, lead, sentence.block):
            start = lead[1]
        yield text[start : sentence.end]
        before = sentence


def _count_units(text: str, stretches: Sequence[_Stretch], count_tokens: CountTokens) -> dict[str, int]:
    """Tokens of each word of the sentences that have no room, and of each character of the words that have none."""
    too_long = [text[s.start : s.end] for stretch in stretches for s in stretch.sentences if s.tokens > stretch.room]
    words = sorted({word for sentence in too_long for word in sentence.split()})
    tokens = dict(zip(words, count_tokens(words), strict=True)) if words else {}
    least = min((stretch.room for stretch in stretches), default=1)
    characters = sorted({character for word in words if tokens[word] > least for character in word})
    return tokens | dict(zip(characters, count_tokens(characters), strict=True)) if characters else tokens
