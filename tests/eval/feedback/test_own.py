"""The own set is asked beside the question set of a release."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eval.datasets.load import load_dataset
from eval.datasets.own import with_own
from index.snapshots.store import Store
from tests.eval.samples import LINES, TEXTS, question_line

Command = Callable[..., tuple[int, str, str]]
OWN = [
    question_line("own1", "What was rebuilt?", "caen", "Caen was rebuilt", ""),
    question_line("own2", "What is large?", "rouen", "a large cathedral", ""),
    question_line("own3", "Who is the mayor?", "rouen", "", ""),
    LINES[0],
]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An own set that shares a question with the question set, in the folder that commands are given."""
    path = tmp_path / "var" / "feedback" / "questions.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(OWN) + "\n")
    return path


def test_own_questions_come_after_those_of_the_set(questions: Path, own: Path) -> None:
    dataset = load_dataset(questions).part("dev")
    both = with_own(dataset, own, None)
    assert [question.id for question in both.questions] == ["q3", "own1", "own2", "own3", "q1"]
    assert (both.name, both.sha256 != dataset.sha256) == (dataset.name, True)
    assert both.notes == (f"own questions from feedback that are asked too: 4 ({own})",)
    assert [question.id for question in with_own(load_dataset(questions), own, None).questions][4:] == [
        "own1",
        "own2",
        "own3",
    ]


def test_what_is_about_documents_that_are_gone_is_left_out(questions: Path, own: Path) -> None:
    both = with_own(load_dataset(questions).part("dev"), own, {"rouen", "bayeux"})
    assert [question.id for question in both.questions] == ["q3", "own2", "own3", "q1"]
    assert both.notes[-1] == "own questions about documents that are not served, left out: 1"


def test_a_set_stays_as_it_is_without_own_questions(questions: Path, own: Path, tmp_path: Path) -> None:
    dataset = load_dataset(questions)
    assert with_own(dataset, tmp_path / "none.jsonl", None) is dataset
    own.write_text("")
    assert with_own(dataset, own, None) is dataset
    brings = replace(dataset, documents=())
    own.write_text(OWN[0])
    assert with_own(brings, own, None) is brings


@pytest.mark.slow
def test_the_gate_asks_them(
    command: Command, questions: Path, own: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    store = fill(TEXTS)
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("\n".join(OWN) + "\n")
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in TEXTS.items()))
    status, out, _ = command("release", path, "--dataset", questions, "--split", "dev", "--no-worse-than", "nothing")
    assert status == 0, out
    assert "own questions from feedback that are asked too: 4" in out
    evaluation = store.list()[0].evaluation
    assert evaluation is not None
    assert evaluation["questions"] == 5
    path.write_text(json.dumps({"id": "bayeux", "text": TEXTS["bayeux"]}) + "\n")
    floor = ("--floor", "hit@3=0.9", "--no-worse-than", "nothing")
    status, _, err = command("release", path, "--dataset", questions, "--split", "dev", *floor)
    assert (status, "hit@3 is 0.25, below its floor" in err) == (1, True), err
    removal = ("release", "--dataset", questions, "--split", "dev", *floor)
    status, out, _ = command(*removal, "--remove", "rouen", "--remove", "caen")
    assert "left out: 3" in out
    assert status == 0
