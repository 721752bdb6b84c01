"""CURRENT names a snapshot, or it is an error that says what to do; it never takes memory or time."""

import os
from pathlib import Path

import pytest

from corpus.errors import SnapshotError
from index.snapshots.pointer import read_pointer, write_pointer


def test_it_reads_back(tmp_path: Path) -> None:
    assert read_pointer(tmp_path) is None
    write_pointer(tmp_path, "20260101T000000-abcdef")
    assert read_pointer(tmp_path) == "20260101T000000-abcdef"


@pytest.mark.parametrize("content", [b"", b"\n", b" \t\n", b"a" * 256, b"\0" * 10**6])
def test_what_names_nothing_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(SnapshotError, match=r"CURRENT: is (empty|no name of a snapshot); run `python -m index activ"):
        read_pointer(tmp_path)


def test_a_gigantic_one_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").touch()
    os.truncate(tmp_path / "CURRENT", 1 << 40)
    with pytest.raises(SnapshotError, match="is no name of a snapshot"):
        read_pointer(tmp_path)


def test_one_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(SnapshotError, match="CURRENT: cannot be read"):
        read_pointer(tmp_path)
