"""Short answers are compared with gold as SQuAD does."""

import pytest

from eval.short_answers import exact, normalise, word_f1


def test_words_are_compared_as_squad_does() -> None:
    assert normalise("The  Mill, of (a) town.") == "mill of town"
    assert exact("the Mill", ["mill.", "town"]) == 1
    assert exact("mill town", ["mill"]) == 0
    assert word_f1("mill town", ["mill", "bo"]) == pytest.approx(2 / 3)
    assert word_f1("mill mill", ["mill"]) == pytest.approx(2 / 3)
    assert word_f1("the", ["a"]) == 1
    assert word_f1("bo", ["ada"]) == 0
