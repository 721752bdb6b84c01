"""What is quoted: the sentence that accounts for the question, and its neighbour where that completes it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from service.answering.answer import _like
from service.answering.confidence import FEATURES, Confidence
from service.answering.engine import Engine
from service.answering.question import Word

SURE = Confidence({}, 30.0, 0.5)


@pytest.fixture
def ask(fill, encoder):
    def ask(text: str, question: str, confidence: Confidence = SURE):
        return Engine(fill({"a": text}).open(), encoder, confidence).ask(question)

    return ask


def test_the_sentence_that_holds_the_words_is_quoted(ask):
    reply = ask("Fish swim in the sea. The harbour opened in 1920. Gulls eat bread.", "When did the harbour open?")
    assert reply.answer.text == "The harbour opened in 1920."


@pytest.mark.parametrize("opening", ["He", "They", "It", "This", "Their"])
def test_a_sentence_that_points_back_is_quoted_with_the_one_before(ask, opening):
    reply = ask(
        f"Ann Lee is a pilot. {opening} founded the harbour museum. Gulls eat bread.", "Who founded the museum?"
    )
    assert reply.answer.text == f"Ann Lee is a pilot. {opening} founded the harbour museum."


def test_the_first_sentence_has_nothing_before_it(ask):
    assert (
        ask("It founded the museum. Gulls eat bread.", "Who founded the museum?").answer.text
        == "It founded the museum."
    )


def test_a_neighbour_that_holds_a_missing_word_is_quoted_as_well(ask):
    text = "The harbour museum has a large tower. Visitors climb the spiral staircase daily. Gulls eat bread."
    reply = ask(text, "harbour museum large tower staircase")
    assert reply.answer.text == "The harbour museum has a large tower. Visitors climb the spiral staircase daily."


def test_confidence_below_the_threshold_withholds_the_candidate(ask):
    reply = ask("The harbour opened in 1920.", "When did the harbour open?", Confidence({}, 0.0, 0.6))
    assert reply.answer is None
    assert reply.confidence == 0.5
    assert reply.abstained.code == "low_confidence"
    assert "50%" in reply.abstained.message
    assert reply.candidate.text == "The harbour opened in 1920."


def test_features_are_finite_and_within_reach(ask):
    features = ask("The harbour opened in 1920. Gulls eat bread.", "When did the harbour open?").features
    assert [features[name] for name in ("weakest", "coverage")] == pytest.approx([1, 1], abs=1e-3)
    assert features["fits"] == 1.0
    assert features["misfits"] == 0.0
    assert features.keys() == FEATURES
    assert all(map(math.isfinite, features.values()))


def test_without_token_vectors_only_equal_words_count_and_sentences_are_near_by_their_vectors(fill, encoder):
    store = fill({"a": "The harbour opened in 1920."}, token_limit=0)
    reply = Engine(store.open(), encoder, SURE).ask("When did the zebra harbour open?")
    assert reply.features["late"] == pytest.approx(float(reply.hits[0].sentences[0]))
    assert reply.features["weakest"] == 0.0


def test_a_slip_is_forgiven_in_words_that_nobody_knows():
    word = Word("harbuor", 1.0, np.empty(0, np.int64), particular=False, slip=True)
    assert _like(word, frozenset({"harbour"})) == pytest.approx(6 / 7)
    assert _like(replace(word, slip=False), frozenset({"harbour"})) == 0.0
