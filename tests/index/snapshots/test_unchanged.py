"""What is written into the files of an open snapshot is noticed before it is read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import SnapshotError
from index.snapshots.manifest import Manifest
from index.snapshots.snapshot import Snapshot
from index.snapshots.unchanged import UnchangedFiles
from tests.index.snapshots.samples import COLUMNS, FILES, cut, grow, rewrite


@pytest.mark.parametrize("damage", [cut, rewrite, grow])
@pytest.mark.parametrize("name", FILES)
def test_every_file_that_is_written_to_is_named(folder: Path, name: str, damage: Callable[[Path], None]) -> None:
    snapshot = Snapshot.open(folder)
    snapshot.require_unchanged(now=True)
    damage(folder / name)
    with pytest.raises(SnapshotError, match=rf"{folder.name}/{name}: was changed while it was in use"):
        snapshot.require_unchanged(now=True)


def vanish_when_looked_for(gone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a file deleted as soon as it was found to be there."""
    is_file = Path.is_file

    def is_file_and_lose(path: Path) -> bool:
        was = is_file(path)
        if path == gone:
            path.unlink(missing_ok=True)
        return was

    monkeypatch.setattr(Path, "is_file", is_file_and_lose)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_file_that_vanishes_while_the_snapshot_is_opened(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = Manifest.verify

    def verify_and_lose(manifest: Manifest, folder: Path) -> None:
        verify(manifest, folder)
        vanish_when_looked_for(folder / f"{name}.bin", monkeypatch)

    monkeypatch.setattr(Manifest, "verify", verify_and_lose)
    with pytest.raises(SnapshotError, match=f"{folder.name}: was deleted or changed"):
        Snapshot.open(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_vanishes_while_it_is_compared(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = Manifest.read(folder)
    vanish_when_looked_for(folder / name, monkeypatch)
    with pytest.raises(SnapshotError, match=f"{folder.name}/{name}"):
        manifest.verify(folder)


def test_files_that_are_replaced_linked_or_deleted_are_still_there(folder: Path, tmp_path: Path) -> None:
    snapshot = Snapshot.open(folder)
    (tmp_path / "new").write_bytes(b"other")
    (tmp_path / "new").replace(folder / "text.bin")
    os.link(folder / "vectors.bin", tmp_path / "shared")
    (folder / "sentences.bin").unlink()
    snapshot.require_unchanged(now=True)
    assert snapshot.document("a").text.startswith("# Title")


def test_it_looks_again_after_a_while(folder: Path) -> None:
    files = UnchangedFiles(folder, Manifest.read(folder).files)
    files.require()
    cut(folder / "text.bin")

    def look_often() -> None:
        while True:
            files.require()

    with pytest.raises(SnapshotError):
        look_often()


def test_a_file_that_the_manifest_does_not_list_is_not_used(folder: Path) -> None:
    (folder / "confidence.json").write_text("{}")
    assert Snapshot.open(folder).confidence is None
