"""Questions that cannot be scored: left out of every kind of set, and named in its notes."""

import json
from pathlib import Path

from eval.datasets.left_out import LeftOut
from eval.datasets.load import load_dataset
from eval.datasets.questions import Question

EVIDENCE = [{"document": 3, "start": 0, "end": 4, "quote": "noon"}]


def test_a_note_counts_all_and_names_five(tmp_path: Path) -> None:
    left = LeftOut(tmp_path / "set.jsonl")
    for number in range(1, 8):
        left.add("questions without a label", f"{tmp_path}/set.jsonl:{number}", f"q{number}")
    names = ", ".join(f"line {number}: 'q{number}'" for number in range(1, 6))
    assert left.notes() == [f"{tmp_path}/set.jsonl: questions without a label, left out: 7 ({names}, ...)"]


def test_the_first_question_of_an_id_is_kept(tmp_path: Path) -> None:
    left, questions = LeftOut(tmp_path), dict[str, Question]()
    for text in ("One?", "Two?"):
        left.keep(Question("q1", text, False, (), "", "", ""), f"{tmp_path}: data[0]", questions)
    assert [question.text for question in questions.values()] == ["One?"]
    assert left.notes() == [f"{tmp_path}: questions whose id is taken, left out: 1 (data[0]: 'q1')"]


def test_lines_may_have_whole_numbers_as_ids_and_lack_labels(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    lines: list[dict[str, object]] = [
        {"id": 1, "question": "When?", "evidence": EVIDENCE},
        {"id": "1", "question": "When else?", "answerable": False},
        {"id": 2, "question": "Who?"},
        {"id": 3, "question": "Why?", "answerable": True, "evidence": []},
        {"id": 4, "question": " ", "answerable": False, "evidence": []},
    ]
    path.write_text("\ufeff" + "\n".join(map(json.dumps, lines)), "utf-8")
    dataset = load_dataset(path)
    assert [(q.id, q.answerable, [gold.document for gold in q.gold]) for q in dataset.questions] == [("1", True, ["3"])]
    assert dataset.notes == (
        f"{path}: questions whose id is taken, left out: 1 (line 2: '1')",
        f"{path}: questions without a label, left out: 2 (line 3: '2', line 4: '3')",
        f"{path}: questions without words, left out: 1 (line 5: '4')",
    )


def test_squad_questions_without_label_or_given_twice_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    mill = {"text": " mill", "answer_start": 3}
    qas: list[dict[str, object]] = [
        {"id": 7, "question": "What?", "answers": [mill, {"text": "", "answer_start": 0}], "is_impossible": 0},
        {"id": "7", "question": "What else?", "answers": [mill]},
        {"id": 8, "question": "Who?", "answers": [], "is_impossible": False},
        {"id": 9, "question": "Who?", "answers": []},
        {"id": 10, "question": "Who?", "is_impossible": 1},
        {"id": 11, "question": "", "answers": [mill]},
    ]
    data = [{"title": "Mill", "paragraphs": [{"context": "The mill opens.", "qas": qas}]}]
    path.write_text("\ufeff" + json.dumps({"data": data}), "utf-8")
    dataset = load_dataset(path)
    assert [(q.id, q.answerable, [gold.start for gold in q.gold]) for q in dataset.questions] == [
        ("7", True, [4]),
        ("10", False, []),
    ]
    spot = "data[0].paragraphs[0].qas"
    assert dataset.notes == (
        f"{path}: {spot}[0].answers[1]: text is empty, left out",
        f"{path}: questions whose id is taken, left out: 1 ({spot}[1]: '7')",
        f"{path}: questions without a label, left out: 2 ({spot}[2]: '8', {spot}[3]: '9')",
        f"{path}: questions without words, left out: 1 ({spot}[5]: '11')",
    )
