"""The report of a release is read as it was written, or not at all."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import SnapshotError
from index.files import digest
from index.snapshots.manifest import File, Manifest
from index.snapshots.report import EVALUATION, read_report, write_report
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import SnapshotInfo

REPORT = {"hit@3": 0.9, "gate": {"passed": True, "reasons": ["é"]}}


def read(folder: Path) -> object:
    return read_report(folder, Manifest.read(folder))


def test_it_reads_back_and_the_manifest_lists_it(folder: Path) -> None:
    assert read(folder) is None
    for report in (REPORT, {"hit@3": 1.0}):
        write_report(folder, report)
        assert read(folder) == report
        Snapshot.open(folder)
    (folder / EVALUATION).unlink()
    assert read(folder) is None
    with pytest.raises(SnapshotError, match=r"evaluation\.json: is missing"):
        Snapshot.open(folder)


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff", b"[1]", b'"text"', b"[" * 100_000, b'{"gate": 1}'])
def test_one_that_was_changed_is_none(folder: Path, damage: bytes) -> None:
    write_report(folder, REPORT)
    (folder / EVALUATION).write_bytes(damage)
    assert read(folder) is None


def test_one_that_the_manifest_does_not_list_is_not_read(folder: Path) -> None:
    (folder / EVALUATION).write_text(json.dumps(REPORT))
    assert read(folder) is None


@pytest.mark.parametrize("report", [[1], "text", None])
def test_one_that_is_no_report_is_none_though_it_is_listed(folder: Path, report: object) -> None:
    (folder / EVALUATION).write_text(json.dumps(report))
    manifest = Manifest.read(folder)
    listed = File((folder / EVALUATION).stat().st_size, digest(folder / EVALUATION))
    assert read_report(folder, replace(manifest, files={**manifest.files, EVALUATION: listed})) is None


@pytest.mark.parametrize(
    ("evaluation", "passed"),
    [
        (None, None),
        ({}, None),
        ({"gate": 1}, None),
        ({"gate": {"passed": "yes"}}, None),
        ({"gate": {"passed": []}}, None),
        ({"gate": {"passed": True}}, True),
        ({"gate": {"passed": False}}, False),
    ],
)
def test_whether_it_passed_its_gate(published: Path, evaluation: dict[str, object] | None, passed: bool | None) -> None:
    assert SnapshotInfo.of(Manifest.read(published), active=False, evaluation=evaluation).passed is passed


@pytest.mark.parametrize("calls", range(6))
def test_a_crash_while_it_is_replaced_leaves_a_snapshot_that_opens(
    folder: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    write_report(folder, REPORT)
    original: Callable[..., Path] = Path.replace

    def crash(*arguments: Path) -> Path:
        nonlocal calls
        calls -= 1
        if calls < 0:
            raise KeyboardInterrupt
        return original(*arguments)

    monkeypatch.setattr(Path, "replace", crash)
    try:
        write_report(folder, {"new": 1})
    except KeyboardInterrupt:
        assert read(folder) in (None, REPORT)
    else:
        assert read(folder) == {"new": 1}
    Snapshot.open(folder)
