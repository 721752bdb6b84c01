"""SQuAD as Hugging Face lays it out: one row a question, as a list, under a key or as lines."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.datasets.load import load_dataset
from eval.datasets.questions import Gold

MILL = "The mill opens at eight."


def row(name: object, *answers: tuple[str, int], title: str = "Mill", **more: object) -> dict[str, object]:
    columns = {"text": [text for text, _ in answers], "answer_start": [start for _, start in answers]}
    return {"id": name, "title": title, "context": MILL, "question": f"{name}?", "answers": columns, **more}


def as_list(folder: Path, *rows: object) -> Path:
    path = folder / "set.json"
    path.write_text(json.dumps(rows, indent=1))
    return path


def as_data(folder: Path, *rows: object) -> Path:
    path = folder / "set.json"
    path.write_text(json.dumps({"version": 2, "data": rows}))
    return path


def as_lines(folder: Path, *rows: object) -> Path:
    path = folder / "set.jsonl"
    path.write_text("\n" + "".join(json.dumps(line) + "\n" for line in rows))
    return path


@pytest.mark.parametrize("write", [as_list, as_data, as_lines])
def test_rows_share_their_paragraph(tmp_path: Path, write: Callable[..., Path]) -> None:
    rows = (row(7, ("eight", 18), ("at eight", 15)), row("q2"), row("q3", ("mill", 4), title="Port", context="A mill."))
    dataset = load_dataset(write(tmp_path, *rows))
    assert [(d.id, d.text) for d in dataset.documents or ()] == [("Mill/0", MILL), ("Port/0", "A mill.")]
    assert [(q.id, q.answerable, q.gold, q.group) for q in dataset.questions] == [
        ("7", True, (Gold("Mill/0", 18, 23, "eight"), Gold("Mill/0", 15, 23, "at eight")), "Mill"),
        ("q2", False, (), "Mill"),
        ("q3", True, (Gold("Port/0", 2, 6, "mill"),), "Port"),
    ]
    assert (dataset.by_text, dataset.notes) == (True, ())


def test_answers_may_be_columns_in_articles_and_objects_in_rows(tmp_path: Path) -> None:
    qa = {"id": 1, "question": "When?", "answers": {"text": ["eight"], "answer_start": [18]}}
    article = {"title": "Mill", "paragraphs": [{"context": MILL, "qas": [qa]}]}
    listed = row("q2", answers=[{"text": "mill", "answer_start": 4}])
    golds = [question.gold for question in load_dataset(as_data(tmp_path, article, listed)).questions]
    assert golds == [(Gold("Mill/0", 18, 23, "eight"),), (Gold("Mill/0", 4, 8, "mill"),)]


def test_rows_without_a_label_or_given_twice_are_left_out(tmp_path: Path) -> None:
    rows = (row("q1", ("mill", 4)), row("q1", ("eight", 18)), row("q2", answers=None), row("q3", is_impossible=False))
    path = as_lines(tmp_path, *rows)
    dataset = load_dataset(path)
    assert [(q.id, q.gold) for q in dataset.questions] == [("q1", (Gold("Mill/0", 4, 8, "mill"),))]
    assert dataset.notes == (
        f"{path}: questions whose id is taken, left out: 1 (line 3: 'q1')",
        f"{path}: questions without a label, left out: 2 (line 4: 'q2', line 5: 'q3')",
    )


def test_a_set_in_which_nothing_has_an_answer_says_so(tmp_path: Path) -> None:
    path = as_list(tmp_path, row("q1"), row("q2"))
    assert load_dataset(path).notes == (f"{path}: no question has an answer, so all count as unanswerable",)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (row("q2", answers={"text": ["mill"], "answer_start": []}), "answers: 1 in text, but 0 in answer_start"),
        (row("q2", answers={"text": ["mill"]}), "answers: answer_start should be a list, found null"),
        (row("q2", ("mill", 4), ("eight", "x")), "answer 2: answer_start should be a whole number, found"),  # type: ignore[arg-type]
        (row("q2", context=""), "context is empty"),
        (row(None), "id should be text, found null"),
    ],
)
def test_malformed_rows_are_refused_with_file_and_line(tmp_path: Path, line: object, message: str) -> None:
    path = as_lines(tmp_path, row("q1", ("mill", 4)), line)
    with pytest.raises(DatasetError, match=f"^{re.escape(f'{path}:3: row: {message}')}"):
        load_dataset(path)
    path = as_list(tmp_path, line)
    with pytest.raises(DatasetError, match=rf"^{re.escape(str(path))}:2: \[0\]: {re.escape(message)}"):
        load_dataset(path)
