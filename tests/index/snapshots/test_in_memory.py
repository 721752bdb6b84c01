"""Small snapshots are read and large ones mapped; both hold the same, and what was read cannot be cut off."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import SnapshotError
from index.arrays import Array
from index.encoding.encoder import EncodedQuery
from index.retrieval.fusion import Ranking
from index.snapshots import snapshot
from index.snapshots.manifest import Manifest
from index.snapshots.snapshot import Snapshot
from index.storage.columns import SENTENCES
from tests.fakes import FakeEncoder


@pytest.fixture
def mapped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """The snapshot, one byte too large to be read."""
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "IN_MEMORY", Manifest.read(folder).bytes - 1)
        return Snapshot.open(folder)


@pytest.fixture
def read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """The snapshot, just small enough to be read."""
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "IN_MEMORY", Manifest.read(folder).bytes)
        return Snapshot.open(folder)


def held(opened: Snapshot) -> list[object]:
    """What a snapshot holds and finds, as values that can be compared."""
    table, vectors, lexical = opened.table, opened.vectors, opened.lexical
    rows = np.arange(len(opened))
    columns: list[Array] = [table.passages, table.sentences, table.blocks, vectors.vectors, lexical.lengths]
    columns += [lexical.terms, lexical.query("harbour"), vectors.sentences_of(rows).codes]
    columns += [part for tokens in vectors.tokens_of(rows) for part in (tokens.codes, tokens.scales)]
    texts = [opened.document(record.info.id).text for record in opened.documents]
    query = FakeEncoder().encode_queries(["Which harbour?"])[0]
    return [*map(bytes, columns), *texts, *table.values(rows), found(opened, query)]


def found(opened: Snapshot, query: EncodedQuery) -> list[int]:
    candidates = opened.candidates(query, Ranking(), 5, None)
    assert candidates is not None
    return [int(row) for row in opened.dense_index.query(query.vector, 5)]


@pytest.mark.skipif(sys.platform != "linux", reason="what is mapped is listed in /proc")
def test_the_limit_decides(folder: Path, read: Snapshot, request: pytest.FixtureRequest) -> None:
    def maps() -> bool:
        return f"{folder}/" in Path("/proc/self/maps").read_text()

    assert not maps()
    opened = request.getfixturevalue("mapped")
    assert maps()
    assert held(opened) == held(read)


def test_what_was_read_stays_when_every_file_is_cut(folder: Path, read: Snapshot) -> None:
    before = held(read)
    for name in read.manifest.files:
        os.truncate(folder / name, 0)
    assert held(read) == before


def test_a_file_that_is_cut_while_it_is_read_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Manifest.read(folder).counts.sentences
    monkeypatch.setattr(Path, "read_bytes", lambda path: b"")
    with pytest.raises(SnapshotError, match=r"sentences\.bin: was cut while it was read"):
        SENTENCES.open(folder, rows, in_memory=True)
