"""A source is a folder, a file, or a file of JSON lines."""

from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.sources import read_source


def test_what_a_source_is(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("x", encoding="utf-8")
    (tmp_path / "folder" / "b.txt").write_bytes(b"\x00")
    (tmp_path / "lines.JSONL").write_text('{"id": "c", "text": "x"}', encoding="utf-8")
    assert [document.id for document in read_source(tmp_path / "folder")] == ["a"]
    assert [document.id for document in read_source(tmp_path / "folder" / "a.txt")] == ["a"]
    assert [document.id for document in read_source(tmp_path / "lines.JSONL")] == ["c"]
    with pytest.raises(CorpusError, match=r"b\.txt is binary"):
        list(read_source(tmp_path / "folder", strict=True))
