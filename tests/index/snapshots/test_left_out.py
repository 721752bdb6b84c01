"""The files that a build left out are listed with the snapshot, and no more of them than can be shown."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.reading.report import LeftOut, Reading, ReadingReport
from corpus.sources import make_document, read_source
from index.build import build
from index.files import digest
from index.snapshots.left_out import LEFT_OUT, MOST_NAMED, FilesLeftOut, read_left_out
from index.snapshots.manifest import File, Manifest
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


def test_what_a_folder_holds_besides_texts_is_listed(store: Store, encoder: FakeEncoder, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "good.txt").write_text("Words.")
    (folder / "bad.pdf").write_bytes(b"no PDF")
    for name in ("a.png", "b.png", "c.zip"):
        (folder / name).write_bytes(b"")
    build(store, read_source(folder), encoder)
    left_out = store.list()[0].left_out
    assert left_out is not None
    assert (left_out.count, [left.file for left in left_out.named]) == (1, ["bad.pdf"])
    assert left_out.named[0].reason
    assert left_out.not_read == {".png": 2, ".zip": 1}
    assert LEFT_OUT in store.open().manifest.files


def test_where_all_is_read_there_is_no_file(store: Store, encoder: FakeEncoder) -> None:
    build(store, [make_document("a", "Words.")], encoder)
    assert store.list()[0].left_out is None
    assert LEFT_OUT not in store.open().manifest.files


def test_many_are_counted_and_the_first_named(store: Store, encoder: FakeEncoder) -> None:
    many = MOST_NAMED + 5
    report = ReadingReport([LeftOut(f"{number}.pdf", "is damaged") for number in range(many)])
    report.not_read.update({f".{number}": 1 for number in range(many)})
    build(store, Reading(iter([make_document("a", "Words.")]), report), encoder)
    left_out = store.list()[0].left_out
    assert left_out is not None
    assert (left_out.count, len(left_out.named), len(left_out.not_read)) == (many, MOST_NAMED, MOST_NAMED)
    assert left_out.named[0] == LeftOut("0.pdf", "is damaged")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"count": 1, "named": [{"file": "a"}], "not_read": {}}', None])
def test_what_cannot_be_used_is_none(folder: Path, text: str | None) -> None:
    path = folder / LEFT_OUT
    path.write_text(text or "{}")
    manifest = Manifest.read(folder)
    listed = replace(manifest, files={**manifest.files, LEFT_OUT: File(path.stat().st_size, digest(path))})
    assert read_left_out(folder, listed if text else manifest) is None
    Snapshot.open(folder)


def test_reasons_are_shown_as_wanted() -> None:
    shown = FilesLeftOut(1, (LeftOut("a", "reason"),), {}).with_reasons(str.upper)
    assert shown.named == (LeftOut("a", "REASON"),)
