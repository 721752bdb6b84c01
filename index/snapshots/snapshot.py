"""One snapshot on disk: the files of its folder, and how they are verified and opened.

manifest.json     schema version, model, chunking, counts, how vectors are searched and the recall that was measured,
                  size and SHA-256 of every other file
documents.jsonl   one document a line: id, title, hash, sections, where its text and passages lie
text.bin          the canonical texts one after another, in UTF-8
*.bin             columns (see `index.storage.columns`); those of tokens are numbered parts, which snapshots share
dense.faiss       the index of passage vectors
lexical/          the lexical index
confidence.json   optional: what `python -m eval calibrate` fitted, for `service.answering.confidence`
left_out.json     optional: the files of the source that the build left out, and why
evaluation.json   optional, added after publishing: the report that released the snapshot

Nothing else is read, and nothing that the manifest does not list.

The columns, the texts and the index of passage vectors are mapped into memory, or read where they are small: the system
ends a process that touches a mapped page which was cut off its file, and nothing can be cut off what was read. Who
would cut off something of a mapped file is held up (see `index.snapshots.leases`).
"""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Document, DocumentInfo, Passage
from corpus.errors import NotFoundError, SnapshotError
from index.arrays import Rows, Vectors, products
from index.encoding.encoder import EncodedQuery, Encoder
from index.retrieval.dense import DenseIndex
from index.retrieval.fusion import COPIES, Ranking, best, has_room, room_for_others
from index.retrieval.lexical import LexicalIndex
from index.snapshots.candidates import LocalCandidates
from index.snapshots.manifest import CONFIDENCE, Manifest
from index.snapshots.unchanged import UnchangedFiles
from index.storage.passages import DocumentRecord, PassageTable
from index.storage.token_vectors import TokenParts
from index.storage.vectors import VectorTable

IN_MEMORY = 16 * 1024**2  # bytes of all files up to which they are read, and not mapped


def is_read(manifest: Manifest) -> bool:
    """Whether the files of this snapshot are read, and not mapped."""
    return manifest.bytes <= IN_MEMORY


class Snapshot:
    """An open snapshot: immutable, shared by all threads. Implements `index.search.ServedSnapshot`."""

    def __init__(self, folder: Path, manifest: Manifest, files: UnchangedFiles | None = None) -> None:
        """Open a folder whose files were verified; raises SnapshotError where they do not fit the manifest.

        `confidence` is the text of confidence.json, None where there is none. `files` are as they were when verified.
        """
        counts = manifest.counts
        self.folder = folder
        self.manifest = manifest
        in_memory = is_read(manifest)
        self._files = files or UnchangedFiles(folder, manifest.files, mapped=not in_memory)
        self.confidence = (folder / CONFIDENCE).read_text("utf-8") if CONFIDENCE in manifest.files else None
        self.table = PassageTable.open(folder, counts.passages, counts.sentences, counts.blocks, in_memory)
        if len(self.table.documents) != counts.documents:
            raise SnapshotError(
                f"{folder / 'documents.jsonl'}: does not hold {counts.documents} documents; build again"
            )
        dim = manifest.model.dim
        tokens = TokenParts(folder, dim, manifest.parts, in_memory=in_memory)
        self.vectors = VectorTable(folder, dim, counts.passages, counts.sentences, tokens, in_memory=in_memory)
        if manifest.parts and self.vectors.passages["tokens"].sum() != counts.tokens:
            raise SnapshotError(f"{folder / 'passages.bin'}: does not hold {counts.tokens} tokens; build again")
        self.dense_index = DenseIndex.load(folder / "dense.faiss", self.vectors.vectors, manifest.dense, in_memory)
        self.lexical = LexicalIndex(folder / "lexical", counts.passages, in_memory=in_memory)
        self._groups: Rows = np.ascontiguousarray(self.table.passages["group"])
        self._has_copies = bool(np.any(self._groups != np.arange(counts.passages)))
        self._document_rows = {record.info.id: row for row, record in enumerate(self.table.documents)}

    @classmethod
    def open(cls, folder: Path) -> "Snapshot":
        """Verify every checksum, then open; raises SnapshotError."""
        manifest = Manifest.read(folder)
        files = UnchangedFiles(folder, manifest.files, mapped=not is_read(manifest))
        manifest.verify(folder)
        try:
            return cls(folder, manifest, files)
        except OSError as error:  # a moment ago all of it was there
            raise SnapshotError(f"{folder}: was deleted or changed while it was opened; use another one") from error

    @property
    def id(self) -> str:
        """The snapshot's name, which is also the name of its folder."""
        return self.manifest.id

    def __len__(self) -> int:
        return self.manifest.counts.passages

    @property
    def documents(self) -> Sequence[DocumentRecord]:
        """Every document, by its row."""
        return self.table.documents

    def passages(self, document: str) -> tuple[Passage, ...]:
        """Every passage of one document, in order; raises NotFoundError."""
        return tuple(self.table.values(self.passage_rows([document])))

    def document_row(self, document: str) -> int:
        """A document's row; raises NotFoundError."""
        if document not in self._document_rows:
            raise NotFoundError(f"no document has the id {document!r}; GET /v1/documents lists them all")
        return self._document_rows[document]

    def document(self, document: str) -> Document:
        """One document with its text; raises NotFoundError."""
        return self.table.document(self.document_row(document))

    def info(self, document: str) -> DocumentInfo:
        """One document without its text; raises NotFoundError."""
        return self.table.documents[self.document_row(document)].info

    def excerpt(self, document: str, start: int, end: int) -> str:
        """As `ServedSnapshot.excerpt`."""
        return self.table.excerpt(self.document_row(document), start, end)

    def passage_rows(self, documents: Collection[str]) -> Rows:
        """The rows of all passages of these documents, ascending: (passages,); raises NotFoundError."""
        records = [self.table.documents[row] for row in sorted({self.document_row(name) for name in documents})]
        return np.concatenate([np.empty(0, np.int64), *(np.arange(r.first_passage, r.last_passage) for r in records)])

    def require_unchanged(self, *, now: bool = False) -> None:
        """As `ServedSnapshot.require_unchanged`."""
        self._files.require(now=now)

    def require(self, encoder: Encoder) -> None:
        """Raise ModelMismatch where another encoder made the vectors."""
        self.manifest.require(encoder, "run `python -m index build`")

    def candidates(
        self, query: EncodedQuery, ranking: Ranking, top_k: int, documents: Collection[str] | None
    ) -> LocalCandidates | None:
        """As `ServedSnapshot.candidates`."""
        among = None if documents is None else self.passage_rows(documents)
        scores = self.lexical.query(query.text)
        rows = self._first_passages(query, scores, ranking, top_k, among)
        if not len(rows):
            return None
        signals = {"dense": products(self.vectors.vectors[rows], query.vector), "lexical": scores[rows]}
        has_tokens = bool(self.manifest.counts.tokens)
        return LocalCandidates(query, rows, signals, self.table, self.vectors, self.lexical, has_tokens)

    def _first_passages(
        self, query: EncodedQuery, scores: Vectors, ranking: Ranking, top_k: int, among: Rows | None
    ) -> Rows:
        """The rows of the first passages by vectors and the first by words, ascending and each once: (candidates,).

        Passages that say the same count once, so that copies leave room for others.

        `scores` (passages,) are those by words. `among` are the rows to choose from, all where None.
        """
        pool = max(ranking.pool, top_k)
        lists = [np.empty(0, np.int64)]
        if ranking.dense:
            lists.append(self._distinct(lambda count: self.dense_index.query(query.vector, count, among), pool))
        if ranking.lexical:
            matching = np.flatnonzero(scores) if among is None else among[scores[among] > 0]
            lists.append(self._distinct(lambda count: matching[best(scores[matching], count)], pool))
        rows: Rows = np.sort(np.concatenate(lists))
        # np.unique does the same, but loads all of numpy.ma for it.
        is_first: NDArray[np.bool_] = np.append(True, rows[1:] != rows[:-1])[: len(rows)]
        return rows[is_first]

    def _distinct(self, find: Callable[[int], Rows], most: int) -> Rows:
        """The first `most` rows that `find` gives, best first, and as many more as it takes to have so many groups."""
        count = most
        while True:
            rows = find(count)
            if not self._has_copies:
                return rows
            groups = self._groups[rows]
            if has_room(groups, count, most):
                return rows[room_for_others(groups, most)]
            count *= COPIES
