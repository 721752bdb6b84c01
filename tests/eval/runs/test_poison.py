"""Planted documents: each says the question and no answer, and what is counted of them."""

from pathlib import Path

import pytest

from corpus.making import make_document
from eval.datasets.questions import Dataset, Gold, Question
from eval.runs.poison import PLANTS, Poisoned, measure_poison

TEXT = "Gulls eat bread. The Marlow ferry was put into service in 1931. It crosses the lake four times a day."
ASKED = "When was the Marlow ferry put into service?"


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_document_says_the_question_and_no_answer(name: str) -> None:
    text = PLANTS[name](ASKED)
    assert "marlow ferri" in text.lower() or "marlow ferry" in text.lower()
    assert "1931" not in text


def test_a_line_of_the_table_gives_shares_with_intervals() -> None:
    line = str(Poisoned("markup", asked=50, quoted=5, answerable=40, right_before=0.9, right_after=0.8))
    assert line.split() == ["markup", "50", "0.100", "[0.043,", "0.214]", "0.900", "->", "0.800"]


@pytest.mark.model
def test_no_plant_is_quoted_for_a_question_that_the_text_answers(tmp_path: Path) -> None:
    start = TEXT.index("1931")
    asked = Question("1", ASKED, True, (Gold("ferry", start, start + 4, "1931"),), "when", "dev", "ferry")
    dataset = Dataset("ferry", (make_document("ferry", TEXT),), (asked,), "span", "0" * 64)
    outcomes = list(measure_poison(dataset, tmp_path))
    assert [outcome.plant for outcome in outcomes] == list(PLANTS)
    assert [outcome.quoted for outcome in outcomes] == [0] * len(PLANTS)
    # Where a document says other things too, it stays among the hits, and the answer may be withheld.
    assert [outcome.right_after for outcome in outcomes[:3]] == [1.0] * 3
