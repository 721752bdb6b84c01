"""The words a reader chooses, and what is counted as right."""

from pathlib import Path

import pytest

from eval.fitting.reader.examples.data import Example, SetSpec, read_set
from eval.fitting.reader.measure import measure_set, open_scorer
from service.answering.reader.rows import RowTokenizer
from tests.readers import Finds, random_reader, tiny_set, tokenizer_json

TOKENS = RowTokenizer(tokenizer_json(), 48)


def example(context: str, *answers: str) -> Example:
    start = context.index(answers[0]) if answers else -1
    end = start + len(answers[0]) if answers else -1
    return Example("who ran it", "", context, start, end, "set", "a", answers=answers)


def test_figures_of_a_set() -> None:
    examples = [example("ada ran", "ada"), example("it ran bo", "bo"), example("it ran"), example("ada closed it")]
    figures = measure_set(Finds("ada", TOKENS), TOKENS, examples)
    assert figures["answerable"] == 2
    assert figures["unanswerable"] == 2
    assert figures["exact"] == {"mean": 0.5, "low": 0.0, "high": 1.0}
    assert figures["auroc"] == pytest.approx(0.5)
    assert figures["above_0_when_answerable"] == 0.5


def test_a_folder_is_measured_whole(tmp_path: Path) -> None:
    scorer = open_scorer(random_reader(tmp_path / "reader"))
    examples = read_set(SetSpec(tiny_set(tmp_path / "set.json"))).examples
    figures = measure_set(scorer, TOKENS, examples)
    assert (figures["answerable"], figures["unanswerable"]) == (24, 24)
