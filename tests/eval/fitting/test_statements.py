"""Labelled statements, and the shipped ones."""

import json
from collections import Counter
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.fitting.statements import RIGHT, WRONG_KINDS, read_statements

SHIPPED = Path(__file__).resolve().parents[3] / "eval/data/statements"
LINE = {
    "id": "f1", "document": "rules.md", "statement": "It costs £12.", "supported": True, "kind": "right",
    "source": ["The fee is £12."],
}  # fmt: skip


def write(folder: Path, **changes: object) -> Path:
    (folder / "rules.md").write_text("# Rules\n\nThe fee is £12.\n")
    path = folder / "fit.jsonl"
    path.write_text(json.dumps(LINE | changes) + "\n")
    return path


def test_a_statement_knows_what_it_renders(tmp_path: Path) -> None:
    (read,) = read_statements(write(tmp_path))
    assert (read.id, read.text, read.supported, read.kind) == ("f1", "It costs £12.", True, "right")
    assert [read.document.text[start:end] for start, end in read.source] == ["The fee is £12."]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": ["The fee is £13."]}, "word for word"),
        ({"source": [3]}, "word for word"),
        ({"kind": "odd"}, "kind should be"),
        ({"supported": False}, "kind should be"),
        ({"document": "none.md"}, "cannot be read"),
        ({"statement": " "}, "statement is empty"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_statements(write(tmp_path, **changes))


def test_a_file_without_statements_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fit.jsonl").write_text("\n")
    with pytest.raises(DatasetError, match="holds no statement"):
        read_statements(tmp_path / "fit.jsonl")


def test_the_shipped_statements_are_half_wrong_in_every_way_and_share_no_document() -> None:
    halves = {half: read_statements(SHIPPED / f"{half}.jsonl") for half in ("fit", "report")}
    assert {half: len(statements) for half, statements in halves.items()} == {"fit": 392, "report": 216}
    for statements in halves.values():
        counts = Counter(each.kind for each in statements)
        assert 0.45 * len(statements) <= counts[RIGHT] <= 0.5 * len(statements)
        assert min(counts[kind] for kind in WRONG_KINDS) >= 8
    documents = [{each.document.id for each in statements} for statements in halves.values()]
    assert not documents[0] & documents[1]
    texts = Counter(each.text.casefold() for statements in halves.values() for each in statements)
    assert max(texts.values()) == 1
