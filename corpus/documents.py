"""The values that text becomes: documents, their sections, their passages.

Every offset counts Unicode code points of the document's canonical text. Spans are half-open:
`document.text[passage.start:passage.end] == passage.text`, always.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Span: TypeAlias = tuple[int, int]
"""Start and end, half-open."""

BlockKind: TypeAlias = Literal["heading", "paragraph", "item", "row", "code", "quotation", "record"]
"""What a block of text is: `item` of a list, `row` of a table, `record`: a line that says one thing, as in a chat."""

KINDS: tuple[BlockKind, ...] = ("heading", "paragraph", "item", "row", "code", "quotation", "record")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that belongs together and may be quoted.

    `level` is that of a heading, or how deep a list item is nested, from 1. `lead` is the span that has to be read with
    the block: the header of a table for its rows, the sentence that introduces a list, the question before an answer.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    lead: Span | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where in the file it came from the text goes on, from `start` to the next anchor.

    `page` is the number of the page or slide, from 1; `label` says it for people: `page 3`, `slide 2`, `Prices!A4:C4`.
    """

    start: int
    page: int | None
    label: str


@dataclass(frozen=True, slots=True)
class Section:
    """The text below one heading, up to the next heading. `path` holds the headings above it, outermost first.

    `path` does not hold the document's title. It is empty for text before the first heading below the title.
    `headings` are the spans of the words of each heading in `path`; what a record is about follows its heading there.
    """

    path: tuple[str, ...]
    start: int
    end: int
    headings: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document without its text. `length` is in code points, `sha256` is that of the canonical text in UTF-8.

    `metadata` are names and values, as the source states them: front matter, fields, properties of a file.
    `anchors` are in the order of the text.
    """

    id: str
    title: str
    sha256: str
    length: int
    sections: tuple[Section, ...]
    metadata: tuple[tuple[str, str], ...] = ()
    anchors: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One canonical text (see `corpus.canonical`) with its title, sections and checksum.

    `blocks` are in the order of the text. `hidden` are the spans that nobody reads: comments, front matter, rules.
    """

    info: DocumentInfo
    text: str
    blocks: tuple[Block, ...] = ()
    hidden: tuple[Span, ...] = ()

    @property
    def id(self) -> str:
        """The name of the document in hits, evidence and filters."""
        return self.info.id


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one section, small enough for the encoder.

    `document` is the id of the document, `section` the path of the section. `start`, `end` and `sentences` are offsets
    in the document. `lead` is the span of what has to be read with the passage, such as the header of a table, and
    `lead_text` what stands there. `kinds` and `blocks` say of each sentence what kind of block holds it, and which of
    the passage's blocks that is, from 0; left out, all are of one paragraph. `headings` are the spans of the headings
    in `section`. `anchors` and `metadata` are those of the document.
    """

    document: str
    title: str
    section: tuple[str, ...]
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]
    lead: Span | None = None
    lead_text: str = ""
    kinds: tuple[BlockKind, ...] = ()
    blocks: tuple[int, ...] = ()
    headings: tuple[Span, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.kinds:
            object.__setattr__(self, "kinds", ("paragraph",) * len(self.sentences))
        if not self.blocks:
            object.__setattr__(self, "blocks", (0,) * len(self.sentences))

    @property
    def id(self) -> str:
        """The name of the passage, which says where it lies: `document:start-end`."""
        return passage_id(self.document, self.start, self.end)

    @property
    def sentence_texts(self) -> list[str]:
        """The sentences."""
        return [self.text_at(span) for span in self.sentences]

    def text_at(self, span: Span) -> str:
        """What stands at a span of the document that lies in the passage."""
        return self.text[span[0] - self.start : span[1] - self.start]

    @property
    def written_headings(self) -> list[tuple[str, Span]]:
        """The headings above it that stand in the text as `section` has them, and where; outermost first.

        Without what a heading of a record is followed by.
        """
        headings = [(names[0], span) for names, span in zip(self.named_by_headings, self.headings, strict=False)]
        return [(words, span) for words, span in headings if span[1] - span[0] == len(words)]

    def heading_at(self, span: Span) -> str:
        """The heading of `written_headings` that stands at a span."""
        return next(words for words, at in self.written_headings if at == span)

    @property
    def named_by_headings(self) -> list[list[str]]:
        """What each heading of `section` names: itself, and each thing that the record below it is about."""
        lengths = [end - start for start, end in self.headings] or [len(words) for words in self.section]
        return [
            [words[:length], *words[length + 2 :].split(", ")] if words[length : length + 2] == ": " else [words]
            for words, length in zip(self.section, lengths, strict=True)
        ]

    @property
    def context(self) -> str:
        """Title, section path and lead: encoded and searched with the text, never quoted as if they stood there."""
        return context(self.title, self.section, self.lead_text)


def passage_id(document: str, start: int, end: int) -> str:
    """The name of the passage that lies there."""
    return f"{document}:{start}-{end}"


def anchor_at(anchors: Sequence[Anchor], position: int) -> Anchor | None:
    """The anchor that a position lies under; None where it lies before the first."""
    number = bisect_right(anchors, position, key=lambda anchor: anchor.start) - 1
    return anchors[number] if number >= 0 else None


def section_at(sections: Sequence[Section], position: int) -> int:
    """The number of the section that a position lies in, or else of the next one: how many there are behind the last.

    So a heading, or the header of a table, belongs to the section below it.
    """
    return bisect_right(sections, position, key=lambda section: section.end)


def context(title: str, section: tuple[str, ...], lead: str = "") -> str:
    """What encoders and the lexical index read above a passage: `title > section > subsection > lead`."""
    return " > ".join((title, *section, lead) if lead else (title, *section))
