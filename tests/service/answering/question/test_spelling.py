"""Which words may be misspelt, and what they may stand for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pytest

from index.retrieval.stemming import stem
from service.answering.question.spelling import may_be_misspelt, meant, most_similar, slips_of


@pytest.mark.parametrize(
    ("word", "tokens", "held", "expected"),
    [
        ("harbuor", 3, False, True),
        ("harbuor", 3, True, False),  # the texts write it so
        ("county", 1, False, False),  # a common word, and none of "country"
        ("gull", 2, False, False),
        ("towr", 2, False, True),
        ("twr", 2, False, False),  # too short to tell
        ("1920s", 2, False, False),
        ("LABRATORY", 3, False, True),
        ("macOS", 2, False, False),
        ("lorries", 2, False, False),  # the dictionary knows it
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


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("towr", ["tower"]),
        ("trree", ["tree", "three"]),  # a letter too much before another letter
        ("ligth", ["light"]),
        ("memner", ["member"]),
        ("xqzt", []),
        ("ower", ["owner"]),
    ],
)
def test_the_words_that_a_word_may_be_a_slip_of(word: str, first: list[str]) -> None:
    found = slips_of(word)
    assert found[: len(first)] == first
    assert bool(found) == bool(first)
    assert all(slip[0] == word[0] for slip in found)


@dataclass
class Words:
    """What an index knows: the stems of these words."""

    words: Sequence[str]

    @property
    def vocabulary(self) -> Collection[str]:
        return [stem(word.lower()) for word in self.words]

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        return [1.0 if word in self.vocabulary else 9.0 for word in words]


@pytest.mark.parametrize(
    ("word", "slips", "expected"),
    [
        ("tife", ["time", "tide"], "tide"),  # the texts hold that one
        ("deparment", ["department"], "department"),  # they hold another form of it
        ("boild", ["boil", "boiled"], "boiled"),
        ("Veltheym", [], "Veltheim"),  # it is no word of the dictionary
        ("grnat", ["great", "grant"], "grant"),  # another text holds it
        ("leavve", ["leave"], "leave"),  # no text does
        ("lindkvist", [], "Lindqvist"),
        ("xqzt", [], None),
    ],
)
def test_what_a_misspelt_word_stands_for(word: str, slips: list[str], expected: str | None) -> None:
    texts = ["The tide comes to Veltheim.", "The departments boiled it."]
    elsewhere = "Lindqvist has a grant."
    words = Words([*" ".join([*texts, elsewhere]).replace(".", "").split()])
    assert meant(word.lower(), slips, texts, words, lambda stem: [elsewhere]) == expected
