"""Follow-up questions are completed by what was asked before, and courtesies are left out."""

import pytest

from service.answering.question.standalone import complete, without_courtesies


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ([], "When was it founded?", "When was it founded?"),
        (["Who leads the Harbour Museum?"], "When was it founded?", "When was it founded (Harbour Museum)?"),
        (["Who leads the Harbour Museum?"], "And its address?", "And its address (Harbour Museum)?"),
        (["what does the ferry ticket cost"], "and for children?", "and for children (ferry ticket cost)?"),
        (["How much is the Blue tariff?"], "What about the Green one?", "What about the Green one (Blue)?"),
        (["Who leads the Harbour Museum?", "When was it founded?"], "Where is it?", "Where is it (Harbour Museum)?"),
        (["Who leads the Harbour Museum?"], "Who painted the Tower of Rouen?", "Who painted the Tower of Rouen?"),
        (["Who leads the Harbour Museum?"], "Is the Harbour Museum old? Is it?", "Is the Harbour Museum old? Is it?"),
        (["Who runs it?"], "And when?", "And when (runs)?"),
    ],
)
def test_what_points_back_is_completed(history: list[str], question: str, expected: str) -> None:
    assert complete(question, history) == expected


QUESTION = "Who chairs the Commission?"


@pytest.mark.parametrize(
    "said",
    [
        "Hello! {}",
        "{} Many thanks in advance!",
        "{} I need it for a report by Friday.",
        "Good morning. Sorry to bother you again. {} Kind regards.",
        "I have looked through all the papers and found nothing. {}",
        "My boss asked me yesterday, and I could not remember. {}",
    ],
)
def test_courtesies_are_left_out(said: str) -> None:
    assert without_courtesies(said.format(QUESTION)) == QUESTION


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "Hello, who chairs the Commission?",
        "Thanks for all.",
        "Good morning. Please tell me who chairs it.",  # nothing says what asks
        "I rent two flats. How often must I have the water tested?",
        "The meeting is on Friday. Who chairs it?",  # it tells what the question is about
        "I know who paid. When was the team meeting?",
        "Can you help me? When is the meeting on Monday?",
    ],
)
def test_what_a_question_may_be_about_is_kept(question: str) -> None:
    assert without_courtesies(question) == question
