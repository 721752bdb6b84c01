"""Which words may be misspelt, and what they may stand for."""

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.question.spelling import SIMILAR, Lookalike, may_be_misspelt, most_similar, similarity


@given(st.text("abcde", min_size=1, max_size=9), st.text("abcde", min_size=1, max_size=9))
def test_the_early_test_rules_out_no_pair_that_is_similar_enough(word: str, other: str) -> None:
    ratio = SequenceMatcher(None, word, other).ratio()
    assert similarity(word, other) == (ratio if ratio >= SIMILAR else 0.0)


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
def test_a_longer_word_that_nobody_knows_may_be_misspelt(word: str, tokens: int, held: bool, expected: bool) -> None:
    assert may_be_misspelt(word, tokens, held) is expected


def test_the_most_similar_word_is_found_among_those_that_are_similar_enough() -> None:
    expected = Lookalike("harbour", 6 / 7)
    assert most_similar("harbuor", ["harbours", "harbour", "labour"]) == expected
    assert most_similar("harbuor", ["museum", "a"]) is None
    assert most_similar("harbuor", []) is None
