"""Parts of datasets, and quotes found again where texts changed."""

import json
from pathlib import Path

import pytest

from corpus.documents import Document
from corpus.errors import DatasetError
from corpus.sources import make_document
from eval.datasets.load import load_dataset
from eval.datasets.questions import Dataset, Question, find_quote, fingerprint


def dataset(*splits: str) -> Dataset:
    questions = tuple(Question(str(number), "Who?", False, (), "", split, "") for number, split in enumerate(splits))
    return Dataset("set", None, questions, "span", "0")


def qa(name: str, *answers: str) -> dict[str, object]:
    given = [{"text": text, "answer_start": 0} for text in answers]
    return {"id": name, "question": "Who?", "answers": given, "is_impossible": not answers}


def ids(part: Dataset) -> list[str]:
    return [question.id for question in part.questions]


def test_the_test_half_is_the_default_where_there_are_splits() -> None:
    assert ids(dataset("dev", "test", "test").part()) == ["1", "2"]
    assert ids(dataset("dev", "test", "test").part("dev")) == ["0"]
    assert ids(dataset("dev", "test", "test").part("all")) == ["0", "1", "2"]
    assert ids(dataset("", "").part()) == ["0", "1"]


def test_a_split_without_questions_is_refused() -> None:
    with pytest.raises(DatasetError, match=r"^set: no questions in split 'train'; it has dev, test$"):
        dataset("dev", "test").part("train")
    with pytest.raises(DatasetError, match=r"^set: no questions in split 'train'; it has none$"):
        dataset("").part("train")


def test_a_set_without_splits_is_halved_by_group() -> None:
    groups = [f"article {number}" for number in range(20) for _ in range(3)]
    questions = tuple(Question(str(number), "Who?", False, (), "", "", group) for number, group in enumerate(groups))
    halves = [Dataset("set", None, questions, "span", "0").part(split) for split in ("dev", "test")]
    dev, test = ({question.group for question in half.questions} for half in halves)
    assert (len(dev), len(test), dev & test) == (10, 10, set())
    assert sum(len(half.questions) for half in halves) == 60
    assert [half.splits for half in halves] == [{"dev"}, {"test"}]
    assert ids(halves[0]) == ids(halves[0].part("dev"))


def test_a_half_that_is_empty_is_refused() -> None:
    with pytest.raises(DatasetError, match=r"^set: no questions in split 'test'; it has none$"):
        dataset("", "").part("test")


def test_within_its_group_a_question_is_asked_of_its_own_article(tmp_path: Path) -> None:
    data = [
        {
            "title": title,
            "paragraphs": [{"context": f"{title} {number}.", "qas": qas} for number, qas in enumerate(parts)],
        }
        for title, parts in {"Who?": [[qa("q1", "Who?")], []], "A/B": [[qa("q2", "A/B")], [qa("q3")]]}.items()
    ]
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"data": data}))
    whole = load_dataset(path)
    assert {question.among for question in whole.questions} == {None}
    within = whole.within_group()
    assert {question.id: question.among for question in within.questions} == {
        "q1": ("Who_/0", "Who_/1"),
        "q2": ("A/B/0", "A/B/1"),
        "q3": ("A/B/0", "A/B/1"),
    }
    assert within.notes == ("every question is asked of its own article only",)


@pytest.mark.parametrize("documents", [None, (make_document("a", "A."),)])
def test_within_its_group_needs_articles(documents: tuple[Document, ...] | None) -> None:
    questions = (Question("q1", "Who?", False, (), "", "", "fact"),)
    own = Dataset("set", documents, questions, "span", "0")
    message = "^set: no documents belong to 'fact'; only SQuAD files say which article a question is about$"
    with pytest.raises(DatasetError, match=message):
        own.within_group()


def test_a_limit_takes_evenly_spaced_questions() -> None:
    assert ids(dataset(*[""] * 10).part(limit=3)) == ["0", "3", "6"]
    assert ids(dataset("", "").part(limit=5)) == ["0", "1"]


def test_quotes_are_located_nearest_to_where_they_were() -> None:
    text = "one two one two one"
    assert find_quote(text, "one", 8) == 8
    assert find_quote(text, "one", 10) == 8
    assert find_quote(text, "one", 15.0) == 16
    assert find_quote(text, "two", 0) == 4
    assert find_quote(text, "three", 0) is None
    assert find_quote(text, "one", -3) == 0
    assert find_quote("aaaa", "aa", 1) == 1


def test_a_fingerprint_knows_where_parts_end() -> None:
    assert fingerprint([b"ab", b"c"]) != fingerprint([b"a", b"bc"])
    assert fingerprint([b"ab"]) == fingerprint([b"ab"])
