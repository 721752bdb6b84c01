"""Where the engines that get evaluated come from: a snapshot in use, or a store indexed from a dataset."""

from dataclasses import asdict, replace
from pathlib import Path

from corpus.errors import InputError, ModelMismatch, UnavailableError
from corpus.passages import CHUNKING_VERSION, Chunking
from eval.datasets.questions import Dataset, fingerprint
from eval.runs.records import Settings
from index.build import Progress, build, silent
from index.encoding.encoder import Encoder
from index.encoding.open import open_encoder
from index.retrieval.fusion import Ranking
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.engine import Engine


def engine_for(
    dataset: Dataset,
    var: Path,
    *,
    snapshot: str | None = None,
    ranking: Ranking | None = None,
    chunking: Chunking = Chunking(),
    encoder: str = "auto",
    confidence: Confidence | None = None,
    progress: Progress = silent,
) -> Engine:
    """An engine on the dataset's own documents or, where it has none, on a snapshot (the active one where None)."""
    ranking = ranking or Ranking()
    if dataset.documents is None:
        return Engine.open(Store(var), snapshot, ranking, confidence=confidence)
    opened = open_encoder(var / "models", encoder, progress=progress)
    return Engine(index_dataset(dataset, var, opened, chunking, progress=progress), opened, confidence, ranking)


def parse_chunking(
    dataset: Dataset, max_tokens: int | None, min_tokens: int | None, overlap: int | None
) -> tuple[Chunking, Settings]:
    """The default chunking but for what is given, and how a run records it; raises InputError.

    A set that is asked of a snapshot takes the passages that are there: nothing may be given then, nor is recorded.
    """
    given = {"max_tokens": max_tokens, "min_tokens": min_tokens, "overlap": overlap}
    values = {name: value for name, value in given.items() if value is not None}
    if dataset.documents is None:
        if values:
            raise InputError(f"{dataset.name} is asked of a snapshot, whose passages are made; leave out {min(values)}")
        return Chunking(), {}
    chunking = replace(Chunking(), **values)
    return chunking, asdict(chunking)


def index_dataset(
    dataset: Dataset, var: Path, encoder: Encoder, chunking: Chunking = Chunking(), *, progress: Progress = silent
) -> Snapshot:
    """The dataset's documents as a snapshot under var/eval/stores, built where it is not there yet or damaged."""
    documents = dataset.documents or ()
    settings = f"{encoder.sha256} {encoder.variant} {CHUNKING_VERSION} {chunking}"
    parts = (f"{document.id}\n{document.info.title}\n{document.info.sha256}" for document in documents)
    key = fingerprint([settings.encode(), *(part.encode() for part in parts)])
    store = Store(var / "eval" / "stores" / key[:16])
    try:
        return store.open()
    except UnavailableError:
        build(store, documents, encoder, chunking, progress=progress)
        return store.open()


def snapshot_engine(store: Store, snapshot: str, encoder: Encoder) -> Engine:
    """An engine on one snapshot, with `encoder` where that made it, else with the one that did."""
    try:
        return Engine(store.open(snapshot), encoder)
    except ModelMismatch:
        return Engine.open(store, snapshot)
