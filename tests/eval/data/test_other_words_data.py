"""The shipped questions in other words: whole, split by document, and of documents that no reader learned from."""

from collections import Counter
from pathlib import Path

from eval.datasets.load import load_dataset

DATA = Path(__file__).resolve().parents[3] / "eval/data"
DATASET = load_dataset(DATA / "other-words")
UNANSWERABLE = {"near-miss", "swapped", "false-premise", "negated"}


def test_the_halves_share_no_document() -> None:
    halves = Counter((document, question.split) for question in DATASET.questions for document in question.among or ())
    assert len({document for document, _ in halves}) == len(halves) == 32
    assert Counter(split for _, split in halves) == {"dev": 20, "test": 12}
    assert min(halves.values()) >= 60


def test_about_a_third_is_not_answered_and_kinds_say_which() -> None:
    for half in ("dev", "test"):
        asked = [question for question in DATASET.questions if question.split == half]
        assert 0.3 <= sum(not question.answerable for question in asked) / len(asked) <= 0.4
    assert all(question.answerable == (question.kind not in UNANSWERABLE) for question in DATASET.questions)


def test_no_document_is_one_that_the_reader_learned_from() -> None:
    learned = {path.read_text("utf-8") for path in (DATA / "training").glob("*/texts/*")}
    assert len(learned) > 300
    assert not learned & {path.read_text("utf-8") for path in (DATA / "other-words/texts").iterdir()}


def test_the_sets_to_learn_from_are_whole() -> None:
    folders = sorted(path.parent for path in (DATA / "training").glob("*/questions.jsonl"))
    assert len(folders) == 49
    for folder in folders:
        load_dataset(folder)
