"""JSON lines as documents, and every line that is refused."""

import json
from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.reading.json_lines import read_jsonl


def test_read_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    rows = [{"id": "b", "text": "x"}, {"id": "a", "text": "y", "title": "T"}, {"id": "c", "text": "z", "title": None}]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [(d.id, d.info.title, d.text) for d in read_jsonl(path)] == [
        ("b", "b", "x"),
        ("a", "T", "y"),
        ("c", "c", "z"),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "not JSON in UTF-8"),
        (b'"\xff"', "not JSON in UTF-8"),
        (b"[" * 100_000, "not JSON in UTF-8"),
        (b"[]", "not a document"),
        (b'{"id": "a"}', "not a document"),
        (b'{"id": 1, "text": "x"}', "id, text and title must be strings"),
        (b'{"id": "b", "text": " "}', "document b holds only white space"),
        (b'{"id": "a", "text": "x"}', "a second document with the id a"),
    ],
)
def test_bad_lines_are_refused_with_file_and_line(tmp_path: Path, line: bytes, message: str) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_bytes(b'{"id": "a", "text": "x"}\n' + line + b"\n")
    with pytest.raises(CorpusError) as refusal:
        list(read_jsonl(path))
    assert str(refusal.value).startswith(f"{path}, line 2: {message}")
    assert "\n" not in str(refusal.value)


def test_a_jsonl_file_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.jsonl cannot be read \(No such file or directory\)"):
        list(read_jsonl(tmp_path / "none.jsonl"))
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(CorpusError, match=r"empty\.jsonl holds no document"):
        list(read_jsonl(tmp_path / "empty.jsonl"))


def test_a_mark_and_blank_lines_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_bytes(b'\xef\xbb\xbf\n{"id": "a", "text": "x"}\r\n\r\n \n{"id": "b", "text": "y"}\n\n')
    assert [document.id for document in read_jsonl(path)] == ["a", "b"]


def test_other_fields_are_metadata(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    row = {"id": "a", "text": "x", "year": 2026, "price": 1.5, "by": " Ann\nB ", "tags": ["a", 1], "draft": True}
    other = {"none": None, "inner": {"a": "b"}, "lists": [["a"]]}
    path.write_text(json.dumps(row | other)[:-1] + f', "deep": {"[" * 900 + "]" * 900}}}', encoding="utf-8")
    expected = {"by": "Ann B", "draft": "true", "price": "1.5", "tags": "a, 1", "year": "2026"}
    assert dict(next(read_jsonl(path)).info.metadata) == expected
