"""The words that a reader's logits say answer, sentence by sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.reader.rows import RowTokenizer
from service.answering.reader.spans import MAX_SPAN, UNREAD, ReaderInput, best_span, read_spans
from tests.readers import Finds, tokenizer_json

TOKENIZER = RowTokenizer(tokenizer_json(), 48)


def spans_of(question: str, text: str, *sentences: str) -> ReaderInput:
    return ReaderInput(question, "mill", text, [(text.index(each), text.index(each) + len(each)) for each in sentences])


def test_each_sentence_gets_its_own_words() -> None:
    text = "bo ran it . ada closed the mill ."
    ((first, second),) = read_spans(
        Finds("ada", TOKENIZER), TOKENIZER, [spans_of("who closed it", text, "bo ran it .", "ada closed the mill .")]
    )
    assert text[second.start : second.end] == "ada"
    assert (first.score, second.score) == (-2, 6)
    assert 0 <= first.start < first.end <= 11  # never out of its sentence


def test_the_best_window_of_a_long_text_decides() -> None:
    text = "it ran . " * 40 + "ada ran the mill . " + "it ran . " * 40
    ((reading,),) = read_spans(Finds("ada", TOKENIZER), TOKENIZER, [ReaderInput("who", "", text, [(0, len(text))])])
    assert text[reading.start : reading.end] == "ada"
    assert reading.score == 6


def test_several_texts_keep_their_order() -> None:
    inputs = [
        spans_of("who", "ada ran", "ada ran"),
        ReaderInput("who", "", "", []),
        spans_of("who", "it ran", "it ran"),
    ]
    assert [
        [each.score for each in readings] for readings in read_spans(Finds("ada", TOKENIZER), TOKENIZER, inputs)
    ] == [
        [6],
        [],
        [-2],
    ]


def test_a_sentence_without_tokens_is_unread() -> None:
    ((empty, said),) = read_spans(
        Finds("ada", TOKENIZER), TOKENIZER, [ReaderInput("who", "", "   ada", [(0, 2), (3, 6)])]
    )
    assert empty.score == UNREAD
    assert said.score == 6


@given(
    st.lists(st.floats(-9, 9, width=32), min_size=1, max_size=60),
    st.lists(st.floats(-9, 9, width=32), min_size=60, max_size=60),
)
def test_the_best_span_is_the_best_of_all(starts: list[float], ends: list[float]) -> None:
    first, last, score = best_span(np.array(starts, np.float32), np.array(ends[: len(starts)], np.float32))
    sums = [starts[i] + ends[j] for i in range(len(starts)) for j in range(i, min(i + MAX_SPAN, len(starts)))]
    assert 0 <= last - first < MAX_SPAN
    assert score == pytest.approx(max(sums), abs=1e-4)
