"""Two versions of one document: which are, and which of them applies."""

import pytest

from corpus.documents import Passage
from service.answering.versions import applies_rather, are_versions, say_nearly_the_same


def passage(title: str) -> Passage:
    return Passage("d", title, (), 0, 4, "Text", ((0, 4),))


@pytest.mark.parametrize(
    ("title", "other", "expected"),
    [
        ("Travel rules 2021", "Travel rules 2024", True),
        ("Handbook, version 2", "Handbook, Version 3", True),
        ("Handbook v1.9", "Handbook v1.10", True),
        ("Travel rules 2021", "Travel rules 2021", False),
        ("Travel rules 2021", "Leave rules 2024", False),
        ("Room 12", "Room 14", False),
        ("Travel rules", "Travel rules 2024", False),
    ],
)
def test_titles_tell_versions_of_one_document(title: str, other: str, expected: bool) -> None:
    assert are_versions(passage(title), passage(other)) is expected
    assert are_versions(passage(other), passage(title)) is expected


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("Travel rules 2024", "Travel rules 2021"),
        ("Handbook v1.10", "Handbook v1.9"),
        ("Handbook version 10", "Handbook version 9"),
    ],
)
def test_the_newer_applies_unless_the_question_names_the_older(newer: str, older: str) -> None:
    assert applies_rather(passage(newer), passage(older), "What is the limit?")
    assert not applies_rather(passage(older), passage(newer), "What is the limit?")
    number = older.rpartition(" ")[2].rpartition(".")[2].lstrip("v")
    assert applies_rather(passage(older), passage(newer), f"What was the limit in {number}?")


@pytest.mark.parametrize(
    ("sentence", "other", "expected"),
    [
        ("A hotel may cost 90 euros.", "A hotel may cost 120 euros.", True),
        ("A hotel may cost 90 euros.", "Trains are free.", False),
        ("A hotel may cost 90 euros.", "Keep the hotel's bill for seven years.", False),
    ],
)
def test_what_one_version_says_in_place_of_the_other(sentence: str, other: str, expected: bool) -> None:
    assert say_nearly_the_same(sentence, other) is expected
