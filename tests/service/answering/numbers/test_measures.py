"""A text that gives another measure than the one asked for is no answer."""

import pytest

from service.answering.numbers.measures import is_of_other_measure


@pytest.mark.parametrize(
    ("question", "text", "is_other"),
    [
        ("How high may a greenhouse be?", "Greenhouses may be up to 9 m².", True),
        ("How high may a greenhouse be?", "Greenhouses may be up to 2.5 m.", False),
        ("How high may a greenhouse be?", "Greenhouses may be up to 2.5 m high and cover 9 m².", False),
        ("How high is the fee?", "The fee is 12 euros.", False),
        ("How high is the mast?", "The mast has three parts.", False),
        ("How far is it to the hut?", "It is 40 minutes to the hut.", False),
        ("How far ahead must I book?", "Book 3 kg of bread ahead.", False),
        ("How heavy is the K20?", "The K20 is 40 cm high.", True),
        ("What does the pump weigh?", "It runs for 3 hours.", True),
        ("What does the pump weigh?", "It is 14 kg.", False),
        ("What does the pump cost?", "It is 14 kg.", False),
    ],
)
def test_another_measure(question: str, text: str, is_other: bool) -> None:
    assert is_of_other_measure(question, text) == is_other
