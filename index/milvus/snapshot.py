"""An open snapshot on a Milvus server."""

from collections.abc import Collection, Mapping, Sequence

from corpus.documents import Document, DocumentInfo, Passage
from corpus.errors import NotFoundError
from index.encoding.encoder import EncodedQuery, Encoder
from index.milvus.header import Header
from index.milvus.reading import Call, Limits, Reader
from index.milvus.search import MilvusCandidates, find_candidates
from index.retrieval.fusion import Ranking
from index.retrieval.words import Lexicon
from index.snapshots.manifest import Manifest
from index.storage.passages import DocumentRecord


class MilvusSnapshot:
    """An open snapshot on a server: immutable, shared by all threads. Implements `index.search.ServedSnapshot`."""

    def __init__(self, call: Call, names: Mapping[str, str], header: Header, limits: Limits = Limits()) -> None:
        """As `Reader`; raises SnapshotError."""
        self.reader = Reader(call, names, header, limits)
        self._document_rows = {record.info.id: row for row, record in enumerate(self.reader.documents)}

    @property
    def manifest(self) -> Manifest:
        """The manifest of the local snapshot that this is a copy of."""
        return self.reader.header.manifest

    @property
    def id(self) -> str:
        """The snapshot's name, which is the same on this machine and on the server."""
        return self.manifest.id

    @property
    def documents(self) -> Sequence[DocumentRecord]:
        """Every document, by its row. Of the rows in a record only those of passages mean anything here."""
        return self.reader.documents

    @property
    def lexical(self) -> Lexicon:
        """How many passages hold a stem."""
        return self.reader.lexical

    @property
    def confidence(self) -> str | None:
        """The text of confidence.json, None where there is none."""
        return self.reader.header.confidence

    def __len__(self) -> int:
        return self.manifest.counts.passages

    def require(self, encoder: Encoder) -> None:
        """Raise ModelMismatch where another encoder made the vectors."""
        self.manifest.require(encoder, "build with that, and publish what it made")

    def require_unchanged(self, *, now: bool = False) -> None:
        """Nothing: the server answers for what it holds."""

    def document_row(self, document: str) -> int:
        """A document's row; raises NotFoundError."""
        if document not in self._document_rows:
            raise NotFoundError(f"no document has the id {document!r}; GET /v1/documents lists them all")
        return self._document_rows[document]

    def document(self, document: str) -> Document:
        """One document with its text; raises NotFoundError."""
        return self.reader.document(self.document_row(document))

    def info(self, document: str) -> DocumentInfo:
        """One document without its text; raises NotFoundError."""
        return self.reader.documents[self.document_row(document)].info

    def excerpt(self, document: str, start: int, end: int) -> str:
        """As `ServedSnapshot.excerpt`; also raises SnapshotError, UnavailableError."""
        return self.reader.excerpt(self.document_row(document), start, end)

    def passages(self, document: str) -> tuple[Passage, ...]:
        """Every passage of one document, in order; raises NotFoundError."""
        return self.reader.passages(self.documents[self.document_row(document)])

    def candidates(
        self, query: EncodedQuery, ranking: Ranking, top_k: int, documents: Collection[str] | None
    ) -> MilvusCandidates | None:
        """As `ServedSnapshot.candidates`; also raises SnapshotError, UnavailableError."""
        rows = None if documents is None else {self.document_row(name) for name in documents}
        return find_candidates(self.reader, query, ranking, top_k, rows)
