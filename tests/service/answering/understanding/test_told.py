"""What a question tells beside what it asks counts where the texts speak of it."""

import pytest

from service.answering.understanding.told import told_parts, without_unrelated

ASKED = "What does a night at the hut cost?"


def told(question: str) -> list[str]:
    return [question[start:end].strip() for start, end in told_parts(question)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (ASKED, []),
        (f"My cousin is coming along. {ASKED}", ["My cousin is coming along."]),
        (f"{ASKED} We are four.", ["We are four."]),
        ("What does the hut cost - asking for my cousin?", ["- asking for my cousin"]),
        ("What does the hut cost, as I have to pay in advance?", [", as I have to pay in advance"]),
        ("What does the hut cost, as a guest of the club?", []),
        ("What does the hut cost - how much do we pay?", []),
        ("My cousin is coming along. I have booked the hut.", []),  # nothing asks
        ("I want to send a parcel. How much?", []),  # what asks says too little alone
        ("What does Dr. Holt say of the U.S. flag?", []),
        ("who is the head of st. anne and the u.s. branch?", []),
    ],
)
def test_what_a_question_tells(question: str, expected: list[str]) -> None:
    assert told(question) == expected


@pytest.mark.parametrize(
    ("question", "said", "expected"),
    [
        (f"My sister bakes on Sundays. {ASKED}", {"hut", "night"}, ASKED),
        ("What does the hut cost - our auditor is asking?", {"hut"}, "What does the hut cost?"),
        (f"My sister is a guest. {ASKED}", {"hut", "guest"}, f"My sister is a guest. {ASKED}"),
        (f"She is 14. {ASKED}", {"hut"}, f"She is 14. {ASKED}"),
        ("We have a tent. What does it cost for a night?", {"night"}, "We have a tent. What does it cost for a night?"),
    ],
)
def test_what_the_texts_do_not_speak_of_is_left_out(question: str, said: set[str], expected: str) -> None:
    assert without_unrelated(question, lambda asked: said) == expected


def test_what_is_told_is_compared_with_what_comes_first_for_either() -> None:
    asked = list[str]()

    def said_of(question: str) -> frozenset[str]:
        asked.append(question)
        return frozenset()

    question = f"My sister bakes on Sundays. {ASKED} We are few."
    assert without_unrelated(question, said_of) == ASKED
    assert asked == [ASKED, question]
