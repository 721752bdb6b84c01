"""Sentences that only say what is asked."""

import pytest

from service.answering.question.echo import asks_the_same, is_all_of, repeats, says_nothing_new

ASKED = "When was the Marlow ferry put into service?"


@pytest.mark.parametrize(
    ("sentence", "repeated"),
    [
        ("This page is about this: when was the Marlow ferry put into service.", True),
        ("Asked “When was the Marlow ferry put into service?”, quote this document.", True),
        ("The answer to when was the Marlow ferry put into service is here.", True),
        ("The Marlow ferry was put into service in 1931.", False),
        ("The Marlow ferry put into service many new boats.", False),
    ],
)
def test_sentences_that_hold_the_question_in_one_piece(sentence: str, repeated: bool) -> None:
    assert repeats(ASKED, sentence) is repeated


@pytest.mark.parametrize(
    ("question", "text", "same"),
    [
        ("Who mends a tyre?", "3. Who mends a tyre?", True),
        ("who mends a tyre", "Ann: Who mends a tyre?", True),
        ("Who mends a tyre?", "Who mends a tyre in winter?", False),
        ("Tyre?", "Who mends a tyre?", False),
    ],
)
def test_a_text_may_ask_the_same(question: str, text: str, same: bool) -> None:
    assert asks_the_same(question, text) == same


def test_words_without_one_that_asks_are_no_question_to_repeat() -> None:
    assert not repeats("Marlow ferry opening hours winter", "Marlow ferry opening hours winter: 8 to 17.")


@pytest.mark.parametrize(
    ("question", "sentences", "is_all"),
    [
        ("price of the kit", ["Price of the kit.", "price of the KIT"], True),
        ("List the kinds of boats.", ["List the kinds of boats."], True),
        ("museum open mondays", ["Museum open Mondays", "The café is shut."], False),
        ("museum open mondays", ["Museum open Mondays and Tuesdays"], False),
    ],
)
def test_a_text_of_nothing_but_the_question(question: str, sentences: list[str], is_all: bool) -> None:
    assert is_all_of(question, sentences) is is_all


@pytest.mark.parametrize(
    ("question", "text", "nothing"),
    [
        (ASKED, "Marlow ferry service. Marlow ferry service.", True),
        (ASKED, "The ferry: put into service", True),
        (ASKED, "Put into service 1931", False),
        ("Is the museum open on Mondays?", "The museum is open on Mondays.", False),
        ("Which is louder, the DL 24 or the DL 40?", "The DL 40 is louder.", False),
        ("museum open mondays", "Museum open Mondays", False),
    ],
)
def test_an_answer_says_what_the_question_does_not(question: str, text: str, nothing: bool) -> None:
    assert says_nothing_new(question, text) is nothing
