"""Reading one snapshot on a Milvus server: its documents, passages, token vectors and terms.

A row of a collection is a dictionary of its fields (see `index.milvus.rows`). What a passage or a sentence row holds
are numbers; texts and token vectors are fetched in pieces.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

from corpus.documents import Document, Passage
from corpus.errors import SnapshotError
from index.milvus.rows import (
    PIECE,
    PLACES,
    TOKEN_PIECE,
    Header,
    Row,
    piece_key,
    term_key,
    token_characters,
    unpacked,
)
from index.storage.passages import DocumentRecord
from index.storage.quantised import Quantised

MOST_IDFS = 100_000  # remembered
PASSAGE_FIELDS = ("row", *PLACES)
Call: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked of a server at a time: primary keys in one request, rows in the reply to one search."""

    keys: int = 1_000
    rows: int = 16_384


class Pieces:
    """Texts that lie on the server in pieces of `size` characters."""

    def __init__(self, call: Call, collection: str, size: int = PIECE, limits: Limits = Limits()) -> None:
        self._call = call
        self._collection = collection
        self._size = size
        self._limits = limits

    def first(self, name: str, count: int) -> str:
        """The first pieces of one text; raises SnapshotError where one is missing."""
        return "".join(self._fetch([piece_key(name, number) for number in range(count)]).values())

    def cut(self, spans: Sequence[tuple[str, int, int]]) -> list[str]:
        """The code points from start to end of the named text, for each of the spans; raises SnapshotError."""
        size = self._size
        keys = [[piece_key(name, n) for n in range(start // size, -(-end // size))] for name, start, end in spans]
        pieces = self._fetch(dict.fromkeys(key for own in keys for key in own))
        return [
            "".join(pieces[key] for key in own)[start % size :][: end - start]
            for (_, start, end), own in zip(spans, keys, strict=True)
        ]

    def _fetch(self, keys: Iterable[str]) -> dict[str, str]:
        """The text of each key, in their order."""
        rows = _get(self._call, self._collection, list(keys), "key", "text", self._limits.keys)
        if missing := [key for key in keys if key not in rows]:
            raise SnapshotError(f"{self._collection}: has no {missing[0]}; activate another snapshot or publish again")
        return {key: rows[key] for key in keys}


class Terms:
    """The idf of every stem of the snapshot: an `index.retrieval.words.Frequencies`."""

    def __init__(self, call: Call, collection: str, passages: int, limits: Limits = Limits()) -> None:
        self._call = call
        self._collection = collection
        self._limits = limits
        self._unseen = float(np.log1p((passages + 0.5) / 0.5))
        self._known: dict[str, float] = {}

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        """As `LexicalIndex.inverse_frequencies`."""
        known = self._known
        if len(known) > MOST_IDFS:
            known = self._known = {}
        keys = {word: term_key(word) for word in words if word not in known}
        idfs = _get(self._call, self._collection, list(keys.values()), "key", "idf", self._limits.keys)
        known.update((word, idfs.get(key, self._unseen)) for word, key in keys.items())
        return [known[word] for word in words]


class Reader:
    """Reads the collections of one snapshot. Its documents' records are in memory, all else is not."""

    def __init__(self, call: Call, names: Mapping[str, str], header: Header, limits: Limits = Limits()) -> None:
        """`call` is `Connection.call`, `names` are the collections by kind; raises SnapshotError."""
        self._call = call
        self._names = names
        self._texts = Pieces(call, names["texts"], limits=limits)
        self._tokens = Pieces(call, names["tokens"], TOKEN_PIECE, limits)
        self.limits = limits
        self.header = header
        self.lexical = Terms(call, names["terms"], header.manifest.counts.passages, limits)
        lines = self._texts.cut([("documents", 0, header.documents)])[0].split("\n")
        self.documents = [DocumentRecord.from_json(line) for line in lines]

    def document(self, number: int) -> Document:
        """The document of that row, with its text."""
        info = self.documents[number].info
        return Document(info, self._texts.cut([(str(number), 0, info.length)])[0])

    def passages(self, record: DocumentRecord) -> tuple[Passage, ...]:
        """Every passage of one document, in order."""
        passages: list[Passage] = []
        for first in range(record.first_passage, record.last_passage, self.limits.keys):
            numbers = range(first, min(first + self.limits.keys, record.last_passage))
            rows = self.ask("passages", "query", among("row", numbers), [*PASSAGE_FIELDS])
            sentences = self.ask("sentences", "query", among("passage", numbers), ["row", "start", "end"])
            rows.sort(key=row_of)
            passages += self.values(rows, grouped(rows, sentences))
        return tuple(passages)

    def values(self, rows: Sequence[Row], sentences: Sequence[Sequence[Row]]) -> list[Passage]:
        """Passages from their rows and those of their sentences; the texts are fetched."""
        texts = self._texts.cut([(str(row["document"]), row["start"], row["end"]) for row in rows])
        passages = []
        for row, own, text in zip(rows, sentences, texts, strict=True):
            info, start = self.documents[row["document"]].info, row["start"]
            spans = tuple((start + sentence["start"], start + sentence["end"]) for sentence in own)
            section = info.sections[row["section"]].path
            passages.append(Passage(info.id, info.title, section, start, row["end"], text, spans))
        return passages

    def tokens(self, counts: Mapping[int, int]) -> list[Quantised]:
        """The token vectors of passages, given their rows and how many tokens each has."""
        dim = self.header.manifest.model.dim
        spans = [(str(row), 0, token_characters(count, dim)) for row, count in counts.items()]
        return [unpacked(text, dim) for text in self._tokens.cut(spans)]

    def ask(self, kind: str, method: str, *given: object, **options: object) -> Any:  # noqa: ANN401
        """Call that method of the client on the collection of that kind; raises UnavailableError."""
        return self._call(method, self._names[kind], *given, **options)


def grouped(passages: Iterable[Row], sentences: Iterable[Row]) -> list[list[Row]]:
    """The sentence rows of each passage row, in order; the passages are given in theirs."""
    rest: Iterator[Row] = iter(sorted(sentences, key=row_of))
    return [list(islice(rest, passage["sentences"])) for passage in passages]


def among(field: str, numbers: Iterable[int]) -> str:
    """The server's filter for: the field is one of these numbers."""
    return f"{field} in {sorted(numbers)}"


def row_of(row: Row) -> int:
    """What rows are ordered by."""
    number: int = row["row"]
    return number


def _get(call: Call, collection: str, keys: Sequence[Any], key: str, value: str, most: int) -> dict[Any, Any]:
    """The value of each row that has one of these primary keys, asked for `most` keys at a time."""
    batches = [keys[start : start + most] for start in range(0, len(keys), most)]
    rows = [row for batch in batches for row in call("get", collection, list(batch), [key, value])]
    return {row[key]: row[value] for row in rows}
