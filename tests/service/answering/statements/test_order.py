"""What belongs to what."""

import pytest

from service.answering.statements.order import are_swapped, reversed_names, torn_apart
from service.answering.statements.words import read_words

LOCKS = "Laptops are encrypted. They lock after five minutes, workstations after ten."


@pytest.mark.parametrize(
    ("statement", "text", "swapped"),
    [
        ("Laptops lock after ten minutes and workstations after five.", LOCKS, True),
        ("Workstations lock after ten minutes and laptops after five.", LOCKS, False),
        ("Desk staff get £45, and mill staff £20.", "The sum is £20 for desk staff and £45 for mill staff.", True),
        ("Desk staff get £45, and mill staff £20.", "The sum is £20 for mill staff and £45 for desk staff.", False),
    ],
)
def test_two_things_that_changed_places(statement: str, text: str, swapped: bool) -> None:
    assert are_swapped(read_words(statement), read_words(text)) == swapped


@pytest.mark.parametrize(
    ("statement", "count"),
    [("Then Ada replaced Bo.", 0), ("Then Bo replaced Ada.", 1), ("Then Bo was replaced by Ada.", 0)],
)
def test_names_the_other_way_round(statement: str, count: int) -> None:
    assert reversed_names(read_words(statement), read_words("Then Ada replaced Bo.")) == count


@pytest.mark.parametrize(
    ("statement", "torn"),
    [
        ("The limit of credit is £400.", True),
        ("The limit of debit is £400.", False),
    ],
)
def test_a_number_stands_with_its_words(statement: str, torn: bool) -> None:
    assert (torn_apart(read_words(statement), read_words("Limit: debit £400; credit £200")) > 0) == torn


def test_what_the_statement_says_too_is_not_torn() -> None:
    text = read_words("Limit: debit £400; credit £200")
    assert torn_apart(read_words("The limit is £400 for debit but £200 for credit"), text) == 0
