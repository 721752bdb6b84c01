"""The shipped questions that are split by document: whole, and of documents that no reader learned from."""

from collections import Counter
from pathlib import Path

import pytest

from eval.datasets.load import load_dataset
from eval.datasets.questions import Dataset

DATA = Path(__file__).resolve().parents[3] / "eval/data"
UNANSWERABLE = {"near-miss", "swapped", "false-premise", "negated"}
DOCUMENTS = {"other-words": {"dev": 20, "test": 12}, "short-texts": {"dev": 14, "test": 14}}
FEWEST = {"other-words": 60, "short-texts": 20}  # questions about a document
pytestmark = pytest.mark.parametrize("name", DOCUMENTS)


@pytest.fixture
def dataset(name: str) -> Dataset:
    return load_dataset(DATA / name)


def test_the_halves_share_no_document(name: str, dataset: Dataset) -> None:
    halves = Counter((document, question.split) for question in dataset.questions for document in question.among or ())
    assert len({document for document, _ in halves}) == len(halves)
    assert Counter(split for _, split in halves) == DOCUMENTS[name]
    assert min(halves.values()) >= FEWEST[name]


def test_about_a_third_is_not_answered_and_kinds_say_which(name: str, dataset: Dataset) -> None:
    for half in ("dev", "test"):
        asked = [question for question in dataset.questions if question.split == half]
        assert 0.3 <= sum(not question.answerable for question in asked) / len(asked) <= 0.4
    assert all(question.answerable == (question.kind not in UNANSWERABLE) for question in dataset.questions)


def test_no_document_is_one_that_the_reader_learned_from(name: str) -> None:
    learned = {path.read_text("utf-8") for path in (DATA / "training").glob("*/texts/*")}
    assert len(learned) > 300
    assert not learned & {path.read_text("utf-8") for path in (DATA / name / "texts").iterdir()}
