"""What counts as a slip of the pen, and what it is a slip of."""

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.spelling import SLIP, alike, likest, may_be_slip


@given(st.text("abcde", min_size=1, max_size=9), st.text("abcde", min_size=1, max_size=9))
def test_what_rules_out_a_slip_early_never_rules_out_a_real_one(one: str, other: str) -> None:
    ratio = SequenceMatcher(None, one, other).ratio()
    assert alike(one, other) == (ratio if ratio >= SLIP else 0.0)


@pytest.mark.parametrize(
    ("word", "tokens", "held", "expected"),
    [
        ("harbuor", 3, False, True),
        ("harbuor", 3, True, False),  # the texts write it so
        ("county", 1, False, False),  # a common word, and none of "country"
        ("gull", 2, False, False),  # too short to tell
        ("1920s", 2, False, False),
    ],
)
def test_a_slip_is_a_longer_word_that_nobody_knows(word: str, tokens: int, held: bool, expected: bool) -> None:
    assert may_be_slip(word, tokens, held) is expected


def test_the_likest_word_is_found_among_those_that_are_near_enough() -> None:
    assert likest("harbuor", ["harbours", "harbour", "labour"]) == (pytest.approx(6 / 7), "harbour")
    assert likest("harbuor", ["museum", "a"]) == (0.0, "")
    assert likest("harbuor", []) == (0.0, "")
