"""What a snapshot becomes on a Milvus server: the fields of its collections, and the rows that fill them.

texts       the canonical texts and documents.jsonl, cut into pieces: passages are quoted from here and nowhere else
passages    where each lies, its stems, over which the server's own function computes BM25, and its vector
sentences   where each lies, and its vector
tokens      the token vectors of each passage, where the snapshot keeps them, as bytes in base64, in pieces
terms       the idf of every stem in the whole snapshot: servers count it in each part of a collection by itself
header      what the snapshot says about itself, in pieces
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.errors import SnapshotError
from corpus.passages import Chunking
from index.retrieval.dense import DenseTuning
from index.retrieval.lexical import K1, B
from index.retrieval.words import terms
from index.snapshots.manifest import CONFIDENCE, Counts, File, Manifest, Model
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import SnapshotInfo
from index.storage.quantised import Quantised

SCHEMA = 3
KINDS = ("texts", "passages", "sentences", "tokens", "terms", "header")
BATCH = 500  # rows sent at a time: a few megabytes, where servers take 64
PIECE = 4096  # code points: of 65,535 bytes, the most that a field of text holds, at most a quarter
TOKEN_PIECE = 60_000  # characters of base64
MOST_BYTES = 65_535
PLACES = ("document", "section", "start", "end", "sentences", "tokens")  # of a passage; columns here and fields there
UNUSED = np.zeros(2, np.float32)  # a collection must have a vector, of two numbers or more
Count = TypeVar("Count", int, NDArray[np.int64])
Row: TypeAlias = dict[str, Any]
Field: TypeAlias = tuple[str, str, Mapping[str, Any]]

_PIECES: Sequence[Field] = (
    ("key", "VARCHAR", {"max_length": 64}),
    ("text", "VARCHAR", {"max_length": MOST_BYTES}),
    ("unused", "FLOAT_VECTOR", {"dim": 2}),
)
# Name, type and options of each field, the primary key first; a field `vector` is as wide as the model's vectors.
FIELDS: Mapping[str, Sequence[Field]] = {
    "texts": _PIECES,
    "passages": (
        ("row", "INT64", {}),
        *((name, "INT64", {}) for name in PLACES),
        # Stemmed already, so that all servers need to do is to split at spaces.
        (
            "terms",
            "VARCHAR",
            {"max_length": MOST_BYTES, "enable_analyzer": True, "analyzer_params": {"tokenizer": "standard"}},
        ),
        ("sparse", "SPARSE_FLOAT_VECTOR", {}),
        ("vector", "FLOAT_VECTOR", {}),
    ),
    "sentences": (
        ("row", "INT64", {}),
        *((name, "INT64", {}) for name in ("passage", "start", "end", "tokens")),
        ("vector", "FLOAT_VECTOR", {}),
    ),
    "tokens": _PIECES,
    "terms": (("key", "INT64", {}), ("idf", "DOUBLE", {}), ("unused", "FLOAT_VECTOR", {"dim": 2})),
    "header": _PIECES,
}
_FLAT = {"index_type": "FLAT", "metric_type": "IP"}
_BM25 = {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "BM25", "params": {"bm25_k1": K1, "bm25_b": B}}
INDEXES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "texts": {"unused": _FLAT},
    "passages": {
        "vector": {"index_type": "AUTOINDEX", "metric_type": "IP"},
        "sparse": _BM25,
        "document": {"index_type": "INVERTED"},
    },
    # Exact: it is only ever asked for all sentences of a few passages.
    "sentences": {"vector": _FLAT, "passage": {"index_type": "INVERTED"}},
    "tokens": {"unused": _FLAT},
    "terms": {"unused": _FLAT},
    "header": {"unused": _FLAT},
}


@dataclass(frozen=True, slots=True)
class Header:
    """What a snapshot says about itself: `rows` of each other kind, mean stems of a passage, length of documents.jsonl.

    `confidence` is the text of confidence.json, `evaluation` the report that released it; None where there is none.
    """

    manifest: Manifest
    rows: Mapping[str, int]
    mean_terms: float
    documents: int
    confidence: str | None
    evaluation: Mapping[str, Any] | None

    def to_json(self) -> str:
        """The text of the header."""
        return json.dumps({"schema": SCHEMA, **asdict(self)})

    @classmethod
    def from_json(cls, text: str) -> "Header":
        """Read it; raises SnapshotError."""
        try:
            data = json.loads(text)
            if data.pop("schema") != SCHEMA:
                raise SnapshotError("a snapshot on the server has another schema; publish it again")
            made = data.pop("manifest")
            records = {"model": Model, "chunking": Chunking, "counts": Counts, "dense": DenseTuning}
            made |= {name: kind(**made[name]) for name, kind in records.items()}
            made["parts"] = tuple(made["parts"])
            made["files"] = {name: File(**file) for name, file in made["files"].items()}
            return cls(Manifest(**made), **data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SnapshotError(f"the header of a snapshot cannot be read ({error}); publish it again") from error

    def info(self, active: bool) -> SnapshotInfo:
        """Its line in the list of snapshots."""
        made = self.manifest
        model = f"{made.model.name} ({made.model.variant})"
        counts = (made.counts.documents, made.counts.passages)
        return SnapshotInfo(
            made.id, made.created, active, *counts, model, made.bytes, self.evaluation, made.dense.recall
        )


class Rows:
    """Every row of a snapshot, one kind after the other in the order of `KINDS`; `counted` are those sent so far."""

    def __init__(self, snapshot: Snapshot, evaluation: Mapping[str, Any] | None) -> None:
        self.counted = dict.fromkeys(KINDS, 0)
        counts, table = snapshot.manifest.counts, snapshot.table
        tokens = table.passages["tokens"].astype(np.int64)
        pieces_of_tokens = -(-token_characters(tokens, snapshot.manifest.model.dim) // TOKEN_PIECE)
        self.total = counts.passages + counts.sentences + int(pieces_of_tokens.sum())
        self._snapshot = snapshot
        self._evaluation = evaluation
        self._documents = "\n".join(record.to_json() for record in snapshot.table.documents)
        self._vocabulary: set[str] = set()
        self._terms_seen = 0

    @property
    def done(self) -> int:
        """Of `total`: passages, sentences and tokens, which are nearly all there is to send."""
        return self.counted["passages"] + self.counted["sentences"] + self.counted["tokens"]

    def of(self, kind: str) -> Iterator[Row]:
        """The rows of that kind."""
        rows: Iterator[Row] = getattr(self, f"_{kind}")()
        return rows

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
            self._terms_seen += len(stems)
            place = table.passages[row]
            places = {name: int(place[name]) for name in PLACES}
            yield {"row": row, **places, "terms": joined(stems), "vector": vector}

    def _sentences(self) -> Iterator[Row]:
        table, vectors = self._snapshot.table, self._snapshot.vectors.sentence_vectors
        row = 0
        for passage, count in enumerate(table.passages["sentences"].tolist()):
            for place in table.sentences[row : row + count]:
                vector = vectors.codes[row] * vectors.scales[row]
                yield {
                    "row": row,
                    "passage": passage,
                    "start": int(place["start"]),
                    "end": int(place["end"]),
                    "tokens": int(place["tokens"]),
                    "vector": vector.astype(np.float32),
                }
                row += 1

    def _tokens(self) -> Iterator[Row]:
        for first in range(0, len(self._snapshot), BATCH):
            rows = np.arange(first, min(first + BATCH, len(self._snapshot)))
            for row, tokens in zip(rows, self._snapshot.vectors.tokens_of(rows), strict=True):
                yield from pieces(str(row), packed(tokens), TOKEN_PIECE)

    def _terms(self) -> Iterator[Row]:
        words = sorted(self._vocabulary)
        for word, idf in zip(words, self._snapshot.lexical.inverse_frequencies(words), strict=True):
            yield {"key": term_key(word), "idf": idf, "unused": UNUSED}

    def _header(self) -> Iterator[Row]:
        confidence = self._snapshot.folder / CONFIDENCE
        header = Header(
            manifest=self._snapshot.manifest,
            rows={kind: rows for kind, rows in self.counted.items() if kind != "header"},
            mean_terms=self._terms_seen / len(self._snapshot),
            documents=len(self._documents),
            confidence=confidence.read_text("utf-8") if confidence.is_file() else None,
            evaluation=self._evaluation,
        )
        yield from pieces("header", header.to_json())


def joined(stems: Sequence[str]) -> str:
    """Stems as the server is given them; of passages too long for a field, the first."""
    return " ".join(stems).encode()[:MOST_BYTES].decode(errors="ignore")


def term_key(word: str) -> int:
    """A stem's primary key: stems may be longer than a key of text."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), signed=True)


def piece_key(name: str, number: int) -> str:
    """The primary key of a piece."""
    return f"{name}/{number}"


def pieces(name: str, text: str, size: int = PIECE) -> Iterator[Row]:
    """The rows of one text."""
    for number, start in enumerate(range(0, len(text), size)):
        yield {"key": piece_key(name, number), "text": text[start : start + size], "unused": UNUSED}


def packed(vectors: Quantised) -> str:
    """Vectors as text: their codes, then their scales, in base64."""
    return b64encode(vectors.codes.astype("i1").tobytes() + vectors.scales.astype("<f4").tobytes()).decode()


def unpacked(text: str, dim: int) -> Quantised:
    """The vectors that were packed."""
    data = np.frombuffer(b64decode(text), np.int8)
    count = len(data) // (dim + 4)
    return Quantised(data[: count * dim].reshape(count, dim), data[count * dim :].view("<f4"))


def token_characters(tokens: Count, dim: int) -> Count:
    """Length of that many packed vectors."""
    return (tokens * (dim + 4) + 2) // 3 * 4
