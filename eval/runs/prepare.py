"""Where the engine comes from that a set is asked of: a snapshot, or documents that are indexed for the purpose."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.documents import Document
from corpus.errors import ModelMismatch, UnavailableError
from corpus.passages import CHUNKING_VERSION, Chunking
from corpus.sources import read_source
from eval.datasets.questions import Dataset, fingerprint
from index.build import Progress, build, silent
from index.encoding.encoder import Encoder
from index.encoding.open import made_by, open_encoder
from index.retrieval.fusion import Ranking
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from service.answering.reader.reader import SHIPPED, open_reader


def chunking_for(
    dataset: Dataset, max_tokens: int | None = None, min_tokens: int | None = None, overlap: int | None = None
) -> Chunking | None:
    """How the documents are to be cut into passages: as given, and as by default where nothing is given.

    None where nothing at all is given and the set is asked of a snapshot: its passages stay as they are.
    """
    options = {"max_tokens": max_tokens, "min_tokens": min_tokens, "overlap": overlap}
    given = {name: value for name, value in options.items() if value is not None}
    return replace(Chunking(), **given) if given or dataset.documents is not None else None


def engine_for(
    dataset: Dataset,
    var: Path,
    *,
    snapshot: str | None = None,
    ranking: Ranking = Ranking(),
    chunking: Chunking | None = None,
    variant: str = "auto",
    model: Path | None = None,
    confidence: Confidence | None = None,
    reader: str = SHIPPED,
    progress: Progress = silent,
) -> Engine:
    """An engine on the documents of the set or, where it brings none, on a snapshot (the active one where None).

    With a `chunking`, or a `model` (as the `model_path` of `open_encoder`) that did not make that snapshot, its
    documents are indexed again, in a store of their own: by the encoder that made the snapshot unless `variant` or
    `model` name another, and with the snapshot's own fitted confidence. `reader` is as for `open_reader`. Raises
    SnapshotError where there is no snapshot, ModelError, ModelMismatch.
    """
    store, models = Store(var), var / "models"
    given = open_encoder(models, variant, model_path=model, progress=progress) if model else None
    if dataset.documents is not None:
        documents: Sequence[Document] = dataset.documents
    else:
        source = store.open(snapshot)
        made_it = source.manifest.model
        if chunking is None and (given is None or given.sha256 == made_it.sha256):
            return Engine.open(store, snapshot, ranking, confidence=confidence, reader=reader)
        chunking = chunking or source.manifest.chunking
        documents = [source.document(record.info.id) for record in source.documents]
        if given is None:
            model = made_by(models, made_it.sha256)
            variant = made_it.variant if variant == "auto" else variant
        if confidence is None and source.confidence is not None:
            confidence = Confidence.parse(source.confidence)
    encoder = given or open_encoder(models, variant, model_path=model, progress=progress)
    indexed = index_documents(documents, var, encoder, chunking or Chunking(), progress=progress)
    return Engine(indexed, encoder, confidence, ranking, reader=open_reader(reader))


def index_documents(
    documents: Sequence[Document],
    var: Path,
    encoder: Encoder,
    chunking: Chunking = Chunking(),
    *,
    progress: Progress = silent,
) -> Snapshot:
    """The documents as a snapshot under var/eval/stores; built only where there is none yet, or a damaged one.

    The store is named by everything that decides what is in it.
    """
    settings = f"{encoder.sha256} {encoder.variant} {CHUNKING_VERSION} {chunking}"
    parts = (f"{document.id}\n{document.info.title}\n{document.info.sha256}" for document in documents)
    key = fingerprint([settings.encode(), *(part.encode() for part in parts)])
    store = Store(var / "eval" / "stores" / key[:16])
    try:
        return store.open()
    except UnavailableError:
        build(store, documents, encoder, chunking, progress=progress)
        return store.open()


def quoted_texts(var: Path, source: Path | None = None) -> Iterator[Mapping[str, str]]:
    """The texts by document in which the quotes of a set are found: those of the source, then those of the snapshot.

    The source is what is about to be released, the snapshot the active one. Raises SnapshotError where there is
    neither, CorpusError.
    """
    store = Store(var)
    if source is not None:
        yield {document.id: document.text for document in read_source(source)}
    if source is None or store.current():
        snapshot = store.open()
        yield {record.info.id: snapshot.document(record.info.id).text for record in snapshot.documents}


def snapshot_engine(store: Store, snapshot: str, encoder: Encoder, reader: str = SHIPPED) -> Engine:
    """An engine on one snapshot: with this encoder where it made the snapshot, else with the one that did."""
    try:
        return Engine(store.open(snapshot), encoder, reader=open_reader(reader))
    except ModelMismatch:
        return Engine.open(store, snapshot, reader=reader)
