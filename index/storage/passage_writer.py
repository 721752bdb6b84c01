"""Writing documents, passages and sentences as columns."""

import json
from bisect import bisect_right
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import numpy as np

from corpus.documents import Document, Passage, Span
from corpus.errors import CorpusError
from index.arrays import Array
from index.storage.columns import PASSAGE, PASSAGES, SENTENCE, SENTENCES, rows_of_ranges
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
        self._unchanged = {record.info: record for record in previous.documents} if previous else {}
        files = (DOCUMENTS_FILE, TEXT_FILE, PASSAGES.file, SENTENCES.file)
        self._documents, self._text, self._passages, self._sentences = ((folder / name).open("wb") for name in files)
        self.names: set[str] = set()
        self.passages = 0
        self.sentences = 0
        self._bytes = 0

    def add(self, document: Document) -> None:
        """Append one document; raises CorpusError where another one has its id."""
        info = document.info
        if info.id in self.names:
            raise CorpusError(f"{info.id}: two documents have this id; rename or remove one")
        text = document.text.encode()
        record = self._unchanged.get(info)
        if record and self._previous:
            rows, sentences = _copied_rows(self._previous, record)
        else:
            rows, sentences = _rows_of(document, self._chunk(document))
        rows["document"] = len(self.names)
        rows["byte_start"] += self._bytes
        rows["byte_end"] += self._bytes
        rows["first_sentence"] = self.sentences + np.cumsum(rows["sentences"]) - rows["sentences"]
        added = DocumentRecord(info, self._bytes, self._bytes + len(text), self.passages, self.passages + len(rows))
        self._documents.write(added.to_json().encode() + b"\n")
        self._text.write(text)
        self._passages.write(rows.tobytes())
        self._sentences.write(sentences.tobytes())
        self.names.add(info.id)
        self.passages += len(rows)
        self.sentences += len(sentences)
        self._bytes += len(text)

    def close(self) -> None:
        """Finish the files."""
        for file in (self._documents, self._text, self._passages, self._sentences):
            file.close()


def _rows_of(document: Document, passages: list[Passage]) -> tuple[Array, Array]:
    """The rows of a document's passages and sentences, with bytes counted from the start of its text."""
    section_starts = [section.start for section in document.info.sections]
    positions: list[Position] = []
    keys: list[bytes] = []
    spans: list[Span] = []
    counted = byte_start = 0  # code points and bytes of the text before the current passage
    for passage in passages:
        # Passages may overlap, so bytes are counted from start to start.
        byte_start += len(document.text[counted : passage.start].encode())
        counted = passage.start
        inner = inner_spans(passage)
        section = bisect_right(section_starts, passage.start) - 1
        byte_end = byte_start + len(passage.text.encode())
        positions.append(Position(section, passage.start, passage.end, byte_start, byte_end, len(inner)))
        keys.append(_key(passage, inner))
        spans += inner
    rows = np.zeros(len(passages), PASSAGE)
    columns = np.array(positions, np.int64).reshape(-1, len(Position._fields)).T
    for name, column in zip(Position._fields, columns, strict=True):
        rows[name] = column
    rows["key"] = np.frombuffer(b"".join(keys), "<u8").reshape(-1, 2)
    sentences = np.zeros(len(spans), SENTENCE)
    sentences["start"], sentences["end"] = np.array(spans, np.int32).reshape(-1, 2).T
    return rows, sentences


def _copied_rows(previous: PassageTable, record: DocumentRecord) -> tuple[Array, Array]:
    """The rows of an unchanged document, with bytes counted from the start of its text."""
    rows = previous.passages[record.first_passage : record.last_passage].copy()
    rows["byte_start"] -= record.byte_start
    rows["byte_end"] -= record.byte_start
    sentences = previous.sentences[rows_of_ranges(rows["first_sentence"], rows["sentences"])]
    rows["first_token"] = rows["tokens"] = sentences["tokens"] = 0
    return rows, sentences


def _key(passage: Passage, spans: list[Span]) -> bytes:
    """Hash of all that the encoder reads of a passage: passages with the same key get the same vectors."""
    read = json.dumps([passage.context, passage.text, spans]).encode()
    return blake2b(read, digest_size=KEY_BYTES).digest()
