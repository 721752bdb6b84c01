"""BEIR folders: judgements of whole documents, and every way of refusing a folder."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.datasets.load import load_dataset
from eval.datasets.questions import Gold, Question


def write_lines(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def beir(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    write_lines(
        folder / "corpus.jsonl",
        {"_id": "1", "title": "Wings", "text": "Wings lift."},
        {"_id": "2", "title": "", "text": " "},
        {"_id": "3", "text": "Shear flow."},
    )
    write_lines(folder / "queries.jsonl", *({"_id": f"q{number}", "text": f"what {number}"} for number in range(3)))
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq0\t1\t2\nq0\t2\t1\nq0\t3\t0\nq1\t9\t1\nq7\t1\t1\n"
    )
    return folder


def test_beir_judges_whole_documents(tmp_path: Path) -> None:
    folder = beir(tmp_path / "wings")
    dataset = load_dataset(folder)
    assert [(document.id, document.info.title) for document in dataset.documents or ()] == [("1", "Wings"), ("3", "3")]
    assert dataset.questions == (
        Question("q0", "what 0", True, (Gold("1", 0, 0, "", 2), Gold("2", 0, 0, "", 1)), "", "", "q0"),
        Question("q1", "what 1", True, (Gold("9", 0, 0, "", 1),), "", "", "q1"),
    )
    assert (dataset.name, dataset.unit) == ("wings", "document")
    assert dataset.notes == (
        f"{folder}/qrels/test.tsv: document '9' is unknown",
        f"{folder}/qrels/test.tsv: query 'q7' is unknown",
        f"{folder}/corpus.jsonl: empty documents left out: 1",
        f"{folder}/queries.jsonl: queries without anything relevant, left out: 1",
    )


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("qrels/test.tsv", lambda text: text + "q1\t1\n", ":7: expected query id, document id and a number"),
        ("qrels/test.tsv", lambda text: text + "q1\t1\tnan\n", ":7: expected query id, document id and a number"),
        ("qrels/test.tsv", lambda text: text + "query\tdocument\tscore\n", ":7: expected query id"),
        ("corpus.jsonl", lambda text: text + text, ":4: _id '1' is taken; give every document its own"),
        ("corpus.jsonl", lambda text: text + '{"_id": "4"}', ":4: text should be text, found null"),
        ("corpus.jsonl", lambda text: text + '{"_id": 4.5, "text": "x"}', ":4: _id should be text, found 4.5"),
        ("queries.jsonl", lambda text: text + '{"_id": "", "text": "x"}', ":4: _id is empty"),
    ],
)
def test_malformed_beir_is_refused_with_file_and_line(
    tmp_path: Path, name: str, change: Callable[[str], str], message: str
) -> None:
    path = beir(tmp_path / "wings") / name
    path.write_text(change(path.read_text()))
    with pytest.raises(DatasetError, match=f"^{re.escape(str(path) + message)}"):
        load_dataset(tmp_path / "wings")


def test_beir_without_a_file_is_refused(tmp_path: Path) -> None:
    (beir(tmp_path / "wings") / "qrels" / "test.tsv").unlink()
    with pytest.raises(DatasetError, match=r"test.tsv: cannot be read \(No such file or directory\); check the path$"):
        load_dataset(tmp_path / "wings")
    with pytest.raises(DatasetError, match="distractors go with SQuAD files"):
        load_dataset(tmp_path / "wings", [tmp_path / "more.json"])
