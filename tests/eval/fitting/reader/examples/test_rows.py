"""Rows of token ids: their layout, their windows, and where the answer lies in them."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ModelError
from eval.fitting.reader.examples.data import Example
from eval.fitting.reader.examples.rows import TrainingTokenizer
from service.answering.reader.rows import MAX_QUESTION, MAX_TITLE
from tests.readers import WORDS, tokenizer_json

PAIRS = TrainingTokenizer(tokenizer_json(), 32)


def example(context: str, start: int = -1, end: int = -1, *, title: str = "", sentence: bool = False) -> Example:
    return Example("who ran it", title, context, start, end, "set", "a", sentence)


def test_the_layout_of_a_row() -> None:
    row = PAIRS.training_row(example("ada ran the mill", 0, 3, title="mill > people"), random.Random(0))
    assert row is not None
    ids = {name: PAIRS.encode(name).ids[0] for name in WORDS}
    expected = [2, ids["who"], ids["ran"], ids["it"], 3, ids["mill"], ids[">"], ids["people"]]
    assert row.ids.tolist() == [*expected, ids["ada"], ids["ran"], ids["the"], ids["mill"], 3]
    assert (row.second, row.text, row.last) == (5, 8, 12)
    assert row.starts == row.ends == (8, 8)


def test_an_unanswerable_row_points_at_null() -> None:
    row = PAIRS.training_row(example("ada ran the mill"), random.Random(0))
    assert row is not None
    assert row.starts == row.ends == (0, 0)


def test_in_a_sentence_any_token_may_be_chosen() -> None:
    row = PAIRS.training_row(example("it ran . ada ran the mill .", 9, 27, sentence=True), random.Random(0))
    assert row is not None
    assert row.starts == row.ends == (row.text + 3, row.text + 7)


def test_special_tokens_in_a_text_are_text() -> None:
    row = PAIRS.training_row(example("ada [SEP] ran"), random.Random(0))
    assert row is not None
    assert (row.ids == 3).sum() == 2


@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=90),
    data=st.data(),
    shortest=st.sampled_from([None, 20]),
)
def test_the_answer_stays_what_it_is_in_every_window(
    words: list[str], data: st.DataObject, shortest: int | None
) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(len(words) - 1, first + 9)))
    context = " ".join(words)
    start = len(" ".join([*words[:first], ""]))
    answer = " ".join(words[first : last + 1])
    row = PAIRS.training_row(
        example(context, start, start + len(answer)), random.Random(data.draw(st.integers(0, 9))), shortest
    )
    assert row is not None
    assert len(row.ids) <= 32
    chosen = row.ids[row.starts[0] : row.ends[0] + 1]
    assert chosen.tolist() == PAIRS.encode(answer).ids.tolist()
    assert row.text <= row.starts[0] <= row.ends[0] < row.last


def test_long_questions_and_titles_are_cut() -> None:
    pairs = TrainingTokenizer(tokenizer_json(), 256)
    long = Example("ran " * 100, "mill " * 100, "ada ran", 0, 3, "set", "a")
    row = pairs.training_row(long, random.Random(0))
    assert row is not None
    assert row.second == 1 + MAX_QUESTION + 1
    assert row.text - row.second == MAX_TITLE


def test_an_answer_that_does_not_fit_makes_no_row() -> None:
    text = "ada " * 60
    assert PAIRS.training_row(example(text, 0, len(text)), random.Random(0)) is None
    assert PAIRS.training_row(example("   ada", 0, 2), random.Random(0)) is None


def test_what_is_no_tokenizer_is_refused() -> None:
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        TrainingTokenizer("{}", 32)
