"""SQuAD files: contexts become documents, answers gold, and every way of refusing a file."""

import json
import re
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.datasets.load import load_dataset
from eval.datasets.questions import Gold, Question


def squad(path: Path, *paragraphs: dict[str, object], title: str = "Normans") -> Path:
    path.write_text(
        json.dumps({"version": "2.0", "data": [{"title": title, "paragraphs": list(paragraphs)}]}, indent=1)
    )
    return path


def qa(name: str, *answers: tuple[str, int], **more: object) -> dict[str, object]:
    return {
        "id": name,
        "question": f"{name}?",
        "answers": [{"text": text, "answer_start": start} for text, start in answers],
        "is_impossible": not answers,
        **more,
    }


def test_squad_contexts_become_documents_and_answers_gold(tmp_path: Path) -> None:
    context = "In France, Normans were in France."
    path = squad(
        tmp_path / "set.json",
        {
            "context": context,
            "qas": [qa("q1", ("France", 3), ("France", 3), ("Normans", 11)), qa("q2", ("France", 27))],
        },
        {"context": "Another one.", "qas": [qa("q3")]},
        {"context": context, "qas": [qa("q4", ("Normans", 11))]},
    )
    dataset = load_dataset(path)
    assert dataset.documents is not None
    assert [(d.id, d.info.title, d.text) for d in dataset.documents] == [
        ("Normans/0", "Normans", context),
        ("Normans/1", "Normans", "Another one."),
    ]
    gold = {
        question.id: [(g.document, g.start, g.end, g.quote) for g in question.gold] for question in dataset.questions
    }
    assert gold == {
        "q1": [("Normans/0", 3, 9, "France"), ("Normans/0", 11, 18, "Normans")],
        "q2": [("Normans/0", 27, 33, "France")],
        "q3": [],
        "q4": [("Normans/0", 11, 18, "Normans")],
    }
    assert [question.answerable for question in dataset.questions] == [True, True, False, True]
    assert {question.group for question in dataset.questions} == {"Normans"}
    assert (dataset.unit, dataset.by_text, dataset.notes) == ("span", True, ())


def test_squad_distractors_add_documents_only(tmp_path: Path) -> None:
    path = squad(tmp_path / "set.json", {"context": "One.", "qas": [qa("q1", ("One", 0))]})
    more = squad(tmp_path / "more.json", {"context": "Two.", "qas": [qa("q1")]}, {"context": "One.", "qas": []})
    dataset = load_dataset(path, [more])
    assert dataset.name == "set+more"
    assert [document.id for document in dataset.documents or ()] == ["Normans/0", "Normans/1"]
    assert [question.id for question in dataset.questions] == ["q1"]
    assert dataset.sha256 != load_dataset(path).sha256


def test_squad_offsets_follow_the_canonical_text(tmp_path: Path) -> None:
    context = "a\u0301 \x07Rouen\r\nand Rouen"  # combines to one character; a control and a line end go
    start = context.rindex("Rouen")
    path = squad(
        tmp_path / "set.json", {"context": context, "qas": [qa("q1", ("Rouen", start), (" Rouen", start - 1))]}
    )
    dataset = load_dataset(path)
    assert dataset.documents is not None
    text = dataset.documents[0].text
    assert text == "á Rouen\nand Rouen"
    assert dataset.questions[0].gold == (Gold("Normans/0", 12, 17, "Rouen"),)


def test_squad_offsets_are_scaled_where_much_is_lost(tmp_path: Path) -> None:
    context = "\x07".join("Rouen Rouen Rouen")
    path = squad(tmp_path / "set.json", {"context": context, "qas": [qa("q1", ("\x07".join("Rouen"), 12))]})
    assert load_dataset(path).questions[0].gold == (Gold("Normans/0", 6, 11, "Rouen"),)


def test_squad_answers_that_stand_nowhere_are_reported(tmp_path: Path) -> None:
    path = squad(tmp_path / "set.json", {"context": "One.", "qas": [qa("q1", ("Two", 0))]})
    dataset = load_dataset(path)
    assert dataset.questions == (Question("q1", "q1?", True, (), "", "", "Normans"),)
    where = f"{path}: data[0].paragraphs[0].qas[0].answers[0]"
    assert dataset.notes == (f"{where}: 'Two' does not stand in its context",)


def test_squad_titles_become_ids_that_the_product_takes(tmp_path: Path) -> None:
    path = squad(tmp_path / "set.json", {"context": "One.", "qas": [qa("q1")]}, title="Who? 100 % / ../C#")
    assert [document.id for document in load_dataset(path).documents or ()] == ["Who_ 100 _/C_/0"]


@pytest.mark.parametrize(
    ("paragraph", "message"),
    [
        ({"qas": []}, ": context should be text, found null"),
        ({"context": "One.", "qas": 3}, ": qas should be a list, found 3"),
        ({"context": "\x00", "qas": []}, ": document Normans/0 is binary"),
        (
            {"context": "One.", "qas": [qa("q1", is_impossible=2)]},
            ".qas[0]: is_impossible should be true or false, found 2",
        ),
        (
            {"context": "One.", "qas": [{"id": "q1", "question": "?", "answers": [{"text": "One"}]}]},
            ".qas[0].answers[0]: answer_start should be a whole number, found null",
        ),
    ],
)
def test_malformed_squad_is_refused_with_its_place(tmp_path: Path, paragraph: dict[str, object], message: str) -> None:
    path = squad(tmp_path / "set.json", paragraph)
    line = len(path.read_text().partition('"paragraphs": [')[0].splitlines()) + 1 if message[0] == ":" else r"\d+"
    with pytest.raises(
        DatasetError, match=rf"^{re.escape(str(path))}:{line}: {re.escape(f'data[0].paragraphs[0]{message}')}"
    ):
        load_dataset(path)


def test_malformed_distractors_are_refused_with_their_line(tmp_path: Path) -> None:
    path = squad(tmp_path / "set.json", {"context": "One.", "qas": [qa("q1", ("One", 0))]})
    more = tmp_path / "more.json"
    more.write_text('{"data": [\n{"paragraphs": [{"context": "Two."},\n{"qas": []}]}]}')
    with pytest.raises(
        DatasetError, match=r"more.json:3: data\[0\].paragraphs\[1\]: context should be text, found null$"
    ):
        load_dataset(path, [more])


def test_squad_that_is_no_squad_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text('{\n"data": [\n}')
    with pytest.raises(DatasetError, match=r"set.json:3: not JSON \(Expecting value, column 1\)$"):
        load_dataset(path)
    path.write_text("3")
    with pytest.raises(DatasetError, match=r"set.json: top level: expected an object, found int$"):
        load_dataset(path)
    path.write_text('{"data": []}')
    with pytest.raises(DatasetError, match=r"set.json: holds no question"):
        load_dataset(path)
