"""A snapshot on a Milvus server, open: its documents, its passages and its terms."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

from corpus.documents import Document, Passage
from corpus.errors import NotFoundError, SnapshotError
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
from index.snapshots.manifest import Manifest
from index.storage.passages import DocumentRecord
from index.storage.quantised import Quantised

MOST_KEYS = 1_000  # asked for at a time
MOST_IDFS = 100_000  # remembered
PLACE = ("row", *PLACES)
Call: TypeAlias = Callable[..., Any]


class Pieces:
    """Texts that lie on the server in pieces."""

    def __init__(self, call: Call, collection: str, size: int = PIECE) -> None:
        self._call = call
        self._collection = collection
        self._size = size

    def first(self, name: str, count: int) -> str:
        """The first pieces of one text; raises SnapshotError where one is missing."""
        return "".join(self._fetch([piece_key(name, number) for number in range(count)]).values())

    def cut(self, spans: Sequence[tuple[str, int, int]]) -> list[str]:
        """The code points from start to end of the named text, for each of the spans; raises SnapshotError."""
        size = self._size
        keys = [[piece_key(name, n) for n in range(start // size, -(-end // size))] for name, start, end in spans]
        found = self._fetch(dict.fromkeys(key for own in keys for key in own))
        return [
            "".join(found[key] for key in own)[start % size :][: end - start]
            for (_, start, end), own in zip(spans, keys, strict=True)
        ]

    def _fetch(self, keys: Iterable[str]) -> dict[str, str]:
        """The text of each key, in their order."""
        rows = _get(self._call, self._collection, list(keys), "key", "text")
        if missing := [key for key in keys if key not in rows]:
            raise SnapshotError(f"{self._collection}: has no {missing[0]}; activate another snapshot or publish again")
        return {key: rows[key] for key in keys}


class Terms:
    """The idf of every stem of the snapshot: what `service.answering.answer` needs of a lexical index."""

    def __init__(self, call: Call, collection: str, passages: int) -> None:
        self._call = call
        self._collection = collection
        self._unseen = float(np.log1p((passages + 0.5) / 0.5))
        self._known: dict[str, float] = {}

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        """As `LexicalIndex.inverse_frequencies`."""
        known = self._known
        if len(known) > MOST_IDFS:
            known = self._known = {}
        keys = {word: term_key(word) for word in words if word not in known}
        found = _get(self._call, self._collection, list(keys.values()), "key", "idf")
        known.update((word, found.get(key, self._unseen)) for word, key in keys.items())
        return [known[word] for word in words]


class MilvusSnapshot:
    """An open snapshot: immutable, shared by all threads. Its documents' records are in memory, all else is not."""

    def __init__(self, call: Call, names: Mapping[str, str], header: Header) -> None:
        """`call` is `Connection.call`, `names` are the collections by kind; raises SnapshotError."""
        self._call = call
        self._names = names
        self._texts = Pieces(call, names["texts"])
        self._tokens = Pieces(call, names["tokens"], TOKEN_PIECE)
        self.header = header
        self.lexical = Terms(call, names["terms"], len(self))
        lines = self._texts.cut([("documents", 0, header.documents)])[0].split("\n")
        self._documents = [DocumentRecord.from_json(line) for line in lines]
        self._numbers = {record.info.id: number for number, record in enumerate(self._documents)}

    @property
    def manifest(self) -> Manifest:
        """That of the local snapshot it is a copy of."""
        return self.header.manifest

    @property
    def id(self) -> str:
        """The snapshot's name, here and there."""
        return self.manifest.id

    @property
    def documents(self) -> Sequence[DocumentRecord]:
        """Every document, by its row; of a record's places only those of passages mean anything here."""
        return self._documents

    @property
    def confidence(self) -> str | None:
        """The text of confidence.json, None where there is none."""
        return self.header.confidence

    def __len__(self) -> int:
        return self.manifest.counts.passages

    def number(self, document: str) -> int:
        """A document's row; raises NotFoundError."""
        if document not in self._numbers:
            raise NotFoundError(f"no document has the id {document!r}; GET /v1/documents lists them all")
        return self._numbers[document]

    def document(self, document: str) -> Document:
        """One document with its text; raises NotFoundError."""
        number = self.number(document)
        info = self._documents[number].info
        return Document(info, self._texts.cut([(str(number), 0, info.length)])[0])

    def passages(self, document: str) -> tuple[Passage, ...]:
        """Every passage of one document, in order; raises NotFoundError."""
        record = self._documents[self.number(document)]
        found: list[Passage] = []
        for first in range(record.first_passage, record.last_passage, MOST_KEYS):
            rows = range(first, min(first + MOST_KEYS, record.last_passage))
            places = self.ask("passages", "query", among("row", rows), [*PLACE])
            sentences = self.ask("sentences", "query", among("passage", rows), ["row", "start", "end"])
            places.sort(key=row_of)
            found += self.values(places, grouped(places, sentences))
        return tuple(found)

    def values(self, places: Sequence[Row], sentences: Sequence[Sequence[Row]]) -> list[Passage]:
        """Passages from their rows and those of their sentences; the texts are fetched."""
        texts = self._texts.cut([(str(place["document"]), place["start"], place["end"]) for place in places])
        found = []
        for place, own, text in zip(places, sentences, texts, strict=True):
            info, start = self._documents[place["document"]].info, place["start"]
            spans = tuple((start + sentence["start"], start + sentence["end"]) for sentence in own)
            section = info.sections[place["section"]].path
            found.append(Passage(info.id, info.title, section, start, place["end"], text, spans))
        return found

    def tokens(self, counts: Mapping[int, int]) -> list[Quantised]:
        """The token vectors of passages, given their rows and how many tokens each has."""
        dim = self.manifest.model.dim
        spans = [(str(row), 0, token_characters(count, dim)) for row, count in counts.items()]
        return [unpacked(text, dim) for text in self._tokens.cut(spans)]

    def ask(self, kind: str, method: str, *given: object, **options: object) -> Any:  # noqa: ANN401
        """Call that method of the client on the collection of that kind; raises UnavailableError."""
        return self._call(method, self._names[kind], *given, **options)


def grouped(places: Iterable[Row], sentences: Iterable[Row]) -> list[list[Row]]:
    """The sentences of each passage, in order; the passages are given in theirs."""
    rest: Iterator[Row] = iter(sorted(sentences, key=row_of))
    return [list(islice(rest, place["sentences"])) for place in places]


def among(field: str, numbers: Iterable[int]) -> str:
    """The server's words for: the field is one of these numbers."""
    return f"{field} in {sorted(numbers)}"


def row_of(row: Row) -> int:
    """What rows are ordered by."""
    number: int = row["row"]
    return number


def _get(call: Call, collection: str, keys: Sequence[Any], key: str, value: str) -> dict[Any, Any]:
    """The value of each row that has one of these primary keys."""
    batches = [keys[start : start + MOST_KEYS] for start in range(0, len(keys), MOST_KEYS)]
    rows = [row for batch in batches for row in call("get", collection, list(batch), [key, value])]
    return {row[key]: row[value] for row in rows}
