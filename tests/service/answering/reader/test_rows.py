"""Windows of a text as rows: together they hold all of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ModelError
from service.answering.reader.rows import RowTokenizer, tokens_of
from tests.readers import WORDS, tokenizer_json

TOKENIZER = RowTokenizer(tokenizer_json(), 32)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=90), st.integers(1, 20))
def test_windows_cover_every_token(words: list[str], stride: int) -> None:
    text = TOKENIZER.encode(" ".join(words))
    seen = set[int]()
    for row in TOKENIZER.windows(TOKENIZER.encode("who ran it"), TOKENIZER.encode("mill"), text, stride):
        inside = row.ids[row.text : row.last]
        assert len(row.ids) <= 32
        assert np.array_equal(inside, text.ids[row.first : row.first + len(inside)])
        seen.update(range(row.first, row.first + len(inside)))
    assert seen == set(range(len(text.ids)))


def test_an_over_long_question_is_cut_and_the_text_still_read() -> None:
    tokenizer = RowTokenizer(tokenizer_json(), 128)
    text = tokenizer.encode("ada ran it")
    (row,) = tokenizer.windows(tokenizer.encode("who " * 900), tokenizer.encode("mill " * 900), text, 8)
    assert len(row.ids) <= 128
    assert row.ids[row.text : row.last].tolist() == text.ids.tolist()


def test_a_text_without_tokens_makes_a_row_without_text() -> None:
    (row,) = TOKENIZER.windows(TOKENIZER.encode("who"), TOKENIZER.encode(""), TOKENIZER.encode(" "), 8)
    assert row.text == row.last


def test_tokens_of_characters() -> None:
    text = TOKENIZER.encode("ada ran it")
    assert tokens_of(text, 4, 10) == (1, 2)
    assert tokens_of(text, 3, 4) is None


def test_a_text_is_read_in_its_folded_form_and_marked_where_it_stands() -> None:
    text = "**ada** ran the mi-\nll in ١٩٠٢"
    encoded = TOKENIZER.encode(text)
    assert encoded.ids.tolist() == TOKENIZER.encode("ada ran the mill in 1902").ids.tolist()
    assert [text[start:end] for start, end in encoded.offsets] == ["ada", "ran", "the", "mi-\nll", "in", "١٩٠٢"]


def test_what_is_no_tokenizer_is_refused() -> None:
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        RowTokenizer("{}", 32)
