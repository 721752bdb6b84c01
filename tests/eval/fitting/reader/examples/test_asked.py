"""Questions asked in other ways: the words that matter stay, and so does what answers."""

import random
import re
from dataclasses import replace

from eval.fitting.reader.examples.asked import LONGEST_STORY, ask_otherwise
from eval.fitting.reader.examples.data import Example

QUESTION = "Who rebuilt the old mill?"
CONTEXT = "The mill burnt down. It was rebuilt by Ann Lee.\nGulls eat bread."
STORIES = ("The mill burnt down.", "It was rebuilt by Ann Lee.", "Gulls eat bread.")
EXAMPLES = [Example(QUESTION, "Mill", CONTEXT, 39, 46, "set", "mill", False, ("Ann Lee",))] * 400


def otherwise(share: float, seed: int = 0) -> list[str]:
    asked = ask_otherwise(EXAMPLES, share, random.Random(seed))
    assert [replace(each, question=QUESTION) for each in asked] == EXAMPLES
    return [each.question for each in asked]


def test_so_many_are_asked_in_another_way_and_the_same_for_one_seed() -> None:
    assert otherwise(0.0) == [QUESTION] * 400
    changed = sum(question != QUESTION for question in otherwise(0.5))
    assert 150 < changed <= 200  # a story may be none
    assert otherwise(0.5) == otherwise(0.5) != otherwise(0.5, seed=1)


def test_each_way_keeps_the_words_that_matter() -> None:
    asked = set(otherwise(1.0))
    assert all({"rebuilt", "old", "mill"} <= set(re.findall(r"\w+", question.lower())) for question in asked)
    assert {"who rebuilt old mill", "rebuilt old mill"} <= {question.lower() for question in asked}  # as keywords
    assert QUESTION.upper() in asked
    assert QUESTION.lower().rstrip("?") in asked
    assert "And who rebuilt the old mill again?" in asked
    assert any(question.startswith("I cannot find this anywhere. Who") for question in asked)
    assert {f"{story} {QUESTION}" for story in STORIES} <= asked


def test_a_question_of_grammar_alone_is_left_and_a_long_story_is_not_told() -> None:
    long = replace(EXAMPLES[0], question="Who is it?", context="x" * (LONGEST_STORY + 1))
    asked = {each.question.lower() for each in ask_otherwise([long] * 400, 1.0, random.Random(0))}
    assert {"who is it?", "who"} <= asked
    assert not any("xx" in question for question in asked)
