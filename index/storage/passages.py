"""Reading documents, passages and sentences, which are columns on disk. Only what is asked for becomes a value.

documents.jsonl   one document a line
text.bin          the canonical texts one after another, in UTF-8
passages.bin      where each passage lies
sentences.bin     where each sentence lies
blocks.bin        what each document is made of
"""

import json
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from corpus.documents import KINDS, Anchor, Block, Document, DocumentInfo, Passage, Section, Span, context
from corpus.errors import SnapshotError
from corpus.folding import fold
from index.arrays import Array, Rows
from index.encoding.encoder import EncoderInput
from index.storage.columns import BLOCKS, HIDDEN, PASSAGES, SENTENCES, rows_of_ranges

DOCUMENTS_FILE = "documents.jsonl"
TEXT_FILE = "text.bin"


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document, the bytes of text.bin that hold its text, the rows of its passages and blocks, all half-open."""

    info: DocumentInfo
    byte_start: int
    byte_end: int
    first_passage: int
    last_passage: int
    first_block: int
    last_block: int

    def to_json(self) -> str:
        """One line of documents.jsonl, without the line end."""
        sections = [[list(s.path), s.start, s.end, s.headings] for s in self.info.sections]
        anchors = [[anchor.start, anchor.page, anchor.label] for anchor in self.info.anchors]
        info = (
            self.info.id,
            self.info.title,
            self.info.sha256,
            self.info.length,
            sections,
            self.info.metadata,
            anchors,
        )
        passages, blocks = (self.first_passage, self.last_passage), (self.first_block, self.last_block)
        rows = (self.byte_start, self.byte_end, *passages, *blocks)
        return json.dumps([*info, *rows], ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> "DocumentRecord":
        """Read such a line; raises ValueError or TypeError."""
        name, title, sha256, length, sections, metadata, anchors, *rows = json.loads(line)
        parsed = tuple(
            Section(tuple(path), start, end, tuple(map(tuple, headings))) for path, start, end, headings in sections
        )
        info = DocumentInfo(
            *(name, title, sha256, length, parsed),
            metadata=tuple(map(tuple, metadata)),
            anchors=tuple(Anchor(start, page, label) for start, page, label in anchors),
        )
        return cls(info, *rows)


class Position(NamedTuple):
    """Some fields of a row of passages.bin: those that say where a passage lies in its document."""

    section: int
    start: int
    end: int
    byte_start: int
    byte_end: int
    lead_start: int
    lead_end: int
    lead_byte_start: int
    lead_byte_end: int
    sentences: int


class PassageTable:
    """Reads documents, passages, sentences and blocks of one folder.

    `passages` (passages,), `sentences` (sentences,) and `blocks` (blocks,) are the columns. Their fields are named in
    `index.storage.columns`.
    """

    def __init__(
        self, documents: list[DocumentRecord], text: bytes | mmap.mmap, passages: Array, sentences: Array, blocks: Array
    ) -> None:
        self.documents = documents
        self.passages = passages
        self.sentences = sentences
        self.blocks = blocks
        self._text = text

    @classmethod
    def open(cls, folder: Path, passages: int, sentences: int, blocks: int, in_memory: bool = False) -> "PassageTable":
        """Memory-map the files, or read them; raises SnapshotError where they do not hold so many rows."""
        path = folder / DOCUMENTS_FILE
        try:
            # Not splitlines(): titles may hold other line separators.
            documents = [DocumentRecord.from_json(line) for line in path.read_text("utf-8").split("\n") if line]
            text = (folder / TEXT_FILE).read_bytes() if in_memory else _mapped(folder / TEXT_FILE)
        except (OSError, ValueError, TypeError) as error:
            raise SnapshotError(
                f"{path}: cannot be read ({error}); activate another snapshot or build again"
            ) from error
        counts = {PASSAGES: passages, SENTENCES: sentences, BLOCKS: blocks}
        columns = (column.open(folder, rows, in_memory=in_memory) for column, rows in counts.items())
        return cls(documents, text, *columns)

    def __len__(self) -> int:
        return len(self.passages)

    def document(self, row: int) -> Document:
        """A document with its text and blocks."""
        record = self.documents[row]
        text = self._text[record.byte_start : record.byte_end].decode()
        blocks = self.block_rows(record)
        hidden = tuple((start, end) for start, end, _, _, kind, _ in blocks.tolist() if kind == HIDDEN)
        return Document(record.info, text, tuple(_blocks(blocks)), hidden)

    def excerpt(self, row: int, start: int, end: int) -> str:
        """Code points `start` to `end` of a document's text, or what there is of them.

        Bytes are read from the last passage before them, so it takes no longer in a long text.
        """
        record = self.documents[row]
        starts = self.passages["start"][record.first_passage : record.last_passage]
        passage = record.first_passage + int(np.searchsorted(starts, start, side="right")) - 1
        at, byte = 0, record.byte_start
        if passage >= record.first_passage:
            at, byte = int(self.passages["start"][passage]), int(self.passages["byte_start"][passage])
        most = 4 * max(0, end - at)  # bytes: 4 are the most that a code point takes
        text = self._text[byte : min(byte + most, record.byte_end)].decode(errors="ignore")  # the last may be cut
        return text[start - at : max(start, end) - at]

    def block_rows(self, record: DocumentRecord) -> Array:
        """The rows of blocks.bin of one document (blocks,)."""
        return self.blocks[record.first_block : record.last_block]

    def passage(self, row: int) -> Passage:
        """A passage as a value."""
        return next(self.values(np.array([row])))

    def values(self, rows: Rows) -> Iterator[Passage]:
        """The passages of these rows as values, in the order of `rows`."""
        passages = self.passages[rows]
        sentences = self.sentences[rows_of_ranges(passages["first_sentence"], passages["sentences"])]
        inner = iter(sentences[["start", "end", "block", "kind"]].tolist())
        columns = (passages[name].tolist() for name in Position._fields)
        for document, *values in zip(passages["document"].tolist(), *columns, strict=True):
            at, info = Position(*values), self.documents[document].info
            own = list(islice(inner, at.sentences))
            yield Passage(
                document=info.id,
                title=info.title,
                section=info.sections[at.section].path,
                start=at.start,
                end=at.end,
                text=self._text[at.byte_start : at.byte_end].decode(),
                sentences=tuple((at.start + first, at.start + last) for first, last, _, _ in own),
                lead=None if at.lead_start < 0 else (at.lead_start, at.lead_end),
                lead_text=self._text[at.lead_byte_start : at.lead_byte_end].decode(),
                kinds=tuple(KINDS[kind] for _, _, _, kind in own),
                blocks=tuple(block for _, _, block, _ in own),
                headings=info.sections[at.section].headings,
                anchors=info.anchors,
                metadata=info.metadata,
            )

    def sentence_rows(self, row: int) -> slice:
        """The rows of a passage's sentences in the sentence columns."""
        first = int(self.passages[row]["first_sentence"])
        return slice(first, first + int(self.passages[row]["sentences"]))

    def encoder_input(self, row: int) -> EncoderInput:
        """A passage as the encoder reads it: folded."""
        passage = self.passage(row)
        folded = fold(passage.text)
        spans = tuple((folded.offset(start), folded.offset(end)) for start, end in inner_spans(passage))
        return EncoderInput(fold(passage.context).text, folded.text, spans)

    def searched_texts(self, rows: Rows) -> Iterator[str]:
        """Context and text of each of these passages: what the lexical index reads."""
        passages = self.passages[rows]
        names = ("document", "section", "byte_start", "byte_end", "lead_byte_start", "lead_byte_end")
        for document, section, start, end, *lead in zip(*(passages[name].tolist() for name in names), strict=True):
            info = self.documents[document].info
            above = context(info.title, info.sections[section].path, self._text[slice(*lead)].decode())
            yield f"{above}\n{self._text[start:end].decode()}"


def _mapped(path: Path) -> bytes | mmap.mmap:
    """The bytes of a file, which are read when they are used; raises OSError."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if file.seek(0, 2) else b""


def _blocks(rows: Array) -> Iterator[Block]:
    """The blocks that rows of blocks.bin say, hidden spans left out."""
    for start, end, lead_start, lead_end, kind, level in rows.tolist():
        if kind != HIDDEN:
            lead = None if lead_start < 0 else (lead_start, lead_end)
            yield Block(KINDS[kind], start, end, level, lead)


def inner_spans(passage: Passage) -> list[Span]:
    """The sentences of a passage as offsets in its text."""
    return [(start - passage.start, end - passage.start) for start, end in passage.sentences]
