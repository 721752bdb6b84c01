"""Whether a sentence affirms or denies what a question asks about."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.question.content_words import WeightedWord, content_words
from service.answering.question.polarity import polarity
from tests.fakes import FakeEncoder

Words = Callable[[str], list[WeightedWord]]


@pytest.fixture
def words(fill: Callable[..., Store], encoder: FakeEncoder) -> Words:
    """The content words of a question."""
    lexical = fill({"a": "Any text."}).open().lexical
    return lambda question: content_words(encoder.encode_queries([question])[0], lexical)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drones may fly over the pier.", True),
        ("Drones may not fly over the pier.", False),
        ("Nobody may fly drones here.", False),
        ("It is forbidden to fly a drone.", False),
        ("You cannot fly drones here.", False),
        ("Drones can't fly here.", False),
        ("Never fly drones.", False),
        ("Drones may not fly except at noon.", None),
        ("Drones may fly only with a permit, never alone.", None),
        ("There is no parking.", None),  # what is denied is something else
        ("Fly drones now, and tell the guard nothing of your plans.", None),
    ],
)
def test_what_is_denied_is_what_stands_right_after_the_denial(words: Words, text: str, expected: bool | None) -> None:
    assert polarity(text, words("Which drones may fly?")) is expected


@pytest.mark.parametrize(
    "text", ["Knot the rope, then fly drones.", "Noon is when drones fly.", "Another drone flies."]
)
def test_words_that_only_begin_like_a_denial_deny_nothing(words: Words, text: str) -> None:
    assert polarity(text, words("Which drones may fly?")) is True


def test_a_question_that_denies_is_compared_in_the_same_way(words: Words) -> None:
    question = "What must not be stored in the shed?"
    assert polarity(question, words(question)) is False
    assert polarity("Paint must not be stored there.", words(question)) is False
    assert polarity("Rope is stored there.", words(question)) is True
