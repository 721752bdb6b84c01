"""Documents and passages as they lie on disk; only the few that are asked for become values."""

import json
import mmap
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Document, DocumentInfo, Passage, Section, Span, context
from corpus.errors import CorpusError, SnapshotError
from index.arrays import Array
from index.encoding.encoder import EncoderInput
from index.storage.columns import PASSAGE, SENTENCE, Layout, spread


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document, the bytes of text.bin that are its text, and the rows that are its passages (half-open)."""

    info: DocumentInfo
    byte_start: int
    byte_end: int
    first_passage: int
    last_passage: int

    def to_json(self) -> str:
        """One line of documents.jsonl, without the line end."""
        sections = [[list(section.path), section.start, section.end] for section in self.info.sections]
        info = (self.info.id, self.info.title, self.info.sha256, self.info.length, sections)
        places = (self.byte_start, self.byte_end, self.first_passage, self.last_passage)
        return json.dumps([*info, *places], ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> "DocumentRecord":
        """Read such a line; raises ValueError or TypeError."""
        name, title, sha256, length, sections, *places = json.loads(line)
        parsed = tuple(Section(tuple(path), start, end) for path, start, end in sections)
        return cls(DocumentInfo(name, title, sha256, length, parsed), *places)


class PassageTable:
    """Read access to documents.jsonl, text.bin and the passage and sentence columns of one folder."""

    def __init__(
        self, documents: list[DocumentRecord], text: bytes | mmap.mmap, passages: Array, sentences: Array
    ) -> None:
        self.documents = documents
        self.passages = passages
        self.sentences = sentences
        self._text = text

    @classmethod
    def open(cls, folder: Path, passages: int, sentences: int) -> "PassageTable":
        """Memory-map the files; raises SnapshotError where they are not what the counts say."""
        layout = Layout(0)
        path = folder / "documents.jsonl"
        try:
            # Not splitlines(): titles may hold other line separators.
            documents = [DocumentRecord.from_json(line) for line in path.read_text("utf-8").split("\n") if line]
            with (folder / "text.bin").open("rb") as file:
                text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if file.seek(0, 2) else b""
        except (OSError, ValueError, TypeError) as error:
            raise SnapshotError(
                f"{path}: cannot be read ({error}); activate another snapshot or build again"
            ) from error
        return cls(documents, text, layout.passages.open(folder, passages), layout.sentences.open(folder, sentences))

    def __len__(self) -> int:
        return len(self.passages)

    def document(self, number: int) -> Document:
        """A document with its text."""
        record = self.documents[number]
        return Document(record.info, self._text[record.byte_start : record.byte_end].decode())

    def passage(self, row: int) -> Passage:
        """A passage as a value."""
        return next(self.values(np.array([row])))

    def values(self, rows: NDArray[np.int64]) -> Iterator[Passage]:
        """Passages as values."""
        places = self.passages[rows]
        sentences = self.sentences[spread(places["first_sentence"], places["sentences"])]
        spans = iter(zip(sentences["start"].tolist(), sentences["end"].tolist(), strict=True))
        columns = (places[name].tolist() for name in _VALUES)
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
        """Where a passage's sentences lie in the sentence columns."""
        first = int(self.passages[row]["first_sentence"])
        return slice(first, first + int(self.passages[row]["sentences"]))

    def encoder_input(self, row: int) -> EncoderInput:
        """A passage as the encoder reads it."""
        passage = self.passage(row)
        spans = tuple((start - passage.start, end - passage.start) for start, end in passage.sentences)
        return EncoderInput(passage.context, passage.text, spans)

    def searched_texts(self, rows: NDArray[np.int64]) -> Iterator[str]:
        """Context and text of each passage: what the lexical index reads."""
        places = self.passages[rows]
        columns = (places[name].tolist() for name in ("document", "section", "byte_start", "byte_end"))
        for document, section, start, end in zip(*columns, strict=True):
            info = self.documents[document].info
            yield f"{context(info.title, info.sections[section].path)}\n{self._text[start:end].decode()}"


class PassageWriter:
    """Writes the same files; passages of a document that `alike` holds unchanged are copied from there."""

    def __init__(self, folder: Path, chunk: Callable[[Document], list[Passage]], alike: PassageTable | None) -> None:
        self._chunk = chunk
        self._known = {record.info: (alike, record) for record in alike.documents} if alike else {}
        files = ("documents.jsonl", "text.bin", Layout(0).passages.file, Layout(0).sentences.file)
        self._documents, self._text, self._passages, self._sentences = ((folder / name).open("wb") for name in files)
        self.names: set[str] = set()
        self.passages = 0
        self.sentences = 0
        self._bytes = 0

    def add(self, document: Document) -> None:
        """Append one document; raises CorpusError where its id was there before."""
        info = document.info
        if info.id in self.names:
            raise CorpusError(f"{info.id}: two documents have this id; rename or remove one")
        text = document.text.encode()
        known = self._known.get(info)
        rows, sentences = _copied(*known) if known else self._chunked(document)
        rows["document"] = len(self.names)
        rows["byte_start"] += self._bytes
        rows["byte_end"] += self._bytes
        rows["first_sentence"] = self.sentences + np.cumsum(rows["sentences"]) - rows["sentences"]
        record = DocumentRecord(info, self._bytes, self._bytes + len(text), self.passages, self.passages + len(rows))
        self._documents.write(record.to_json().encode() + b"\n")
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

    def _chunked(self, document: Document) -> tuple[Array, Array]:
        """Rows of a new or changed document, bytes counted from the start of its text."""
        passages = self._chunk(document)
        starts = [section.start for section in document.info.sections]
        rows = np.zeros(len(passages), PASSAGE)
        spans: list[Span] = []
        places: list[tuple[int, ...]] = []
        keys: list[bytes] = []
        place = size = 0
        for passage in passages:
            # Passages may overlap, so bytes are counted on from the start of the last one.
            size += len(document.text[place : passage.start].encode())
            place = passage.start
            inside = [(start - place, end - place) for start, end in passage.sentences]
            section = bisect_right(starts, place) - 1
            places.append((section, place, passage.end, size, size + len(passage.text.encode()), len(inside)))
            keys.append(_key(passage, inside))
            spans += inside
        columns = np.array(places, np.int64).reshape(-1, len(_PLACES)).T
        for name, column in zip(_PLACES, columns, strict=True):
            rows[name] = column
        rows["key"] = np.frombuffer(b"".join(keys), "<u8").reshape(-1, 2)
        sentences = np.zeros(len(spans), SENTENCE)
        sentences["start"], sentences["end"] = np.array(spans, np.int32).reshape(-1, 2).T
        return rows, sentences


_VALUES = ("document", "section", "start", "end", "byte_start", "byte_end", "sentences")
_PLACES = ("section", "start", "end", "byte_start", "byte_end", "sentences")


def _key(passage: Passage, sentences: list[Span]) -> bytes:
    """Two passages with one key get the same vectors: 16 bytes."""
    seen = json.dumps([passage.context, passage.text, sentences]).encode()
    return blake2b(seen, digest_size=16).digest()


def _copied(alike: PassageTable, known: DocumentRecord) -> tuple[Array, Array]:
    """Rows of an unchanged document, bytes counted from the start of its text."""
    rows = alike.passages[known.first_passage : known.last_passage].copy()
    rows["byte_start"] -= known.byte_start
    rows["byte_end"] -= known.byte_start
    sentences = alike.sentences[spread(rows["first_sentence"], rows["sentences"])]
    rows["first_token"] = rows["tokens"] = sentences["tokens"] = 0
    return rows, sentences
