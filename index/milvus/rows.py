"""The rows that a local snapshot becomes in the collections of a Milvus server."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypeAlias, TypeVar

import numpy as np

from index.arrays import Rows
from index.milvus.fields import COLLECTIONS, FIELD_BYTES, PASSAGE_COLUMNS, SENTENCE_COLUMNS, UNUSED_DIM
from index.milvus.header import Header
from index.retrieval.words import terms
from index.snapshots.snapshot import Snapshot
from index.storage.quantised import Quantised

TEXT_PIECE = 4096  # code points of text in a row: at most a quarter of the bytes that a field holds
TOKEN_PIECE = 60_000  # characters of base64 in a row
TOKEN_BATCH = 500  # passages whose token vectors are read at a time
SCALE_BYTES = 4  # of the scale of a token vector, which follows one byte for each of its numbers
UNUSED = np.zeros(UNUSED_DIM, np.float32)

Row: TypeAlias = dict[str, Any]
"""A row of a collection: its fields by name."""

Count = TypeVar("Count", int, Rows)


class SnapshotRows:
    """Every row of a local snapshot, one collection after the other in the order of `COLLECTIONS`."""

    def __init__(self, snapshot: Snapshot, evaluation: Mapping[str, Any] | None) -> None:
        """`evaluation` is the report that released the snapshot; it goes into the header."""
        counts, table = snapshot.manifest.counts, snapshot.table
        tokens = table.passages["tokens"].astype(np.int64)
        token_pieces = -(-packed_length(tokens, snapshot.manifest.model.dim) // TOKEN_PIECE)
        self.total = counts.passages + counts.sentences + int(token_pieces.sum())
        self.sent = dict.fromkeys(COLLECTIONS, 0)  # the caller counts here; the header says how many there were
        self._snapshot = snapshot
        self._evaluation = evaluation
        self._documents = "\n".join(record.to_json() for record in snapshot.table.documents)
        self._vocabulary: set[str] = set()
        self._stems = 0

    @property
    def done(self) -> int:
        """Rows sent of `total`, which counts passages, sentences and tokens: nearly all that there are."""
        return self.sent["passages"] + self.sent["sentences"] + self.sent["tokens"]

    def of(self, collection: str) -> Iterator[Row]:
        """The rows of that collection. Terms and header need those before them to be through."""
        rows = {
            "texts": self._texts,
            "passages": self._passages,
            "sentences": self._sentences,
            "tokens": self._tokens,
            "terms": self._terms,
            "header": self._header,
        }
        return rows[collection]()

    def _texts(self) -> Iterator[Row]:
        yield from pieces("documents", self._documents)
        for number in range(len(self._snapshot.table.documents)):
            yield from pieces(str(number), self._snapshot.table.document(number).text)

    def _passages(self) -> Iterator[Row]:
        table, vectors = self._snapshot.table, self._snapshot.vectors.vectors
        for row, vector in enumerate(vectors):
            passage = table.passage(row)
            stems = terms(f"{passage.context}\n{passage.text}")
            self._vocabulary.update(stems)
            self._stems += len(stems)
            columns = table.passages[row]
            numbers = {name: int(columns[name]) for name in PASSAGE_COLUMNS}
            yield {"row": row, **numbers, "terms": joined(stems), "vector": vector}

    def _sentences(self) -> Iterator[Row]:
        table, vectors = self._snapshot.table, self._snapshot.vectors.sentence_vectors
        row = 0
        for passage, count in enumerate(table.passages["sentences"].tolist()):
            for columns in table.sentences[row : row + count]:
                numbers = {name: int(columns[name]) for name in SENTENCE_COLUMNS}
                vector = (vectors.codes[row] * vectors.scales[row]).astype(np.float32)
                yield {"row": row, "passage": passage, **numbers, "vector": vector}
                row += 1

    def _tokens(self) -> Iterator[Row]:
        for first in range(0, len(self._snapshot), TOKEN_BATCH):
            rows = np.arange(first, min(first + TOKEN_BATCH, len(self._snapshot)))
            for row, tokens in zip(rows, self._snapshot.vectors.tokens_of(rows), strict=True):
                yield from pieces(str(row), packed(tokens), TOKEN_PIECE)

    def _terms(self) -> Iterator[Row]:
        words = sorted(self._vocabulary)
        for word, idf in zip(words, self._snapshot.lexical.inverse_frequencies(words), strict=True):
            yield {"key": term_key(word), "idf": idf, "unused": UNUSED}

    def _header(self) -> Iterator[Row]:
        header = Header(
            manifest=self._snapshot.manifest,
            rows={collection: rows for collection, rows in self.sent.items() if collection != "header"},
            mean_terms=self._stems / len(self._snapshot),
            documents=len(self._documents),
            confidence=self._snapshot.confidence,
            evaluation=self._evaluation,
        )
        yield from pieces("header", header.to_json())


def joined(stems: Sequence[str]) -> str:
    """Stems as a field holds them, separated by spaces. Of a passage that is too long, only the first ones."""
    return " ".join(map(server_term, stems)).encode()[:FIELD_BYTES].decode(errors="ignore")


def server_term(term: str) -> str:
    """A term as one word for the server's analyzer, which would take a code or a pair of Chinese characters apart."""
    return term if term.isascii() and term.isalnum() else f"x{blake2b(term.encode(), digest_size=8).hexdigest()}"


def term_key(word: str) -> int:
    """The primary key of a stem: a hash, because a stem may be longer than a key of text."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), signed=True)


def piece_key(name: str, number: int) -> str:
    """The primary key of a text's piece, numbered from 0."""
    return f"{name}/{number}"


def pieces(name: str, text: str, size: int = TEXT_PIECE) -> Iterator[Row]:
    """The rows of one text, each with `size` code points of it."""
    for number, start in enumerate(range(0, len(text), size)):
        yield {"key": piece_key(name, number), "text": text[start : start + size], "unused": UNUSED}


def packed(vectors: Quantised) -> str:
    """Vectors as base64: all codes, then all scales."""
    return b64encode(vectors.codes.astype("i1").tobytes() + vectors.scales.astype("<f4").tobytes()).decode()


def unpacked(text: str, dim: int) -> Quantised:
    """The vectors of `dim` numbers that `packed` gave this text for."""
    data = np.frombuffer(b64decode(text), np.int8)
    count = len(data) // (dim + SCALE_BYTES)
    return Quantised(data[: count * dim].reshape(count, dim), data[count * dim :].view("<f4"))


def packed_length(count: Count, dim: int) -> Count:
    """Characters of `count` packed vectors: base64 has four for each three bytes begun."""
    return (count * (dim + SCALE_BYTES) + 2) // 3 * 4
