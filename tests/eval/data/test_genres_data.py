"""The shipped questions about texts of nine genres: whole, split by document, a third of them not answered."""

from collections import Counter, defaultdict
from pathlib import Path

from eval.datasets.load import load_dataset

DATASET = load_dataset(Path(__file__).resolve().parents[3] / "eval/data/genres")
GENRES = {"policy", "minutes", "faq", "price-list", "changelog", "contract", "manual", "web-page", "abstract"}
UNANSWERABLE = {"near-miss", "swapped", "false-premise"}


def test_every_genre_has_a_document_and_questions_in_each_half() -> None:
    counts = Counter((question.genre, question.split) for question in DATASET.questions)
    assert {genre for genre, _ in counts} == GENRES
    assert min(counts[genre, "dev"] for genre in GENRES) >= 34
    assert min(counts[genre, "test"] for genre in GENRES) >= 26
    assert DATASET.documents is not None
    assert {document.id for document in DATASET.documents} == {
        f"{g}-{half}" for g in GENRES for half in ("dev", "test")
    }


def test_the_halves_share_no_document_and_no_fact() -> None:
    halves = defaultdict(set)
    for question in DATASET.questions:
        halves[question.group].add(question.split)
        assert {gold.document for gold in question.gold} <= {f"{question.genre}-{question.split}"}
    assert all(len(found) == 1 for found in halves.values())


def test_about_a_third_is_not_answered_and_kinds_say_which() -> None:
    for half in ("dev", "test"):
        asked = [question for question in DATASET.questions if question.split == half]
        assert 0.28 <= sum(not question.answerable for question in asked) / len(asked) <= 0.38
    assert all(question.answerable == (question.kind not in UNANSWERABLE) for question in DATASET.questions)
    assert len({question.kind for question in DATASET.questions}) >= 18


def test_quotes_lie_within_a_line() -> None:
    assert not [gold for question in DATASET.questions for gold in question.gold if "\n" in gold.quote]


def test_no_question_is_asked_twice() -> None:
    texts = Counter(question.text.casefold() for question in DATASET.questions)
    assert max(texts.values()) == 1
