"""Contexts cut to one sentence: the one that answers, and the one that only looks as if it did."""

import random

from eval.fitting.reader.examples.alone import cut_to_sentences
from eval.fitting.reader.examples.data import Example, sentences_of

CONTEXT = (
    "The mill burnt down in 1881. It was rebuilt by Ann Lee. The owner of the mill is Otto Reis.\nGulls eat bread."
)


def example(question: str, answer: str | None, *, sentence: bool = False) -> Example:
    start = CONTEXT.index(answer) if answer else -1
    end = start + len(answer) if answer else -1
    return Example(question, "Mill", CONTEXT, start, end, "set", "mill", sentence, (answer,) if answer else ())


def cut(given: Example) -> list[tuple[str, str | None]]:
    cuts = cut_to_sentences([given], 1.0, random.Random(0))
    assert all((each.question, each.title) == (given.question, given.title) for each in cuts)
    return [(each.context, each.context[each.start : each.end] if each.answerable else None) for each in cuts]


def test_the_sentence_that_answers_and_the_one_that_looks_like_it() -> None:
    assert cut(example("Who rebuilt the mill?", "Ann Lee")) == [
        ("It was rebuilt by Ann Lee.", "Ann Lee"),
        ("The mill burnt down in 1881.", None),
    ]


def test_a_sentence_with_another_accepted_answer_does_not_count_as_wrong() -> None:
    given = Example("Who owns the mill?", "Mill", "Ann Lee. The mill is owned by Ann Lee.", 0, 7, "set", "mill", False,
                    ("Ann Lee",))  # fmt: skip
    assert [text for text, _ in cut(given)] == ["Ann Lee."]


def test_of_a_context_without_an_answer_the_nearest_sentence_is_taken() -> None:
    assert cut(example("Who was the first owner of the mill?", None)) == [("The owner of the mill is Otto Reis.", None)]


def test_an_answer_across_two_sentences_makes_no_example_that_answers() -> None:
    assert [answer for _, answer in cut(example("What happened?", "in 1881. It was rebuilt"))] == [None]


def test_sets_of_whole_sentences_and_the_rest_of_the_share_are_left_as_they_are() -> None:
    assert cut(example("Who rebuilt the mill?", "Ann Lee", sentence=True)) == []
    many = [example("Who rebuilt the mill?", "Ann Lee")] * 10
    assert len(cut_to_sentences(many, 0.3, random.Random(0))) == 6


def test_lines_end_sentences() -> None:
    assert [CONTEXT[start:end] for start, end in sentences_of(CONTEXT)][-1] == "Gulls eat bread."
