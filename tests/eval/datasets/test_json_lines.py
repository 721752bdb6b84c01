"""The product's own question sets: what a line becomes, and every way of refusing one."""

import json
import re
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.datasets.load import load_dataset
from eval.datasets.questions import Gold, Question

LINE = {
    "id": "q1",
    "question": "Who heads it?",
    "kind": "who",
    "fact": "head",
    "split": "test",
    "answerable": True,
    "evidence": [{"document": "centre", "start": 4, "end": 11, "quote": "Beridze"}],
}
REFUSED = {**LINE, "id": "q2", "answerable": False, "evidence": []}


def write_lines(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_lines_become_questions_about_the_snapshot_in_use(tmp_path: Path) -> None:
    dataset = load_dataset(write_lines(tmp_path / "set.jsonl", LINE, REFUSED))
    gold = Gold("centre", 4, 11, "Beridze")
    assert dataset.questions == (
        Question("q1", "Who heads it?", True, (gold,), "who", "test", "head"),
        Question("q2", "Who heads it?", False, (), "who", "test", "head"),
    )
    assert (dataset.name, dataset.documents, dataset.unit, dataset.by_text, dataset.notes) == (
        "set",
        None,
        "span",
        False,
        (),
    )
    assert re.fullmatch("[0-9a-f]{64}", dataset.sha256)


def test_a_line_needs_no_kind_fact_or_split(tmp_path: Path) -> None:
    line = {key: value for key, value in LINE.items() if key not in ("kind", "fact", "split")}
    (question,) = load_dataset(write_lines(tmp_path / "set.jsonl", line)).questions
    assert (question.kind, question.split, question.group) == ("", "", "q1")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({**LINE, "id": True}, ":2: id should be text, found true"),
        ({**REFUSED, "question": None}, ":2: question should be text, found null"),
        ({**REFUSED, "answerable": 1}, ":2: answerable should be true or false, found 1"),
        (
            {**LINE, "id": "q2", "answerable": False},
            ":2: answerable questions need evidence, and others must have none",
        ),
        ({**REFUSED, "split": "train"}, ":2: split should be dev or test, not 'train'"),
        ({**REFUSED, "evidence": {}}, ":2: evidence should be a list, found {}"),
        (["q2"], ":2: expected an object, found list"),
        ({**LINE, "id": "q2", "evidence": ["x"]}, ":2: expected an object, found str"),
        ({**REFUSED, "among": "centre"}, ':2: among should be a list, found "centre"'),
        ({**REFUSED, "among": [1]}, ":2: among should be a list of document ids"),
        (
            {**LINE, "id": "q2", "among": ["annex"]},
            ":2: the evidence stands in a document that `among` does not name",
        ),
    ],
)
def test_lines_that_mean_nothing_are_refused(tmp_path: Path, line: object, message: str) -> None:
    path = write_lines(tmp_path / "set.jsonl", LINE, line)
    with pytest.raises(DatasetError, match=f"^{re.escape(str(path) + message)}$"):
        load_dataset(path)


@pytest.mark.parametrize(
    ("span", "message"),
    [
        ({"start": 5}, ":1: 5..11 is no span of the 7 characters in quote"),
        ({"start": -1, "end": 6}, ":1: -1..6 is no span of the 7 characters in quote"),
        ({"start": 4.0}, ":1: start should be a whole number, found 4.0"),
        ({"start": True}, ":1: start should be a whole number, found true"),
        ({"quote": ""}, ":1: quote is empty"),
    ],
)
def test_evidence_must_be_a_span(tmp_path: Path, span: dict[str, object], message: str) -> None:
    evidence = {"document": "centre", "start": 4, "end": 11, "quote": "Beridze", **span}
    path = write_lines(tmp_path / "set.jsonl", {**LINE, "evidence": [evidence]})
    with pytest.raises(DatasetError, match=f"^{re.escape(str(path) + message)}$"):
        load_dataset(path)


def test_files_that_are_no_json_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(LINE) + '\n\n{"id": \n')
    with pytest.raises(DatasetError, match=r"set.jsonl:3: not JSON \(Expecting value, column 8\)$"):
        load_dataset(path)
    path.write_text('{"id": "q1", "weight": NaN}')
    with pytest.raises(DatasetError, match=r"set.jsonl:1: NaN is no number that can be scored$"):
        load_dataset(path)
    path.write_bytes(b'{"id": "\xff"}')
    with pytest.raises(DatasetError, match=r"set.jsonl: byte 8 is not UTF-8; save it as UTF-8$"):
        load_dataset(path)
    path.write_text("\n")
    with pytest.raises(DatasetError, match=r"set.jsonl: holds no question that can be scored; give a labelled set$"):
        load_dataset(path)
    path.write_text("[" * 100_000)
    with pytest.raises(DatasetError, match=r"set.jsonl:1: nested too deeply$"):
        load_dataset(path)


def test_distractors_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="distractors go with SQuAD files"):
        load_dataset(write_lines(tmp_path / "set.jsonl", LINE), [tmp_path / "more.json"])


def test_a_question_may_be_asked_of_some_documents_only(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "centre.txt").write_text("Dr Beridze heads it.")
    evidence = [{"document": "centre", "start": 3, "end": 10, "quote": "Beridze"}]
    write_lines(
        tmp_path / "questions.jsonl", {**LINE, "evidence": evidence, "among": ["centre"]}, {**REFUSED, "among": []}
    )
    assert [question.among for question in load_dataset(tmp_path).questions] == [("centre",), None]
    write_lines(tmp_path / "questions.jsonl", {**REFUSED, "among": ["annex"]})
    with pytest.raises(DatasetError, match="q2 is asked of 'annex', which is none of its texts"):
        load_dataset(tmp_path)
