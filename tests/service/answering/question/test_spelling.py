"""Which words may be misspelt, and what they may stand for."""

import pytest

from service.answering.question.spelling import may_be_misspelt, most_similar


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
    found = most_similar("harbuor", ["harbours", "harbour", "labour"])
    assert found is not None
    assert found.word == "harbour"
    assert found.similarity == pytest.approx(6 / 7)
    assert most_similar("harbuor", ["museum", "a"]) is None
    assert most_similar("harbuor", []) is None
    assert most_similar("harbuor", ["harbour"], similar=0.9) is None
    found = most_similar("hydrological", ["hydrologicalsur", "hydroligicl"])
    assert found is not None
    assert found.word == "hydroligicl"  # the other is more similar, and too long
