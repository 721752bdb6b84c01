"""What tests of builds share: small documents, and comparing a snapshot with one that is built from nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from corpus.documents import Document
from corpus.passages import Chunking
from corpus.sources import make_document
from index.build import BuildReport, build
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

EACH = Chunking(min_tokens=1)  # a passage for each block
ANIMALS = "# Animals\nThe cat sat.\n\nA dog barked. It ran.\n\nBirds sing."
CITIES = "# Cities\nTurin lies on the Po.\n\nThe Hague is Dutch."
TEXTS = {"animals": ANIMALS, "cities": CITIES}  # five passages

LINES = [f"The {word} number {n} is {n * n}." for n in range(60) for word in ("first", "second")]
MANY = {"many": "\n\n".join(LINES), "few": "Few words."}  # 121 passages


def documents_of(texts: Mapping[str, str]) -> list[Document]:
    return [make_document(name, text) for name, text in texts.items()]


def numbers(report: BuildReport) -> tuple[int, ...]:
    """Documents added, changed, unchanged, removed; passages encoded, reused."""
    return report.added, report.changed, report.unchanged, report.removed, report.encoded, report.reused


def contents(snapshot: Snapshot) -> dict[str, tuple[object, ...]]:
    """All that a snapshot says of each passage, by its id, but not where the token rows lie."""
    by_id = {}
    table, vectors = snapshot.table, snapshot.vectors
    for row in range(len(snapshot)):
        rows = table.sentence_rows(row)
        sentences, tokens = vectors.sentence_vectors[rows], vectors.tokens_of(np.array([row]))[0]
        columns = (
            vectors.vectors[row],
            sentences.codes,
            sentences.scales,
            tokens.codes,
            tokens.scales,
            table.sentences[rows]["tokens"],
        )
        by_id[table.passage(row).id] = (table.passage(row), *(np.asarray(column).tobytes() for column in columns))
    return by_id


def column_bytes(store: Store) -> dict[str, bytes]:
    """The columns that do not depend on the order in which passages were encoded."""
    folder = store.folder(str(store.current()))
    names = ("vectors.bin", "sentence_codes.bin", "sentence_scales.bin", "text.bin", "documents.jsonl", "dense.faiss")
    passages = store.open().table.passages.copy()
    passages["first_token"] = 0
    return {name: (folder / name).read_bytes() for name in names} | {"passages.bin": passages.tobytes()}


def assert_as_from_scratch(store: Store, texts: Mapping[str, str], root: Path, **options: Any) -> None:
    """The active snapshot is what a build of these texts from nothing gives."""
    scratch = Store(root / "scratch")
    build(scratch, documents_of(texts), FakeEncoder(), EACH, **options)
    assert column_bytes(store) == column_bytes(scratch)
    assert contents(store.open()) == contents(scratch.open())
