"""From documents to a published snapshot: read, encode what is new, index, publish."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from corpus.documents import Document
from corpus.errors import CentreQAError, CorpusError
from corpus.passages import Chunking, split
from index.arrays import Vectors
from index.encoding.encoder import Encoder
from index.retrieval.dense import EXACT_LIMIT, QUERIES, RECALL, DenseIndex
from index.retrieval.lexical import LexicalIndex
from index.snapshots.manifest import CONFIDENCE, Counts, Model
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import Store
from index.storage.passages import PassageTable, PassageWriter
from index.storage.vectors import Checkpoint, VectorTable, VectorWriter

TOKEN_LIMIT = 50_000


Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the phase (prepare, read, encode, index, publish), what is done of it, and the total (0: not known yet).

`prepare` is told by `index.encoding.open.open_encoder`, the others by `build`.
"""


def silent(phase: str, done: int, total: int) -> None:
    """The `Progress` of whoever does not watch."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: documents against the snapshot that was active before, passages by where vectors came from."""

    snapshot: str
    documents: int
    added: int
    changed: int
    unchanged: int
    removed: int
    passages: int
    encoded: int
    reused: int


def build(
    store: Store,
    documents: Iterable[Document],
    encoder: Encoder,
    chunking: Chunking = Chunking(),
    *,
    add: bool = False,
    activate: bool = True,
    token_limit: int = TOKEN_LIMIT,
    exact_limit: int = EXACT_LIMIT,
    recall: float = RECALL,
    progress: Progress = silent,
) -> BuildReport:
    """Build and publish a snapshot of the documents; `add` keeps the active snapshot's other documents as well.

    Token vectors are kept up to `token_limit` passages, search by vectors is exact up to `exact_limit`, and beyond
    finds at least `recall` of the 10 nearest, or the build ends with GateError. An error or a crash at any point leaves
    the active snapshot as it is; the next build goes on from what was encoded. The store's confidence.json, where
    there is one, goes into the snapshot. Raises CorpusError, ConflictError, GateError, SnapshotError.
    """
    with store.lock():
        active = _active(store, add)
        model = Model.of(encoder)
        alike = active if active and (active.manifest.model, active.manifest.chunking) == (model, chunking) else None
        abandoned = store.abandoned()
        staging = store.stage()
        chunk = partial(split, chunking=chunking, encoder_tokens=encoder.max_tokens, count_tokens=encoder.count_tokens)
        with closing(PassageWriter(staging, chunk, alike.table if alike else None)) as writer:
            counted = _read(writer, documents, active, add, progress)
        table = PassageTable.open(staging, writer.passages, writer.sentences)

        keep_tokens = len(table) <= token_limit
        maker = f"{model!r} {chunking} {keep_tokens}"
        sources = [alike.vectors] if alike and (alike.manifest.counts.tokens or not keep_tokens) else []
        sources += [source for folder in abandoned if (source := Checkpoint.resume(folder, maker))]
        vectors = VectorWriter(staging, table, encoder, maker, keep_tokens)
        known = alike.vectors.find(table.passages["key"]) if alike else None
        if alike and known is not None and keep_tokens:
            vectors.share_tokens(alike.vectors, known)
        reused = vectors.write(sources, partial(progress, "encode"))

        progress("index", 0, len(table))
        lexical, dense = (alike.lexical, alike.dense) if alike else (None, None)
        LexicalIndex.build(staging / "lexical", len(table), table.searched_texts, lexical, known)
        written = vectors.read()
        index = DenseIndex.build(written.vectors, _sample(written), recall, exact_limit, dense, known)
        index.save(staging / "dense.faiss")

        progress("publish", 0, 1)
        if (store.root / CONFIDENCE).is_file():
            shutil.copyfile(store.root / CONFIDENCE, staging / CONFIDENCE)
        tokens = int(table.passages["tokens"].sum(dtype=np.int64))
        counts = Counts(len(table.documents), len(table), len(table.sentences), tokens)
        shared = {name: alike.manifest.files[name] for name in vectors.tokens.shared_files} if alike else {}
        parts = vectors.tokens.rows
        snapshot = store.publish(staging, model, chunking, counts, index.tuning, parts, shared, activate=activate).id
        for folder in abandoned:
            shutil.rmtree(folder, ignore_errors=True)
        progress("publish", 1, 1)
    return BuildReport(snapshot, counts.documents, *counted, counts.passages, counts.passages - reused, reused)


def _sample(vectors: VectorTable) -> Vectors:
    """Sentences to measure recall with, drawn evenly: as long as questions, and as varied as the text."""
    count = len(vectors.sentences)
    rows = np.sort(np.random.default_rng(0).choice(count, min(QUERIES, count), replace=False))
    drawn = vectors.sentence_vectors[rows]
    sample: Vectors = drawn.codes * drawn.scales[:, None]
    return sample


def _active(store: Store, needed: bool) -> Snapshot | None:
    """The active snapshot, None where there is none, or a damaged one is not `needed`: a build is the way out."""
    try:
        return store.open()
    except CentreQAError:
        if needed and store.current() is not None:
            raise
        return None


def _read(
    writer: PassageWriter,
    documents: Iterable[Document],
    active: Snapshot | None,
    add: bool,
    progress: Progress,
) -> tuple[int, int, int, int]:
    """Write the tables; returns how many documents are added, changed, unchanged and removed."""
    before = {record.info.id: record.info for record in active.table.documents} if active else {}
    added = changed = 0
    for document in documents:
        writer.add(document)
        old = before.get(document.id)
        added += old is None
        changed += old is not None and (old.sha256, old.title) != (document.info.sha256, document.info.title)
        progress("read", len(writer.names), 0)
    removed = len(before.keys() - writer.names)
    if add and active:
        for name in sorted(before.keys() - writer.names):
            writer.add(active.document(name))
        removed = 0
    if not writer.passages:
        raise CorpusError("the source holds no text to search; give a folder with .txt or .md files")
    return added, changed, len(writer.names) - added - changed, removed
