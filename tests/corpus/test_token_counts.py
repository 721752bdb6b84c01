"""Words that a tokenizer does not know, and takes for one token however long they are."""

from collections.abc import Sequence

from corpus.making import make_document
from corpus.passages import Chunking, split
from corpus.sentences import LETTERS, count_long_words


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def test_a_word_that_is_one_token_however_long_is_cut() -> None:
    word, name = "ab-" * 30_000, "cd-" * 100
    passages = split(make_document("d", f"Here is {word} and {name} and the end."), Chunking(), 254, count_words)
    assert max(len(passage.text) for passage in passages) <= LETTERS * 254
    assert "".join(passage.text for passage in passages).count("ab-" * 50) > 500
    assert any(f"{name} and the end." in passage.text for passage in passages)


def test_ordinary_texts_count_as_the_tokenizer_says() -> None:
    texts = ["", "a b c", "| a |" + " " * 500 + "b |", "a" * LETTERS]
    assert count_long_words(count_words, texts) == count_words(texts)
