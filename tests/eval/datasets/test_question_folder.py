"""A folder of questions and the texts that they are about."""

import json
from pathlib import Path

import pytest

from corpus.errors import CorpusError, DatasetError
from eval.datasets.load import load_dataset

TEXT = "# Mill\n\nAda Brandt runs the mill.\n"
LINE = {
    "id": "q1",
    "question": "Who runs it?",
    "genre": "web page",
    "evidence": [{"document": "mill", "start": 8, "end": 18, "quote": "Ada Brandt"}],
}


def folder(path: Path, line: object = LINE, text: str = TEXT) -> Path:
    (path / "texts").mkdir(parents=True)
    (path / "texts" / "mill.md").write_text(text, "utf-8")
    (path / "questions.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    return path


def test_a_folder_brings_its_documents(tmp_path: Path) -> None:
    dataset = load_dataset(folder(tmp_path / "own"))
    assert dataset.name == "own"
    assert dataset.documents is not None
    assert [document.id for document in dataset.documents] == ["mill"]
    (question,) = dataset.questions
    assert question.genre == "web page"
    assert dataset.documents[0].text[question.gold[0].start : question.gold[0].end] == "Ada Brandt"


def test_its_checksum_is_that_of_questions_and_texts(tmp_path: Path) -> None:
    other = TEXT + "It is old.\n"
    sums = {
        load_dataset(folder(tmp_path / name, line, text)).sha256
        for name, line, text in (("a", LINE, TEXT), ("b", LINE, other), ("c", {**LINE, "id": "q2"}, TEXT))
    }
    assert len(sums) == 3


def test_a_quote_that_stands_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="the quote of q1 does not stand in mill"):
        load_dataset(folder(tmp_path / "own", text="# Mill\n\nThe mill is run by Ada Brandt.\n"))


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path / "own")
    (path / "texts" / "mill.md").unlink()
    with pytest.raises(CorpusError, match="holds no text"):
        load_dataset(path)
