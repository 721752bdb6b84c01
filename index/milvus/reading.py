"""Reading one snapshot on a Milvus server: its documents, passages, token vectors and terms.

A row is a dictionary of the fields of `index.milvus.fields`. The rows of passages and sentences hold only numbers.
Texts and token vectors are fetched in pieces.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from corpus.documents import KINDS, Document, Passage
from corpus.errors import SnapshotError
from index.milvus.fields import PASSAGE_COLUMNS, SENTENCE_COLUMNS
from index.milvus.header import Header
from index.milvus.rows import TEXT_PIECE, TOKEN_PIECE, Row, packed_length, piece_key, term_key, unpacked
from index.storage.passages import DocumentRecord
from index.storage.quantised import Quantised

MOST_IDFS = 100_000  # idfs that are remembered; when there are more, all are forgotten
PASSAGE_FIELDS = ("row", *PASSAGE_COLUMNS)  # what is read of a passage
SENTENCE_FIELDS = ("row", *SENTENCE_COLUMNS)  # what is read of a sentence

Call: TypeAlias = Callable[..., Any]
"""As `index.milvus.connection.Connection.call`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked of a server at a time: primary keys in one request, rows in the reply to one search."""

    keys: int = 1_000
    rows: int = 16_384


class TextSpan(NamedTuple):
    """Characters `start` to `end`, half-open, of the text with that name."""

    name: str
    start: int
    end: int


class Pieces:
    """Texts that lie on the server in pieces of `size` characters."""

    def __init__(self, call: Call, collection: str, size: int = TEXT_PIECE, limits: Limits = Limits()) -> None:
        """`collection` is its name on the server."""
        self._call = call
        self._collection = collection
        self._size = size
        self._limits = limits

    def first(self, name: str, count: int) -> str:
        """The first pieces of one text; raises SnapshotError where one is missing."""
        return "".join(self._fetch([piece_key(name, number) for number in range(count)]).values())

    def cut(self, spans: Sequence[TextSpan]) -> list[str]:
        """The text of each of the spans; raises SnapshotError where a piece is missing."""
        size = self._size
        keys_of_spans = [
            [piece_key(span.name, number) for number in range(span.start // size, -(-span.end // size))]
            for span in spans
        ]
        pieces = self._fetch(dict.fromkeys(key for keys in keys_of_spans for key in keys))
        return [
            "".join(pieces[key] for key in keys)[span.start % size :][: span.end - span.start]
            for span, keys in zip(spans, keys_of_spans, strict=True)
        ]

    def _fetch(self, keys: Iterable[str]) -> dict[str, str]:
        """The text of each key, in the order of the keys."""
        texts = _get(self._call, self._collection, list(keys), "key", "text", self._limits.keys)
        if missing := [key for key in keys if key not in texts]:
            raise SnapshotError(f"{self._collection}: has no {missing[0]}; activate another snapshot or publish again")
        return {key: texts[key] for key in keys}


class Terms:
    """The idf of every stem of the snapshot. Implements `index.retrieval.words.Lexicon`.

    The server keeps the stems, so `vocabulary` is empty.
    """

    vocabulary: Collection[str] = ()

    def __init__(self, call: Call, collection: str, passages: int, limits: Limits = Limits()) -> None:
        """`collection` is its name on the server, `passages` how many passages the snapshot has."""
        self._call = call
        self._collection = collection
        self._limits = limits
        self._unseen = float(np.log1p((passages + 0.5) / 0.5))  # the idf of a stem that no passage holds
        self._remembered: dict[str, float] = {}

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        """As `Frequencies.inverse_frequencies`."""
        remembered = self._remembered
        if len(remembered) > MOST_IDFS:
            remembered = self._remembered = {}
        keys = {word: term_key(word) for word in words if word not in remembered}
        idfs = _get(self._call, self._collection, list(keys.values()), "key", "idf", self._limits.keys)
        remembered.update((word, idfs.get(key, self._unseen)) for word, key in keys.items())
        return [remembered[word] for word in words]


class Reader:
    """Reads the collections of one snapshot. Only the records of its documents are kept in memory."""

    def __init__(self, call: Call, names: Mapping[str, str], header: Header, limits: Limits = Limits()) -> None:
        """`names` are the names of the collections on the server; raises SnapshotError."""
        self._call = call
        self._names = names
        self._texts = Pieces(call, names["texts"], limits=limits)
        self._tokens = Pieces(call, names["tokens"], TOKEN_PIECE, limits)
        self.limits = limits
        self.header = header
        self.lexical = Terms(call, names["terms"], header.manifest.counts.passages, limits)
        lines = self._texts.cut([TextSpan("documents", 0, header.documents)])[0].split("\n")
        self.documents = [DocumentRecord.from_json(line) for line in lines]

    def document(self, row: int) -> Document:
        """The document of that row, with its text. Its blocks stay on this machine: nothing that serves needs them."""
        info = self.documents[row].info
        return Document(info, self._texts.cut([TextSpan(str(row), 0, info.length)])[0])

    def excerpt(self, row: int, start: int, end: int) -> str:
        """Code points `start` to `end` of a document's text, or what there is of them."""
        end = min(end, self.documents[row].info.length)
        return self._texts.cut([TextSpan(str(row), start, end)])[0] if start < end else ""

    def passages(self, record: DocumentRecord) -> tuple[Passage, ...]:
        """Every passage of one document, in order."""
        passages: list[Passage] = []
        for first in range(record.first_passage, record.last_passage, self.limits.keys):
            numbers = range(first, min(first + self.limits.keys, record.last_passage))
            rows = sorted(self.ask("passages", "query", among("row", numbers), [*PASSAGE_FIELDS]), key=row_of)
            sentences = self.ask("sentences", "query", among("passage", numbers), [*SENTENCE_FIELDS])
            passages += self.values(rows, grouped(rows, sentences))
        return tuple(passages)

    def values(self, rows: Sequence[Row], sentences: Sequence[Sequence[Row]]) -> list[Passage]:
        """Passages from their rows and those of their sentences. Their texts are fetched."""
        texts = self._texts.cut([TextSpan(str(row["document"]), row["start"], row["end"]) for row in rows])
        with_lead = [row for row in rows if row["lead_start"] >= 0]
        spans = [TextSpan(str(row["document"]), row["lead_start"], row["lead_end"]) for row in with_lead]
        leads = {row["row"]: text for row, text in zip(with_lead, self._texts.cut(spans), strict=True)}
        return [
            self._value(row, passage_sentences, text, leads.get(row["row"], ""))
            for row, passage_sentences, text in zip(rows, sentences, texts, strict=True)
        ]

    def _value(self, row: Row, sentences: Sequence[Row], text: str, lead_text: str) -> Passage:
        info, start = self.documents[row["document"]].info, row["start"]
        section = info.sections[row["section"]]
        return Passage(
            document=info.id,
            title=info.title,
            section=section.path,
            start=start,
            end=row["end"],
            text=text,
            sentences=tuple((start + sentence["start"], start + sentence["end"]) for sentence in sentences),
            lead=(row["lead_start"], row["lead_end"]) if row["lead_start"] >= 0 else None,
            lead_text=lead_text,
            kinds=tuple(KINDS[sentence["kind"]] for sentence in sentences),
            blocks=tuple(sentence["block"] for sentence in sentences),
            headings=section.headings,
            anchors=info.anchors,
            metadata=info.metadata,
        )

    def tokens(self, counts: Mapping[int, int]) -> list[Quantised]:
        """The token vectors of passages, (tokens, dim) each; `counts` are the numbers of tokens by passage row."""
        dim = self.header.manifest.model.dim
        spans = [TextSpan(str(row), 0, packed_length(count, dim)) for row, count in counts.items()]
        return [unpacked(text, dim) for text in self._tokens.cut(spans)]

    def ask(self, collection: str, method: str, *arguments: object, **options: object) -> Any:  # noqa: ANN401
        """Call a method of the client on one of the snapshot's COLLECTIONS; raises UnavailableError."""
        return self._call(method, self._names[collection], *arguments, **options)


def grouped(passages: Iterable[Row], sentences: Iterable[Row]) -> list[list[Row]]:
    """The sentence rows of each passage row, in order. The passage rows must be in order, the sentence rows in any."""
    rest: Iterator[Row] = iter(sorted(sentences, key=row_of))
    return [list(islice(rest, passage["sentences"])) for passage in passages]


def among(field: str, numbers: Iterable[int]) -> str:
    """The server's filter for rows in which the field is one of these numbers."""
    return f"{field} in {sorted(numbers)}"


def row_of(row: Row) -> int:
    """The number of a passage's or a sentence's row."""
    number: int = row["row"]
    return number


def _get(call: Call, collection: str, keys: Sequence[Any], key: str, value: str, most: int) -> dict[Any, Any]:
    """The field `value` of the rows with these primary keys, by key; `most` keys are asked for at a time.

    A key that the server does not have is left out.
    """
    batches = [keys[start : start + most] for start in range(0, len(keys), most)]
    rows = [row for batch in batches for row in call("get", collection, list(batch), [key, value])]
    return {row[key]: row[value] for row in rows}
