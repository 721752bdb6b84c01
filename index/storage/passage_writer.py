"""Writing documents, passages and sentences as columns."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import numpy as np

from corpus.documents import KINDS, Document, DocumentInfo, Passage, Span, section_at
from corpus.errors import CorpusError
from corpus.folding import FOLDING_VERSION
from index.arrays import Array
from index.files import close_all, open_all
from index.storage.columns import BLOCK, BLOCKS, HIDDEN, PASSAGE, PASSAGES, SENTENCE, SENTENCES, rows_of_ranges
from index.storage.passages import (
    DOCUMENTS_FILE,
    TEXT_FILE,
    DocumentRecord,
    PassageTable,
    Position,
    inner_spans,
)

KEY_BYTES = 16  # of the hash of what the encoder reads of a passage


class PassageWriter:
    """Writes documents, passages and sentences into a folder.

    Rows of a document that `previous` holds unchanged are copied from there; other documents are cut with `chunk`.
    """

    def __init__(self, folder: Path, chunk: Callable[[Document], list[Passage]], previous: PassageTable | None) -> None:
        self._chunk = chunk
        self._previous = previous
        self._unchanged = {_what_is_cut(record.info): record for record in previous.documents} if previous else {}
        files = (DOCUMENTS_FILE, TEXT_FILE, PASSAGES.file, SENTENCES.file, BLOCKS.file)
        self._files = open_all((folder / name for name in files), "wb")
        self._documents, self._text, self._passages, self._sentences, self._blocks = self._files
        self.names: set[str] = set()
        self.passages = 0
        self.sentences = 0
        self.blocks = 0
        self._bytes = 0

    def add(self, document: Document) -> None:
        """Append one document; raises CorpusError where another one has its id."""
        info = document.info
        if info.id in self.names:
            raise CorpusError(f"{info.id}: two documents have this id; rename or remove one")
        text = document.text.encode()
        blocks = _block_rows(document)
        record = self._unchanged.get(_what_is_cut(info))
        if record and self._previous and np.array_equal(blocks, self._previous.block_rows(record)):
            rows, sentences = _copied_rows(self._previous, record)
        else:
            rows, sentences = _rows_of(document, self._chunk(document))
        rows["document"] = len(self.names)
        for name in ("byte_start", "byte_end", "lead_byte_start", "lead_byte_end"):
            rows[name] += self._bytes
        rows["first_sentence"] = self.sentences + np.cumsum(rows["sentences"]) - rows["sentences"]
        added = DocumentRecord(
            info,
            byte_start=self._bytes,
            byte_end=self._bytes + len(text),
            first_passage=self.passages,
            last_passage=self.passages + len(rows),
            first_block=self.blocks,
            last_block=self.blocks + len(blocks),
        )
        self._documents.write(added.to_json().encode() + b"\n")
        self._text.write(text)
        self._passages.write(rows.tobytes())
        self._sentences.write(sentences.tobytes())
        self._blocks.write(blocks.tobytes())
        self.names.add(info.id)
        self.passages += len(rows)
        self.sentences += len(sentences)
        self.blocks += len(blocks)
        self._bytes += len(text)

    def close(self) -> None:
        """Finish the files."""
        close_all(self._files)


def _what_is_cut(info: DocumentInfo) -> DocumentInfo:
    """The document without what says nothing about its passages."""
    return replace(info, metadata=(), anchors=())


def _rows_of(document: Document, passages: list[Passage]) -> tuple[Array, Array]:
    """The rows of a document's passages and sentences, with bytes counted from the start of its text."""
    positions: list[Position] = []
    keys: list[bytes] = []
    spans: list[Span] = []
    sentence_blocks: list[int] = []
    kinds: list[int] = []
    lead_starts: dict[Span, int] = {(-1, -1): 0}  # bytes before each lead
    counted = byte_start = 0  # code points and bytes of the text before the current passage
    for passage in passages:
        # Passages may overlap, so bytes are counted from start to start.
        byte_start += len(document.text[counted : passage.start].encode())
        counted = passage.start
        inner = inner_spans(passage)
        section = section_at(document.info.sections, passage.start)
        byte_end = byte_start + len(passage.text.encode())
        lead = passage.lead or (-1, -1)
        if lead not in lead_starts:
            lead_starts[lead] = _byte_offset(document.text, lead[0], passage.start, byte_start)
        lead_bytes = (lead_starts[lead], lead_starts[lead] + len(passage.lead_text.encode()))
        span = (passage.start, passage.end, byte_start, byte_end)
        positions.append(Position(section, *span, *lead, *lead_bytes, len(inner)))
        keys.append(_key(passage, inner))
        spans += inner
        sentence_blocks += passage.blocks
        kinds += map(KINDS.index, passage.kinds)
    rows = np.zeros(len(passages), PASSAGE)
    columns = np.array(positions, np.int64).reshape(-1, len(Position._fields)).T
    for name, column in zip(Position._fields, columns, strict=True):
        rows[name] = column
    rows["key"] = np.frombuffer(b"".join(keys), "<u8").reshape(-1, 2)
    sentences = np.zeros(len(spans), SENTENCE)
    sentences["start"], sentences["end"] = np.array(spans, np.int32).reshape(-1, 2).T
    sentences["block"], sentences["kind"] = sentence_blocks, kinds
    return rows, sentences


def _byte_offset(text: str, position: int, known: int, known_bytes: int) -> int:
    """Bytes of the text before `position`, given those before a position nearby."""
    between = len(text[min(position, known) : max(position, known)].encode())
    return known_bytes + (between if position > known else -between)


def _block_rows(document: Document) -> Array:
    """The rows of a document's blocks and hidden spans."""
    rows = [(b.start, b.end, *(b.lead or (-1, -1)), KINDS.index(b.kind), b.level) for b in document.blocks]
    hidden = [(start, end, -1, -1, HIDDEN, 0) for start, end in document.hidden]
    return np.array([*rows, *hidden], BLOCK)


def _copied_rows(previous: PassageTable, record: DocumentRecord) -> tuple[Array, Array]:
    """The rows of an unchanged document, with bytes counted from the start of its text."""
    rows = previous.passages[record.first_passage : record.last_passage].copy()
    for name in ("byte_start", "byte_end", "lead_byte_start", "lead_byte_end"):
        rows[name] -= record.byte_start
    sentences = previous.sentences[rows_of_ranges(rows["first_sentence"], rows["sentences"])]
    rows["first_token"] = rows["tokens"] = sentences["tokens"] = 0
    return rows, sentences


def _key(passage: Passage, spans: list[Span]) -> bytes:
    """Hash of all that the encoder reads of a passage: passages with the same key get the same vectors."""
    read = json.dumps([FOLDING_VERSION, passage.context, passage.text, spans]).encode()
    return blake2b(read, digest_size=KEY_BYTES).digest()
