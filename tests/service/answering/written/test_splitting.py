"""Pieces of text become statements, whatever the pieces are."""

import time
from collections.abc import Sequence

import pytest

from service.answering.written.splitting import MAX_STATEMENT, Splitter, Statement


def split(text: str, size: int = 1, is_finished: bool = True) -> Sequence[Statement]:
    splitter = Splitter()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    given = [statement for piece in pieces for statement in splitter.take(piece)]
    return [*given, *splitter.end(is_finished=is_finished)]


TEXTS: dict[str, list[tuple[str, tuple[int, ...]]]] = {
    "It began in 2015 [1]. It is in The Hague [2][3].": [("It began in 2015.", (1,)), ("It is in The Hague.", (2, 3))],
    "It began in 2015. [1] It is in The Hague. [2, 3]": [("It began in 2015.", (1,)), ("It is in The Hague.", (2, 3))],
    "It began in 2015.[1][1] It ended.": [("It began in 2015.", (1,)), ("It ended.", ())],
    "It began [passage 1] and ended 【2】.": [("It began and ended.", (1, 2))],
    "- It began [1]\n- It ended [2]\n\n3. It is **gone**": [("It began", (1,)), ("It ended", (2,)), ("It is gone", ())],
    "Dr. Smith leads it, e.g. in 2020 [1]. It costs 1.1 million.": [
        ("Dr. Smith leads it, e.g. in 2020.", (1,)),
        ("It costs 1.1 million.", ()),
    ],
    "See [2020] and [sic]. Next.": [("See [2020] and [sic].", ()), ("Next.", ())],
    "<think>First. I think [9].\nSo?</think>\nIt began [1].": [("It began.", (1,))],
    "它始于2015年。[1]它在海牙。[2]": [("它始于2015年。", (1,)), ("它在海牙。", (2,))],
    "\u202eA\x00 b\u200b.": [("A b.", ())],
    "[1]": [],
    "...": [],
    "": [],
}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("text", TEXTS)
def test_statements_and_what_they_cite(text: str, size: int) -> None:
    assert split(text, size) == [Statement(words, cited) for words, cited in TEXTS[text]]


def test_a_statement_is_given_as_soon_as_the_next_one_has_begun() -> None:
    splitter = Splitter()
    assert splitter.take("It began in 2015. ") == []
    assert splitter.take("[1] ") == []
    assert splitter.take("It is ") == [Statement("It began in 2015.", (1,))]


def test_what_a_model_was_stopped_in_is_not_finished() -> None:
    assert split("It began. It is not", is_finished=False) == [
        Statement("It began."),
        Statement("It is not", is_finished=False),
    ]
    assert split("It began. It ended.", is_finished=False) == [Statement("It began."), Statement("It ended.")]
    assert split("<think>It is", is_finished=False) == []


def test_what_never_ends_is_cut() -> None:
    statements = split("word " * 1000, size=5)
    assert not any(statement.is_finished for statement in statements[:-1])
    assert max(len(statement.text) for statement in statements) <= MAX_STATEMENT


@pytest.mark.parametrize("text", ["a. ", "e.g. ", "[1] ", "word ", "[", "1.\n", "<think> ", ".[1"])
def test_the_time_grows_no_faster_than_the_text(text: str) -> None:
    def seconds(count: int) -> float:
        started = time.thread_time()
        split((text * count)[:count], size=4)
        return time.thread_time() - started

    seconds(100)
    short, long = (min(seconds(count) for _ in range(2)) for count in (2_000, 8_000))
    assert long < 12 * short + 0.1
