"""What passages say: which of them say the same, and which only look alike."""

import numpy as np
import pytest

from corpus.documents import Passage
from corpus.passages import Chunking, split
from corpus.sources import make_document
from index.retrieval.duplicates import first_of_equals, saying
from tests.fakes import FakeEncoder


def passage(text: str) -> Passage:
    """The first passage of a document with this text."""
    document = make_document("d.md", text)
    return split(document, Chunking(), encoder_tokens=254, count_tokens=FakeEncoder().count_tokens)[0]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("The ferry leaves at nine.", "the FERRY leaves, at  nine!"),
        ("The ferry leaves at nine.", "Ferry leaves at nine"),
        ("A ferry leaves from the pier.", "The ferry leaves from a pier."),
        ("THE FERRY LEAVES FROM THE PIER.", "The ferry leaves from the pier."),
        ("Bring the rope, the lamp, and the map.", "Please bring rope, lamp and map."),
        ("Keep **all** of the `keys`.", "Keep all the keys."),
        ("- Close the gate\n- Lock the shed\n", "* Close the gate.\n\n* Lock the shed.\n"),
        ("Open 9:30–17:00 today.", "Open 9:30-17:00, today."),
        ("The o\ufb03ce has H\u2082O.", "The office has H2O."),
    ],
)
def test_the_same_words_say_the_same(text: str, other: str) -> None:
    assert saying(passage(text)) == saying(passage(other)) != ""


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("A meal may cost 22 euros.", "A meal may cost 31 euros."),
        ("Take 1.5 grams.", "Take 1-5 grams."),
        ("Take 1/5 grams.", "Take 15 grams."),
        ("It is 1.10.2.", "It is 1.2.10."),
        ("Keep it at -5 degrees.", "Keep it at 5 degrees."),
        ("The term ends on 3 May 2021.", "The term ends on 3 May 2022."),
        ("Lund signs the form.", "Berg signs the form."),
        ("Visitors may enter.", "Visitors may not enter."),
        ("Visitors may enter.", "Visitors must enter."),
        ("You can't enter.", "You can enter."),
        ("Enter with the key.", "Enter without the key."),
        ("All of the rooms are free.", "Some of the rooms are free."),
        ("The hepatitis A vaccine is free.", "The hepatitis vaccine is free."),
        ("A. Lund signs the form.", "Lund signs the form."),
        ("The fee is due before the course.", "The fee is due after the course."),
        ("Write it in C++.", "Write it in C#."),
        ("Pay 5 €.", "Pay 5 £."),
        ("Use .NET here.", "Use net here."),
        ("Dogs chase cats.", "Cats chase dogs."),
        ("|from|to|\n|-|-|\n|a|b|\n", "|from|to|\n|-|-|\n|b|a|\n"),
        ("|adults|pay|\n|-|-|\n|5|6|\n", "|children|pay|\n|-|-|\n|5|6|\n"),
    ],
)
def test_a_word_a_number_or_a_denial_makes_a_difference(text: str, other: str) -> None:
    assert saying(passage(text)) != saying(passage(other))


def test_the_same_items_under_another_lead_in_say_something_else() -> None:
    first, second = (
        Passage("d", "D", (), 0, 10, "Swim here.", ((0, 10),), lead=(20, 30), lead_text=lead)
        for lead in ("You may:", "You may not:")
    )
    assert saying(first) != saying(second)


@pytest.mark.parametrize("text", ["…!", "—", "?"])
def test_a_passage_without_words_says_nothing(text: str) -> None:
    assert saying(Passage("d", "D", (), 0, len(text), text, ((0, len(text)),))) == ""


def test_groups_are_named_by_their_first_row() -> None:
    assert first_of_equals(np.array([7, 0, 9, 7, 0, 9, 3], np.uint64)).tolist() == [0, 1, 2, 0, 4, 2, 6]
    assert first_of_equals(np.empty(0, np.uint64)).tolist() == []
