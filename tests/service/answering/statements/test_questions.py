"""Asking the reader for what a statement says."""

from collections.abc import Sequence

import pytest

from service.answering.reader.spans import ReaderInput, Reading
from service.answering.statements.particulars import Surroundings
from service.answering.statements.questions import MOST, ask_for_parts
from service.answering.statements.words import read_words
from tests.passages import passage

PASSAGE = passage("Ida Moss keeps the vault since 3 May 2020.", "The fee is 2,150 euros, or 40 %.")
AROUND = Surroundings(read_words(PASSAGE.context), read_words(PASSAGE.text))


class Marks:
    """Marks the same words for every question, and keeps the questions."""

    def __init__(self, words: str, score: float = 5.0) -> None:
        self.words = words
        self.score = score
        self.questions: list[str] = []

    def read(self, inputs: Sequence[ReaderInput]) -> list[list[Reading]] | None:
        self.questions.append(inputs[0].question)
        start = inputs[0].text.index(self.words)
        return [[Reading(start, start + len(self.words), self.score)]]


class Fails:
    """A reader that cannot read."""

    def read(self, inputs: Sequence[ReaderInput]) -> list[list[Reading]] | None:
        return None


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("The fee is 40 % of it.", "The fee is what percentage of it?"),
        ("The fee is €40.", "The fee is how much?"),
        ("There are 14 keys.", "There are how many keys?"),
        ("It opened on 3 May 2020.", "It opened on what date?"),
        ("It opened in 2020.", "It opened in what year?"),
        ("It is kept by Ida Moss.", "It is kept by who or what?"),
        ("Moss keeps it.", "who or what keeps it?"),
        ("It is run by the Bank of Orvania.", "It is run by the who or what?"),
    ],
)
def test_each_part_is_asked_for(statement: str, question: str) -> None:
    reader = Marks("vault")
    ask_for_parts(reader, read_words(statement), PASSAGE, AROUND)
    assert reader.questions == [question]


@pytest.mark.parametrize(
    ("statement", "words", "came_back", "is_other"),
    [
        ("It is kept by Moss.", "Ida Moss", True, False),
        ("It is kept by Ada.", "Ida Moss", False, True),
        ("It is kept by Ada.", "vault", False, False),
        ("It costs 2150 euros.", "150", True, False),
        ("It costs 60 %.", "40 %", False, True),
        ("It costs 60 %.", "2,150 euros", False, False),
        ("It opened on 3 May 2020.", "3 May", True, False),
        ("It opened on 4 May 2020.", "3 May", False, True),
    ],
)
def test_the_answer_is_compared_with_the_part(statement: str, words: str, came_back: bool, is_other: bool) -> None:
    asked = ask_for_parts(Marks(words), read_words(statement), PASSAGE, AROUND)
    assert asked
    assert (asked[0].came_back, asked[0].is_other) == (came_back, is_other)


def test_labels_are_not_asked_for_as_numbers() -> None:
    reader = Marks("vault")
    ask_for_parts(reader, read_words("It is version 3 of it."), PASSAGE, AROUND)
    assert reader.questions == []


def test_only_so_many_questions_are_asked() -> None:
    reader = Marks("vault")
    ask_for_parts(reader, read_words("; ".join(f"{number} keys" for number in range(2, 30))), PASSAGE, AROUND)
    assert len(reader.questions) == MOST


def test_a_reader_that_fails_says_nothing() -> None:
    assert ask_for_parts(Fails(), read_words("There are 14 keys."), PASSAGE, AROUND) is None
