"""Judgements in the columns of TREC and of BEIR."""

import json
import re
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.datasets.load import load_dataset
from eval.datasets.trec import Judgement, escape, name_among, read_judgements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q1 0 d1 1\nq1 Q0 d2 0\n", [Judgement("q1", "d1", 1, 1), Judgement("q1", "d2", 0, 2)]),
        ("q1\t0\td 1\t2\r\n\r\n", [Judgement("q1", "d 1", 2, 1)]),
        ("query-id\tcorpus-id\tscore\n1\t2\t0.5\n", [Judgement("1", "2", 0.5, 2)]),
        ("query-id iteration doc-id relevance\n  q1   0   d1   -1  \n", [Judgement("q1", "d1", -1, 2)]),
        ("q1 d1 1", [Judgement("q1", "d1", 1, 1)]),
        ("", []),
    ],
)
def test_judgements_have_three_or_four_columns(tmp_path: Path, text: str, expected: list[Judgement]) -> None:
    path = tmp_path / "test.tsv"
    path.write_text(text, newline="")
    assert list(read_judgements(path)) == expected


@pytest.mark.parametrize(
    "line", ["q1 0 d1 1 x", "q1 0", "q1 0 d1 inf", "q1 0 d1 1_0", "q1 0 d1 yes", "\td1\t1", "q1\t\t1"]
)
def test_malformed_judgements_are_refused_with_file_and_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "test.tsv"
    path.write_text(f"q1 0 d1 1\n{line}\n")
    message = f"{path}:2: expected query id, document id and a number between tabs, or TREC's query id, 0, "
    with pytest.raises(DatasetError, match=f"^{re.escape(message)}"):
        list(read_judgements(path))


@pytest.mark.parametrize("name", ["a b", "100 % of it", "a\u3000b", "a\tb", "é", "%20", "a%20 b"])
def test_a_name_has_no_white_space_and_is_found_again(name: str) -> None:
    written = escape(name)
    assert len(written.split()) == 1
    assert name_among(written, {name}) == name
    assert name_among("a%20b", {"a%20b"}) == "a%20b"


def test_a_folder_may_be_judged_in_the_columns_of_trec(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(json.dumps({"_id": "the mill", "text": "It opens."}))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "q 1", "text": "When?"}))
    (tmp_path / "qrels" / "test.trec").write_text("q%201 0 the%20mill 1\n")
    dataset = load_dataset(tmp_path)
    assert [(q.id, [gold.document for gold in q.gold]) for q in dataset.questions] == [("q 1", ["the mill"])]
    assert dataset.notes == ()
