"""The three formats, and every way of refusing a file."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.datasets.load import load
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
    found = load(write_lines(tmp_path / "set.jsonl", LINE, REFUSED))
    gold = Gold("centre", 4, 11, "Beridze")
    assert found.questions == (
        Question("q1", "Who heads it?", True, (gold,), "who", "test", "head"),
        Question("q2", "Who heads it?", False, (), "who", "test", "head"),
    )
    assert (found.name, found.documents, found.unit, found.by_text, found.notes) == ("set", None, "span", False, ())
    assert re.fullmatch("[0-9a-f]{64}", found.sha256)


def test_a_line_needs_no_kind_fact_or_split(tmp_path: Path) -> None:
    line = {key: value for key, value in LINE.items() if key not in ("kind", "fact", "split")}
    (question,) = load(write_lines(tmp_path / "set.jsonl", line)).questions
    assert (question.kind, question.split, question.group) == ("", "", "q1")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({**LINE, "id": "q1"}, ":2: id 'q1' is taken; give every question its own"),
        ({**REFUSED, "question": " "}, ":2: question is empty"),
        ({**REFUSED, "question": None}, ":2: question should be text, found null"),
        ({**REFUSED, "answerable": 1}, ":2: answerable should be true or false, found 1"),
        ({**REFUSED, "answerable": True}, ":2: answerable questions need evidence, and others must have none"),
        (
            {**LINE, "id": "q2", "answerable": False},
            ":2: answerable questions need evidence, and others must have none",
        ),
        ({**REFUSED, "split": "train"}, ":2: split should be dev or test, not 'train'"),
        ({**REFUSED, "evidence": {}}, ":2: evidence should be a list, found {}"),
        (["q2"], ":2: expected an object, found list"),
        ({**LINE, "id": "q2", "evidence": ["x"]}, ":2: expected an object, found str"),
    ],
)
def test_lines_that_mean_nothing_are_refused(tmp_path: Path, line: object, message: str) -> None:
    path = write_lines(tmp_path / "set.jsonl", LINE, line)
    with pytest.raises(DatasetError, match=f"^{re.escape(str(path) + message)}$"):
        load(path)


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
        load(path)


def test_files_that_are_no_json_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(LINE) + '\n\n{"id": \n')
    with pytest.raises(DatasetError, match=r"set.jsonl:3: not JSON \(Expecting value, column 8\)$"):
        load(path)
    path.write_text('{"id": "q1", "weight": NaN}')
    with pytest.raises(DatasetError, match=r"set.jsonl:1: NaN is no number that can be scored$"):
        load(path)
    path.write_bytes(b'{"id": "\xff"}')
    with pytest.raises(DatasetError, match=r"set.jsonl: byte 8 is not UTF-8; save it as UTF-8$"):
        load(path)
    path.write_text("\n")
    with pytest.raises(DatasetError, match=r"set.jsonl: holds no question that can be scored; give a labelled set$"):
        load(path)
    path.write_text("[" * 100_000)
    with pytest.raises(DatasetError, match=r"set.jsonl:1: nested too deeply$"):
        load(path)


def test_other_paths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"set.jsonl: cannot be read \(No such file or directory\); check the path$"):
        load(tmp_path / "set.jsonl")
    with pytest.raises(DatasetError, match=r"set.csv: give a .jsonl file, a SQuAD .json file or a BEIR folder"):
        load(tmp_path / "set.csv")
    with pytest.raises(DatasetError, match="distractors go with SQuAD files"):
        load(write_lines(tmp_path / "set.jsonl", LINE), [tmp_path / "more.json"])


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
    found = load(path)
    assert found.documents is not None
    assert [(d.id, d.info.title, d.text) for d in found.documents] == [
        ("Normans/0", "Normans", context),
        ("Normans/1", "Normans", "Another one."),
    ]
    gold = {question.id: [(g.document, g.start, g.end, g.quote) for g in question.gold] for question in found.questions}
    assert gold == {
        "q1": [("Normans/0", 3, 9, "France"), ("Normans/0", 11, 18, "Normans")],
        "q2": [("Normans/0", 27, 33, "France")],
        "q3": [],
        "q4": [("Normans/0", 11, 18, "Normans")],
    }
    assert [question.answerable for question in found.questions] == [True, True, False, True]
    assert {question.group for question in found.questions} == {"Normans"}
    assert (found.unit, found.by_text, found.notes) == ("span", True, ())


def test_squad_distractors_add_documents_only(tmp_path: Path) -> None:
    path = squad(tmp_path / "set.json", {"context": "One.", "qas": [qa("q1", ("One", 0))]})
    more = squad(tmp_path / "more.json", {"context": "Two.", "qas": [qa("q1")]}, {"context": "One.", "qas": []})
    found = load(path, [more])
    assert found.name == "set+more"
    assert [document.id for document in found.documents or ()] == ["Normans/0", "Normans/1"]
    assert [question.id for question in found.questions] == ["q1"]
    assert found.sha256 != load(path).sha256


def test_squad_offsets_follow_the_canonical_text(tmp_path: Path) -> None:
    context = "a\u0301 \x07Rouen\r\nand Rouen"  # combines to one character; a control and a line end go
    start = context.rindex("Rouen")
    path = squad(
        tmp_path / "set.json", {"context": context, "qas": [qa("q1", ("Rouen", start), (" Rouen", start - 1))]}
    )
    found = load(path)
    assert found.documents is not None
    text = found.documents[0].text
    assert text == "á Rouen\nand Rouen"
    assert found.questions[0].gold == (Gold("Normans/0", 12, 17, "Rouen"),)


def test_squad_offsets_are_scaled_where_much_is_lost(tmp_path: Path) -> None:
    context = "\x07".join("Rouen Rouen Rouen")
    path = squad(tmp_path / "set.json", {"context": context, "qas": [qa("q1", ("\x07".join("Rouen"), 12))]})
    assert load(path).questions[0].gold == (Gold("Normans/0", 6, 11, "Rouen"),)


def test_squad_answers_that_stand_nowhere_are_reported(tmp_path: Path) -> None:
    path = squad(tmp_path / "set.json", {"context": "One.", "qas": [qa("q1", ("Two", 0))]})
    found = load(path)
    assert found.questions == (Question("q1", "q1?", True, (), "", "", "Normans"),)
    where = f"{path}: data[0].paragraphs[0].qas[0].answers[0]"
    assert found.notes == (f"{where}: 'Two' does not stand in its context",)


def test_squad_titles_become_ids_that_the_product_takes(tmp_path: Path) -> None:
    path = squad(tmp_path / "set.json", {"context": "One.", "qas": [qa("q1")]}, title="Who? 100 % / ../C#")
    assert [document.id for document in load(path).documents or ()] == ["Who_ 100 _/C_/0"]


@pytest.mark.parametrize(
    ("paragraph", "message"),
    [
        ({"qas": []}, ": context should be text, found null"),
        ({"context": "One.", "qas": 3}, ": qas should be a list, found 3"),
        ({"context": "\x00", "qas": []}, ": document Normans/0 is binary"),
        ({"context": "One.", "qas": [qa("q1"), qa("q1")]}, ".qas[1]: id 'q1' is taken; give every question its own"),
        (
            {"context": "One.", "qas": [qa("q1", is_impossible=0)]},
            ".qas[0]: is_impossible should be true or false, found 0",
        ),
        (
            {"context": "One.", "qas": [qa("q1", is_impossible=False)]},
            ".qas[0]: neither answers nor is_impossible: give it one of them",
        ),
        (
            {"context": "One.", "qas": [qa("q1", ("One", 0), ("", 0))]},
            ".qas[0].answers[1]: text is empty",
        ),
    ],
)
def test_malformed_squad_is_refused_with_its_place(tmp_path: Path, paragraph: dict[str, object], message: str) -> None:
    path = squad(tmp_path / "set.json", paragraph)
    line = len(path.read_text().partition('"paragraphs": [')[0].splitlines()) + 1 if message[0] == ":" else r"\d+"
    with pytest.raises(
        DatasetError, match=rf"^{re.escape(str(path))}:{line}: {re.escape(f'data[0].paragraphs[0]{message}')}"
    ):
        load(path)


def test_malformed_distractors_are_refused_with_their_line(tmp_path: Path) -> None:
    path = squad(tmp_path / "set.json", {"context": "One.", "qas": [qa("q1", ("One", 0))]})
    more = tmp_path / "more.json"
    more.write_text('{"data": [\n{"paragraphs": [{"context": "Two."},\n{"qas": []}]}]}')
    with pytest.raises(
        DatasetError, match=r"more.json:3: data\[0\].paragraphs\[1\]: context should be text, found null$"
    ):
        load(path, [more])


def test_squad_that_is_no_squad_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text('{\n"data": [\n}')
    with pytest.raises(DatasetError, match=r"set.json:3: not JSON \(Expecting value, column 1\)$"):
        load(path)
    path.write_text("[]")
    with pytest.raises(DatasetError, match=r"set.json: top level: expected an object, found list$"):
        load(path)
    path.write_text('{"data": []}')
    with pytest.raises(DatasetError, match=r"set.json: holds no question"):
        load(path)


def beir(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    write_lines(
        folder / "corpus.jsonl",
        {"_id": "1", "title": "Wings", "text": "Wings lift."},
        {"_id": "2", "title": "", "text": " "},
        {"_id": "3", "text": "Shear flow."},
    )
    write_lines(folder / "queries.jsonl", *({"_id": f"q{at}", "text": f"what {at}"} for at in range(3)))
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq0\t1\t2\nq0\t2\t1\nq0\t3\t0\nq1\t9\t1\nq7\t1\t1\n"
    )
    return folder


def test_beir_judges_whole_documents(tmp_path: Path) -> None:
    folder = beir(tmp_path / "wings")
    found = load(folder)
    assert [(document.id, document.info.title) for document in found.documents or ()] == [("1", "Wings"), ("3", "3")]
    assert found.questions == (
        Question("q0", "what 0", True, (Gold("1", 0, 0, "", 2), Gold("2", 0, 0, "", 1)), "", "", "q0"),
        Question("q1", "what 1", True, (Gold("9", 0, 0, "", 1),), "", "", "q1"),
    )
    assert (found.name, found.unit) == ("wings", "document")
    assert found.notes == (
        f"{folder}/qrels/test.tsv: document '9' is unknown",
        f"{folder}/qrels/test.tsv: query 'q7' is unknown",
        f"{folder}/corpus.jsonl: empty documents left out: 1",
        f"{folder}/queries.jsonl: queries without anything relevant, left out: 1",
    )


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("qrels/test.tsv", lambda text: text + "q1\t1\n", ":7: expected query id, document id and a whole number"),
        ("qrels/test.tsv", lambda text: text + "q1\t1\tnan\n", ":7: expected query id, document id and a whole number"),
        ("qrels/test.tsv", lambda text: text + "query\tdocument\tscore\n", ":7: expected query id"),
        ("corpus.jsonl", lambda text: text + text, ":4: _id '1' is taken; give every document its own"),
        ("corpus.jsonl", lambda text: text + '{"_id": "4"}', ":4: text should be text, found null"),
        ("corpus.jsonl", lambda text: text + '{"_id": 4, "text": "x"}', ":4: _id should be text, found 4"),
        ("queries.jsonl", lambda text: text + '{"_id": "4", "text": ""}', ":4: text is empty"),
    ],
)
def test_malformed_beir_is_refused_with_file_and_line(
    tmp_path: Path, name: str, change: Callable[[str], str], message: str
) -> None:
    path = beir(tmp_path / "wings") / name
    path.write_text(change(path.read_text()))
    with pytest.raises(DatasetError, match=f"^{re.escape(str(path) + message)}"):
        load(tmp_path / "wings")


def test_beir_without_a_file_is_refused(tmp_path: Path) -> None:
    (beir(tmp_path / "wings") / "qrels" / "test.tsv").unlink()
    with pytest.raises(DatasetError, match=r"test.tsv: cannot be read \(No such file or directory\); check the path$"):
        load(tmp_path / "wings")
    with pytest.raises(DatasetError, match="distractors go with SQuAD files"):
        load(tmp_path / "wings", [tmp_path / "more.json"])
