"""Denials, opposites and scope."""

import pytest

from service.answering.statements.denial import contradicts, holds_for_more
from service.answering.statements.nearness import nearness
from service.answering.statements.words import read_words


def denied(statement: str, text: str) -> str:
    said, held = read_words(statement), read_words(text)
    return contradicts(said, held, nearness(said, held, frozenset(), frozenset(), None))


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("Heading F may be increased.", "Heading F may not be increased."),
        ("Purchase of land is eligible.", "The following are not eligible: fines, purchase of land, travel."),
        ("The fee is refunded.", "It isn't refunded, the fee."),
        ("The bug is not open.", "The bug is open."),
        ("Losses went up.", "Losses went down."),
        ("Photos are sent by mail.", "Photos are sent by post, not by mail."),
    ],
)
def test_the_opposite_is_noticed(statement: str, text: str) -> None:
    assert denied(statement, text)


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("Codes are not accepted.", "Codes are rejected."),
        ("Codes are rejected.", "Codes are not accepted."),
        ("The mill no longer tunes pianos.", "The mill stopped tuning pianos."),
        ("Debit cards are printed.", "Debit cards are printed; bulky goods cannot be sent."),
        ("It lasts no more than an hour.", "It lasts up to an hour."),
        ("Lenses are worn under goggles.", "Lenses are worn under goggles but not under spectacles."),
    ],
)
def test_other_words_for_the_same_are_not(statement: str, text: str) -> None:
    assert denied(statement, text) == ""


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("All of them are elected.", "Five of them are elected."),
        ("The fee is for firms only.", "The fee is for firms."),
        ("They come for concerts.", "They come only for concerts."),
        ("It is still shown on screens.", "It was shown on screens until 2016."),
    ],
)
def test_more_or_less_than_is_said_is_noticed(statement: str, text: str) -> None:
    assert holds_for_more(read_words(statement), read_words(text))


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("Every one is elected.", "All are elected."),
        ("They come only for concerts.", "They come for nothing except concerts."),
        ("She lost a match.", "She lost only one match."),
        ("It is shown on screens.", "It is now shown on screens."),
    ],
)
def test_the_same_scope_in_other_words_is_not(statement: str, text: str) -> None:
    assert holds_for_more(read_words(statement), read_words(text)) == ""
