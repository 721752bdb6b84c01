"""Follow-up questions are completed by what was asked before."""

import pytest

from service.answering.understanding.history import complete


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
