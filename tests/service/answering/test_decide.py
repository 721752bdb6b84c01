"""The decision: which sentence is quoted, and when the answer is withheld."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.answer import Reply
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from tests.fakes import FakeEncoder

SURE = Confidence({}, 30.0, 0.5)
Ask = Callable[..., Reply]


@pytest.fixture
def ask(fill: Callable[..., Store], encoder: FakeEncoder) -> Ask:
    """Asks an engine that knows one text."""

    def ask(text: str, question: str, confidence: Confidence = SURE) -> Reply:
        return Engine(fill({"a": text}).open(), encoder, confidence).ask(question)

    return ask


def quote(reply: Reply) -> str:
    """What is quoted as the answer."""
    assert reply.answer is not None
    return reply.answer.text


def test_the_sentence_that_holds_the_words_is_quoted(ask: Ask) -> None:
    reply = ask("Fish swim in the sea. The harbour opened in 1920. Gulls eat bread.", "When did the harbour open?")
    assert quote(reply) == "The harbour opened in 1920."


@pytest.mark.parametrize("opening", ["He", "They", "It", "This", "Their"])
def test_a_sentence_that_points_back_is_quoted_with_the_one_before(ask: Ask, opening: str) -> None:
    reply = ask(
        f"Ann Lee is a pilot. {opening} founded the harbour museum. Gulls eat bread.", "Who founded the museum?"
    )
    assert quote(reply) == f"Ann Lee is a pilot. {opening} founded the harbour museum."


def test_the_first_sentence_has_nothing_before_it(ask: Ask) -> None:
    reply = ask("It founded the museum. Gulls eat bread.", "Who founded the museum?")
    assert quote(reply) == "It founded the museum."


def test_a_neighbour_that_holds_a_missing_word_is_quoted_as_well(ask: Ask) -> None:
    text = "The harbour museum has a large tower. Visitors climb the spiral staircase daily. Gulls eat bread."
    reply = ask(text, "harbour museum large tower staircase")
    assert quote(reply) == "The harbour museum has a large tower. Visitors climb the spiral staircase daily."


def test_confidence_below_the_threshold_withholds_the_best_answer(ask: Ask) -> None:
    reply = ask("The harbour opened in 1920.", "When did the harbour open?", Confidence({}, 0.0, 0.6))
    assert reply.answer is None
    assert reply.confidence == 0.5
    assert reply.abstained is not None
    assert reply.abstained.code == "low_confidence"
    assert "50%" in reply.abstained.message
    assert reply.best_answer is not None
    assert reply.best_answer.text == "The harbour opened in 1920."
