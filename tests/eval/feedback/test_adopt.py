"""Feedback becomes questions of the own set, after a look, and once."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.datasets.load import load_dataset
from service.feedback import FOLDER, Feedback, Quote, WaitingFeedback
from tests.eval.samples import TEXTS

Command = Callable[..., tuple[int, str, str]]
SAID = "2026-01-02T03:04:05+00:00"


def quote(document: str, words: str) -> Quote:
    start = TEXTS[document].index(words)
    return Quote(document, start, start + len(words), words)


RIGHT = Feedback("f1", SAID, "Where is Rouen?", True, "s1", answered=(quote("rouen", "on the river"),))
WRONG = Feedback(
    "f2",
    SAID,
    "What does Bayeux keep?",
    False,
    "s1",
    "Not the \x1b[31mtown\nbut",
    (quote("bayeux", "a famous tapestry"),),
    answered=(quote("caen", "Caen"),),
)
UNSAID = Feedback("f3", SAID, "When was Caen built?", False, "s1", answered=(quote("caen", "Caen"),), filtered=True)
REFUSED = Feedback("f4", SAID, "Who is the mayor?", True, "s1", refused=True)
ALL = (RIGHT, WRONG, UNSAID, REFUSED)


@pytest.fixture
def waiting(tmp_path: Path) -> WaitingFeedback:
    """One feedback of each sort."""
    waiting = WaitingFeedback(tmp_path / "var" / FOLDER)
    for feedback in ALL:
        waiting.add(feedback)
    return waiting


def own(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """The lines of the own set by their ids; it is one that the product reads."""
    path = tmp_path / "var" / FOLDER / "questions.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [question.id for question in load_dataset(path).questions] == [line["id"] for line in lines]
    assert path.stat().st_mode & 0o77 == 0
    return {line["id"]: line for line in lines}


def test_all_that_says_enough_is_adopted_at_once(command: Command, waiting: WaitingFeedback, tmp_path: Path) -> None:
    status, out, _ = command("adopt", "--yes")
    assert (status, out.partition(":")[0]) == (0, "3 adopted, 1 left waiting")
    assert waiting.read() == (UNSAID,)
    questions = own(tmp_path)
    assert {name: (line["question"], line["answerable"]) for name, line in questions.items()} == {
        "f1": ("Where is Rouen?", True),
        "f2": ("What does Bayeux keep?", True),
        "f4": ("Who is the mayor?", False),
    }
    evidence = {"document": "bayeux", "start": 13, "end": 30, "quote": "a famous tapestry"}
    assert (questions["f2"]["evidence"], questions["f2"]["kind"]) == ([evidence], "told wrong")
    assert questions["f1"]["evidence"][0]["quote"] == "on the river"
    assert command("adopt", "--yes")[1].startswith("0 adopted, 1 left waiting")
    assert own(tmp_path) == questions


def test_the_list_shows_everything_and_changes_nothing(
    command: Command, waiting: WaitingFeedback, tmp_path: Path
) -> None:
    status, out, _ = command("adopt", "--list")
    assert status == 0
    for words in (
        "1 of 4\n",
        "answered  rouen:21-33  on the river",
        "evidence  bayeux:13-30  a famous tapestry",
        "this reply was wrong: Not the \\u001b[31mtown but\n",
        "When was Caen built? (asked of some documents only)",
        "becomes   nothing: it does not say what is right",
        "this refusal was right\n  becomes   a question that the text does not answer",
    ):
        assert words in out, words
    assert "\x1b" not in out
    assert waiting.read() == ALL
    assert [path.name for path in (tmp_path / "var" / FOLDER).glob("*.jsonl")] == ["waiting.jsonl"]
    assert command("adopt", "--list", "--yes")[0] == 2


@pytest.mark.parametrize(
    ("typed", "adopted", "left"),
    [
        ("y\nn\nn\ny\n", ["f1", "f4"], ["f2", "f3"]),
        ("d\nY\nu\nd\n", ["f2", "f3"], []),
        ("y\nq\n", ["f1"], ["f2", "f3", "f4"]),
        ("y\n", ["f1"], ["f2", "f3", "f4"]),  # the input ends
        ("what\n\ny\nn\ny\nn\nn\n", ["f1"], ["f2", "f3", "f4"]),  # what says nothing is asked again
    ],
)
def test_each_is_decided_by_a_person(
    command: Command,
    waiting: WaitingFeedback,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    typed: str,
    adopted: list[str],
    left: list[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert command("adopt")[0] == 0
    assert list(own(tmp_path)) == adopted
    assert [feedback.id for feedback in waiting.read()] == left
    if "f3" in adopted:
        assert (own(tmp_path)["f3"]["answerable"], own(tmp_path)["f3"]["evidence"]) == (False, [])


def test_what_was_sent_meanwhile_stays(
    command: Command, waiting: WaitingFeedback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers = iter("yq")

    def answer(_: str) -> str:
        waiting.add(Feedback("late", SAID, "Late?", False, "s1"))
        return next(answers)

    monkeypatch.setattr("builtins.input", answer)
    command("adopt")
    assert list(own(tmp_path)) == ["f1"]
    assert [feedback.id for feedback in waiting.read()] == ["f2", "f3", "f4", "late", "late"]


def test_a_question_that_is_there_gets_the_evidence_and_keeps_the_rest(
    command: Command, waiting: WaitingFeedback, tmp_path: Path
) -> None:
    old = {"document": "rouen", "start": 0, "end": 5, "quote": "Rouen"}
    mine = {"id": "mine", "question": "where is  ROUEN?", "genre": "guide", "kind": "where", "evidence": [old]}
    mayor = {"id": "mayor", "question": "Who is the mayor?", "answerable": True, "evidence": [old]}
    other = {"id": "other", "question": "Why?", "answerable": False, "split": ""}
    lines = [json.dumps(line) for line in (mine, mayor, other)]
    (tmp_path / "var" / FOLDER / "questions.jsonl").write_text("\n".join(lines) + "\n")
    waiting.add(RIGHT)
    assert command("adopt", "--yes")[0] == 0
    questions = own(tmp_path)
    assert list(questions) == ["mine", "mayor", "other", "f2"]
    assert [gold["quote"] for gold in questions["mine"]["evidence"]] == ["Rouen", "on the river"]
    assert (questions["mine"]["genre"], questions["mine"]["kind"]) == ("guide", "where")
    assert (questions["mayor"]["answerable"], questions["mayor"]["evidence"]) == (False, [])
    assert questions["other"] == {**other}


def test_a_damaged_own_set_keeps_the_feedback(command: Command, waiting: WaitingFeedback, tmp_path: Path) -> None:
    (tmp_path / "var" / FOLDER / "questions.jsonl").write_text("nonsense\n")
    status, _, err = command("adopt", "--yes")
    assert (status, "questions.jsonl:1: not JSON" in err) == (2, True)
    assert waiting.read() == ALL


def test_nothing_waits(command: Command) -> None:
    assert command("adopt") == (0, "nothing waits\n", "")
    assert command("adopt", "--yes")[1].startswith("0 adopted, 0 left waiting")
