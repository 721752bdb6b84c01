"""A snapshot opens exactly as it was published, or is refused with the name of the file that is wrong."""

import pickle
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import CorpusError, NotFoundError, SnapshotError
from corpus.passages import Chunking
from corpus.sources import make_document
from index.build import build
from index.files import digest
from index.snapshots.manifest import File, Manifest
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.index.snapshots.samples import FILES, TEXTS


def test_it_holds_these_files_and_no_other(published: Path) -> None:
    found = {path.relative_to(published).as_posix() for path in published.rglob("*") if path.is_file()}
    assert found == {*FILES, "manifest.json"}
    assert Manifest.read(published).files.keys() == set(FILES)


def test_documents_come_back_and_rows_are_theirs(published: Path) -> None:
    snapshot = Snapshot.open(published)
    assert (snapshot.id, len(snapshot)) == (published.name, 3)
    assert [snapshot.document(name) for name in TEXTS] == [make_document(*item) for item in TEXTS.items()]
    assert [snapshot.passage_rows([name]).tolist() for name in TEXTS] == [[0, 1], [2], []]
    assert snapshot.passage_rows(["b/c", "a", "a"]).tolist() == [0, 1, 2]
    assert snapshot.passage_rows([]).tolist() == []
    assert snapshot.passage_rows([]).dtype == np.int64


@pytest.mark.parametrize("name", ["", "A", "c", "a/", "b", "../a"])
def test_an_unknown_document_is_named(published: Path, name: str) -> None:
    snapshot = Snapshot.open(published)
    for find in (
        snapshot.document,
        snapshot.info,
        snapshot.document_row,
        lambda name: snapshot.passage_rows(["a", name]),
    ):
        with pytest.raises(NotFoundError, match=f"no document has the id '{name}'"):
            find(name)


TEXT = st.lists(st.one_of(st.sampled_from(["Ä. ", "B c! ", "\n\n", "# H\n", "🙂", "\u2028"]), st.text(max_size=9)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
@given(st.lists(TEXT.map("".join), min_size=1, max_size=4))
def test_any_texts_are_found_again_where_they_were(tmp_path: Path, texts: list[str]) -> None:
    documents = []
    for number, text in enumerate(texts):
        try:
            documents.append(make_document(f"d{number}", text))
        except CorpusError:
            continue
    store = Store(Path(tempfile.mkdtemp(dir=tmp_path)))
    try:
        build(store, documents, FakeEncoder(), Chunking(max_tokens=8, min_tokens=1))
    except CorpusError as error:
        assert "holds no text" in str(error)  # noqa: PT017
        return
    snapshot = store.open()
    assert sorted(row for document in documents for row in snapshot.passage_rows([document.id]).tolist()) == list(
        range(len(snapshot))
    )
    for document in documents:
        assert snapshot.document(document.id) == document
        assert snapshot.info(document.id) == document.info
        for start in range(len(document.text) + 2):
            for end in (start - 1, start, start + 1, start + 40, 10**6):
                excerpt = document.text[start : max(0, end)]
                assert snapshot.excerpt(document.id, start, end) == excerpt
        for row in snapshot.passage_rows([document.id]).tolist():
            passage = snapshot.table.passage(row)
            assert passage.document == document.id
            assert document.text[passage.start : passage.end] == passage.text
            assert all(passage.start <= start < end <= passage.end for start, end in passage.sentences)
            assert np.linalg.norm(snapshot.vectors.vectors[row]) == pytest.approx(1, abs=1e-5)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def remove(path: Path) -> None:
    path.unlink()


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [flip, truncate, grow, remove, make_folder])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named(folder: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(folder / name)
    with pytest.raises(SnapshotError, match=rf"{folder.name}/{name}: is (damaged|missing).*build again\Z"):
        Snapshot.open(folder)


@pytest.mark.parametrize("damage", [flip, remove])
def test_of_several_damaged_files_the_first_of_the_manifest_is_named(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    for name in reversed(list(Manifest.read(folder).files)):
        (flip if name == "dense.faiss" else damage)(folder / name)
        with pytest.raises(SnapshotError, match=rf"{folder.name}/{name}: is (damaged|missing)"):
            Snapshot.open(folder)


def test_a_snapshot_under_another_name_is_refused(folder: Path) -> None:
    with pytest.raises(SnapshotError, match="is not the manifest of"):
        Snapshot.open(folder.rename(folder.with_name("renamed")))


class Bomb:
    """What a pickle would run when it is read."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.marker,)


@pytest.mark.parametrize("name", FILES)
def test_no_file_is_ever_read_as_a_pickle(folder: Path, tmp_path: Path, name: str) -> None:
    """Not even where its checksum is right."""
    path, marker = folder / name, tmp_path / "exploded"
    if path.suffix == ".npy":
        np.save(path, np.array([Bomb(marker)], object), allow_pickle=True)
    else:
        path.write_bytes(pickle.dumps(Bomb(marker)))
    manifest = Manifest.read(folder)
    files = {**manifest.files, name: File(path.stat().st_size, digest(path))}
    (folder / "manifest.json").write_text(replace(manifest, files=files).to_json())
    manifest = Manifest.read(folder)
    manifest.verify(folder)
    with suppress(SnapshotError, ValueError):
        Snapshot(folder, manifest)
    assert not marker.exists()
