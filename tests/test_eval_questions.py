"""Parts of datasets, and quotes found again where texts changed."""

import pytest

from corpus.errors import DatasetError
from eval.questions import Dataset, Question, fingerprint, locate


def dataset(*splits: str) -> Dataset:
    questions = tuple(Question(str(at), "Who?", False, (), "", split, "") for at, split in enumerate(splits))
    return Dataset("set", None, questions, "span", "0")


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
    with pytest.raises(DatasetError, match=r"^set: no questions in split 'test'; it has none$"):
        dataset("").part("test")


def test_a_limit_takes_evenly_spaced_questions() -> None:
    assert ids(dataset(*[""] * 10).part(limit=3)) == ["0", "3", "6"]
    assert ids(dataset("", "").part(limit=5)) == ["0", "1"]


def test_quotes_are_located_nearest_to_where_they_were() -> None:
    text = "one two one two one"
    assert locate(text, 8, "one") == 8
    assert locate(text, 10, "one") == 8
    assert locate(text, 15.0, "one") == 16
    assert locate(text, 0, "two") == 4
    assert locate(text, 0, "three") is None
    assert locate(text, -3, "one") == 0
    assert locate("aaaa", 1, "aa") == 1


def test_a_fingerprint_knows_where_parts_end() -> None:
    assert fingerprint([b"ab", b"c"]) != fingerprint([b"a", b"bc"])
    assert fingerprint([b"ab"]) == fingerprint([b"ab"])
