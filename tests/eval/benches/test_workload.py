"""What services under measurement are asked: questions of a SQuAD file, or words of a folder's texts."""

import json
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.benches.load import LabelledQuestion
from eval.benches.workload import read_workload


def test_paragraphs_and_words_of_them_as_questions(tmp_path: Path) -> None:
    paragraph = " ".join(f"word{number:02}" for number in range(13))
    (tmp_path / "a.txt").write_text(f"Too short.\n\n{paragraph}", "utf-8")
    workload = read_workload(tmp_path)
    assert [(document.id, document.text) for document in workload.documents] == [("a/1", paragraph)]
    assert [labelled.question.split()[0] for labelled in workload.questions] == ["word00", "word03"]
    assert {labelled.document for labelled in workload.questions} == {"a/1"}
    (tmp_path / "a.txt").write_text("Too short.", "utf-8")
    with pytest.raises(DatasetError, match="no paragraph"):
        read_workload(tmp_path)


def test_questions_of_a_squad_file(tmp_path: Path) -> None:
    answered = {"id": "1", "question": "Who?", "answers": [{"text": "Ann", "answer_start": 0}]}
    refused = {"id": "2", "question": "Why?", "is_impossible": True, "answers": []}
    article = {"title": "T", "paragraphs": [{"context": "Ann sings.", "qas": [answered, refused]}]}
    (tmp_path / "set.json").write_text(json.dumps({"data": [article]}), "utf-8")
    assert read_workload(tmp_path / "set.json").questions == (LabelledQuestion("Who?", "T/0"),)
