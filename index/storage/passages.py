"""Reading documents, passages and sentences, which are columns on disk. Only what is asked for becomes a value.

documents.jsonl   one document a line
text.bin          the canonical texts one after another, in UTF-8
passages.bin      where each passage lies
sentences.bin     where each sentence lies
"""

import json
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from corpus.documents import Document, DocumentInfo, Passage, Section, Span, context
from corpus.errors import SnapshotError
from index.arrays import Array, Rows
from index.encoding.encoder import EncoderInput
from index.storage.columns import PASSAGES, SENTENCES, rows_of_ranges

DOCUMENTS_FILE = "documents.jsonl"
TEXT_FILE = "text.bin"


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document, the bytes of text.bin that hold its text, and the rows of its passages. Spans are half-open."""

    info: DocumentInfo
    byte_start: int
    byte_end: int
    first_passage: int
    last_passage: int

    def to_json(self) -> str:
        """One line of documents.jsonl, without the line end."""
        sections = [[list(section.path), section.start, section.end] for section in self.info.sections]
        info = (self.info.id, self.info.title, self.info.sha256, self.info.length, sections)
        rows = (self.byte_start, self.byte_end, self.first_passage, self.last_passage)
        return json.dumps([*info, *rows], ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> "DocumentRecord":
        """Read such a line; raises ValueError or TypeError."""
        name, title, sha256, length, sections, byte_start, byte_end, first_passage, last_passage = json.loads(line)
        parsed = tuple(Section(tuple(path), start, end) for path, start, end in sections)
        info = DocumentInfo(name, title, sha256, length, parsed)
        return cls(info, byte_start, byte_end, first_passage, last_passage)


class Position(NamedTuple):
    """Some fields of a row of passages.bin: those that say where a passage lies in its document."""

    section: int
    start: int
    end: int
    byte_start: int
    byte_end: int
    sentences: int


class PassageTable:
    """Reads documents, passages and sentences of one folder.

    `passages` (passages,) and `sentences` (sentences,) are the columns, whose fields `index.storage.columns` names.
    """

    def __init__(
        self, documents: list[DocumentRecord], text: bytes | mmap.mmap, passages: Array, sentences: Array
    ) -> None:
        self.documents = documents
        self.passages = passages
        self.sentences = sentences
        self._text = text

    @classmethod
    def open(cls, folder: Path, passages: int, sentences: int) -> "PassageTable":
        """Memory-map the files; raises SnapshotError where they do not hold so many passages and sentences."""
        path = folder / DOCUMENTS_FILE
        try:
            # Not splitlines(): titles may hold other line separators.
            documents = [DocumentRecord.from_json(line) for line in path.read_text("utf-8").split("\n") if line]
            with (folder / TEXT_FILE).open("rb") as file:
                text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if file.seek(0, 2) else b""
        except (OSError, ValueError, TypeError) as error:
            raise SnapshotError(
                f"{path}: cannot be read ({error}); activate another snapshot or build again"
            ) from error
        return cls(documents, text, PASSAGES.open(folder, passages), SENTENCES.open(folder, sentences))

    def __len__(self) -> int:
        return len(self.passages)

    def document(self, row: int) -> Document:
        """A document with its text."""
        record = self.documents[row]
        return Document(record.info, self._text[record.byte_start : record.byte_end].decode())

    def passage(self, row: int) -> Passage:
        """A passage as a value."""
        return next(self.values(np.array([row])))

    def values(self, rows: Rows) -> Iterator[Passage]:
        """The passages of these rows as values, in the order of `rows`."""
        passages = self.passages[rows]
        sentences = self.sentences[rows_of_ranges(passages["first_sentence"], passages["sentences"])]
        spans = iter(zip(sentences["start"].tolist(), sentences["end"].tolist(), strict=True))
        columns = (passages[name].tolist() for name in ("document", *Position._fields))
        for document, section, start, end, byte_start, byte_end, count in zip(*columns, strict=True):
            info = self.documents[document].info
            yield Passage(
                document=info.id,
                title=info.title,
                section=info.sections[section].path,
                start=start,
                end=end,
                text=self._text[byte_start:byte_end].decode(),
                sentences=tuple((start + first, start + last) for first, last in islice(spans, count)),
            )

    def sentence_rows(self, row: int) -> slice:
        """The rows of a passage's sentences in the sentence columns."""
        first = int(self.passages[row]["first_sentence"])
        return slice(first, first + int(self.passages[row]["sentences"]))

    def encoder_input(self, row: int) -> EncoderInput:
        """A passage as the encoder reads it."""
        passage = self.passage(row)
        return EncoderInput(passage.context, passage.text, tuple(inner_spans(passage)))

    def searched_texts(self, rows: Rows) -> Iterator[str]:
        """Context and text of each of these passages: what the lexical index reads."""
        passages = self.passages[rows]
        columns = (passages[name].tolist() for name in ("document", "section", "byte_start", "byte_end"))
        for document, section, start, end in zip(*columns, strict=True):
            info = self.documents[document].info
            yield f"{context(info.title, info.sections[section].path)}\n{self._text[start:end].decode()}"


def inner_spans(passage: Passage) -> list[Span]:
    """The sentences of a passage as offsets in its text."""
    return [(start - passage.start, end - passage.start) for start, end in passage.sentences]
