"""Numbers, dates and names of a statement, looked for in a text."""

import pytest

from service.answering.statements.particulars import Surroundings, wrong_particular
from service.answering.statements.words import read_words

AROUND = Surroundings(
    read_words("Rules > Vault"), read_words("Ida Moss keeps the vault. Rent is £12 a day in May 2020.")
)


def wrong(statement: str, text: str) -> str:
    return wrong_particular(read_words(statement), read_words(text), AROUND)


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("It lasts 30 minutes", "It lasts half an hour"),
        ("at least 400 g", "400 g or more"),
        ("up to 60 days", "within 60 days"),
        ("It opened in May 2020", "It opened on 3 May 2020"),
        ("It costs €115", "Single tuning €115"),
        ("one of them", "They are many"),
        ("Moss keeps it", "She keeps it"),
    ],
)
def test_what_is_said_in_other_notation_is_right(statement: str, text: str) -> None:
    assert wrong(statement, text) == ""


@pytest.mark.parametrize(
    ("statement", "text", "reason"),
    [
        ("It takes 8 days", "It takes 7 days", "the passage does not say 8"),
        ("It takes 7 weeks", "It takes 7 days", "the passage gives 7 in another unit"),
        ("There are 400 seedlings", "They paid €400", "400 is an amount of money in the passage"),
        ("at most 14 letters", "at least 14 letters", "the passage limits 14 the other way"),
        ("more than 40 of them", "40 of them", "the passage says 40 itself, not more or less"),
        ("It opened on 4 May 2020", "It opened on 3 May 2020", "the passage does not say 4 may 2020"),
        ("It costs £12 a week", "It costs £12 a day", "the passage does not count by the week"),
        ("It is kept by Ada", "It is kept", "the passage does not name Ada"),
        ("Rent is due to Moss", "Rent is due", "the passage does not say it of Moss"),
    ],
)
def test_what_is_wrong_is_named(statement: str, text: str, reason: str) -> None:
    assert wrong(statement, text).lower() == reason.lower()


def test_a_number_of_the_heading_counts() -> None:
    around = Surroundings(read_words("Prices 2025"), read_words("Tuning is £12."))
    assert wrong_particular(read_words("In 2025 tuning is £12"), read_words("Tuning is £12."), around) == ""
