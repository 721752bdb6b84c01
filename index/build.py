"""From documents to a published snapshot: read, encode what is new, index, publish."""

import errno
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import numpy as np

from corpus.documents import Document
from corpus.errors import CentreQAError
from corpus.passages import Chunking, split
from corpus.reading.report import LeftOut, Reading
from index.arrays import Rows
from index.edits import Edit, write_documents
from index.encoding.encoder import Encoder
from index.retrieval.dense import EXACT_LIMIT, QUERIES, RECALL, DenseIndex, DenseTuning
from index.retrieval.duplicates import mark_duplicates
from index.retrieval.postings import write_lexical_index
from index.snapshots.left_out import write_left_out
from index.snapshots.manifest import CONFIDENCE, Contents, Counts, Model
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import Store
from index.storage.checkpoint import PARTIAL, resume
from index.storage.passage_writer import PassageWriter
from index.storage.passages import PassageTable
from index.storage.token_vectors import TokenWriter
from index.storage.vector_writer import DEFAULT_LIMITS, VectorWriter, WriterLimits
from index.storage.vectors import VectorTable

TOKEN_LIMIT = 50_000  # passages up to which token vectors are kept, unless told otherwise

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the phase (prepare, read, encode, index, publish), what is done of it, and the total (0: not known yet).

`index.encoding.open.open_encoder` reports the phase `prepare`, `build` the others.
"""


def silent(phase: str, done: int, total: int) -> None:
    """The `Progress` of a caller that does not watch."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Documents are compared with those of the snapshot that was active before. `encoded` and `reused` say where the
    vectors of the `passages` came from. The last three are those of `corpus.reading.report.ReadingReport`.
    """

    snapshot: str
    documents: int
    added: int
    changed: int
    unchanged: int
    removed: int
    passages: int
    encoded: int
    reused: int
    left_out: tuple[LeftOut, ...] = ()
    not_read: Mapping[str, int] = field(default_factory=dict)
    encodings: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        documents = f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged, {self.removed} removed"
        passages = f"{self.passages} passages ({self.encoded} encoded, {self.reused} reused)"
        return f"{self.snapshot}: {self.documents} documents ({documents}), {passages}"


@dataclass(frozen=True, slots=True)
class BuildIdentity:
    """What decides the vectors of a build: one that was interrupted is of use only to builds of the same identity."""

    model: Model
    chunking: Chunking
    keeps_tokens: bool

    def to_json(self) -> dict[str, object]:
        """The identity as JSON values, for checkpoints."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Previous:
    """The active snapshot, of which a build by the same model and chunking takes over what did not change.

    `rows` (passages,) is the row there of each new passage, -1 where it has none.
    """

    snapshot: Snapshot
    rows: Rows


def build(
    store: Store,
    documents: Iterable[Document],
    encoder: Encoder,
    chunking: Chunking = Chunking(),
    *,
    edit: Edit = Edit(),
    activate: bool = True,
    token_limit: int = TOKEN_LIMIT,
    exact_limit: int = EXACT_LIMIT,
    recall: float = RECALL,
    progress: Progress = silent,
    limits: WriterLimits = DEFAULT_LIMITS,
) -> BuildReport:
    """Build and publish a snapshot of the documents, and of those of the active snapshot that stay after the `edit`.

    Token vectors are kept up to `token_limit` passages. Search by vectors is exact up to `exact_limit` passages; above
    that, it finds at least the share `recall` of the 10 nearest, or the build ends with GateError. The store's
    confidence.json, where there is one, goes into the snapshot.

    An error or a crash at any point leaves the active snapshot as it is, and the next build takes over what was
    encoded. Raises CorpusError, NotFoundError, ConflictError, GateError, SnapshotError.
    """
    model, reading = Model.of(encoder), documents if isinstance(documents, Reading) else Reading(iter(documents))
    with store.lock(), _staged(store, model, chunking) as (folder, abandoned):
        active = _open_active(store, required=edit.mode != "all")
        is_reusable = active and (active.manifest.model, active.manifest.chunking) == (model, chunking)
        reusable = active if is_reusable else None
        chunk = partial(split, chunking=chunking, encoder_tokens=encoder.max_tokens, count_tokens=encoder.count_tokens)
        with closing(PassageWriter(folder, chunk, reusable.table if reusable else None)) as passages:
            changes = write_documents(passages, reading, active, edit, progress)
        table = PassageTable.open(folder, passages.passages, passages.sentences, passages.blocks)
        previous = Previous(reusable, reusable.vectors.find_rows(table.passages["key"])) if reusable else None

        identity = BuildIdentity(model, chunking, keeps_tokens=len(table) <= token_limit)
        vectors = VectorWriter(
            folder, table, encoder, identity.to_json(), keep_tokens=identity.keeps_tokens, limits=limits
        )
        shares = not edit.remove
        reused = _write_vectors(vectors, identity, previous, abandoned, shares, partial(progress, "encode"))

        progress("index", 0, len(table))
        tuning = _write_indexes(folder, table, vectors.read(), previous, exact_limit, recall)

        progress("publish", 0, 1)
        if (store.root / CONFIDENCE).is_file():
            shutil.copyfile(store.root / CONFIDENCE, folder / CONFIDENCE)
        write_left_out(folder, reading.report)
        contents = _contents(identity, table, tuning, vectors.tokens, previous)
        snapshot = store.publish(folder, contents, activate=activate).id
        store.clear()
        progress("publish", 1, 1)
    return BuildReport(
        snapshot=snapshot,
        documents=contents.counts.documents,
        **asdict(changes),
        passages=contents.counts.passages,
        encoded=contents.counts.passages - reused,
        reused=reused,
        **reading.report.values(),
    )


@contextmanager
def _staged(store: Store, model: Model, chunking: Chunking) -> Iterator[tuple[Path, Sequence[Path]]]:
    """A new folder to build in, and the newest that a build like this one left behind: all others are deleted first.

    A failed build leaves only what the next can use. On a full disk, room counts for more than what was encoded.
    """
    identities = [BuildIdentity(model, chunking, keeps_tokens).to_json() for keeps_tokens in (True, False)]
    usable = (left for left in store.abandoned() if any(resume(left, identity) for identity in identities))
    abandoned = list(islice(usable, 1))  # the newest, which took over from the one before
    store.clear(keep=abandoned)
    folder = store.stage()
    try:
        yield folder, abandoned
    except BaseException as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT) and abandoned:
            store.clear()
        elif not (folder / PARTIAL).is_file():
            store.clear(keep=abandoned)
        raise


def _open_active(store: Store, required: bool) -> Snapshot | None:
    """The active snapshot; None where there is none.

    None too where it is damaged, since a build is the way out, unless its documents are `required`: then this raises.
    """
    try:
        return store.open()
    except CentreQAError:
        if required and store.current() is not None:
            raise
        return None


def _write_vectors(
    writer: VectorWriter,
    identity: BuildIdentity,
    previous: Previous | None,
    abandoned: Sequence[Path],
    shares: bool,
    progress: Callable[[int, int], None],
) -> int:
    """Take over the vectors that the active snapshot or interrupted builds have, and encode the rest.

    Where it `shares`, files of token vectors are those of the active snapshot, which also hold what is not used any
    more. Returns how many passages were taken over.
    """
    sources: list[VectorTable] = []
    if previous:
        if previous.snapshot.manifest.counts.tokens or not identity.keeps_tokens:
            sources.append(previous.snapshot.vectors)
        if identity.keeps_tokens and shares:
            writer.share_tokens(previous.snapshot.vectors, previous.rows)
    sources += filter(None, (resume(folder, identity.to_json()) for folder in abandoned))
    return writer.write(sources, progress)


def _write_indexes(
    folder: Path, table: PassageTable, vectors: VectorTable, previous: Previous | None, exact_limit: int, recall: float
) -> DenseTuning:
    """Write the lexical and the dense index and the groups, with what the previous ones know of the same passages.

    Returns how the dense index is to be searched. Raises GateError where it finds less than `recall`.
    """
    lexical, dense, source, rows = None, None, None, None
    if previous:
        lexical, dense, rows = previous.snapshot.lexical, previous.snapshot.dense_index, previous.rows
        source = previous.snapshot.table
    mark_duplicates(folder, table, source, rows)
    write_lexical_index(folder / "lexical", len(table), table.searched_texts, lexical, rows)
    index = DenseIndex.build(vectors.vectors, vectors.sample_sentences(QUERIES), recall, exact_limit, dense, rows)
    index.save(folder / "dense.faiss")
    return index.tuning


def _contents(
    identity: BuildIdentity, table: PassageTable, dense: DenseTuning, tokens: TokenWriter, previous: Previous | None
) -> Contents:
    """What the finished folder holds, for its manifest."""
    token_rows = int(table.passages["tokens"].sum(dtype=np.int64))
    return Contents(
        model=identity.model,
        chunking=identity.chunking,
        counts=Counts(len(table.documents), len(table), len(table.sentences), token_rows, len(table.blocks)),
        dense=dense,
        parts=tokens.rows,
        shared={name: previous.snapshot.manifest.files[name] for name in tokens.shared_files} if previous else {},
    )
