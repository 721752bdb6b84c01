"""A question in the notation of the texts."""

import pytest

from service.answering.question.as_written import as_written


@pytest.mark.parametrize(
    ("question", "text", "written"),
    [
        ("Who won the 4000 crowns?", "The prize of 4,000 crowns went to Ada.", "Who won the 4,000 crowns?"),
        ("What broke at 3 pm on 9 May?", "2023-05-09: the pump broke at 15:00.", "What broke at 15:00 on 2023-05-09?"),
        ("When was QX7B sold?", "QX-7-B was sold in June.", "When was QX-7-B sold?"),
        ("Who lives in house twelve?", "House 12 belongs to Bo.", "Who lives in house 12?"),
        ("What of 1 July 2020?", "2020-07-01T08:15 lights out", "What of 2020-07-01?"),
        ("Which bus leaves at 8.15 am?", "Bus 4 leaves at ٨:١٥.", "Which bus leaves at 8.15 am?"),
        ("wann faehrt die strassenbahn", "Die Straßenbahn fährt um 5:40 ab.", "wann fährt die Straßenbahn"),
        ("Wer leitet die Führung?", "DIE FUEHRUNG LEITET HERR AMSEL.", "Wer leitet die FUEHRUNG?"),
        ("Who sleeps in room 5?", "Room ٥ is that of Ada.", "Who sleeps in room 5?"),  # as it is once it is folded
    ],
)
def test_numbers_dates_and_codes_are_written_as_the_text_does(question: str, text: str, written: str) -> None:
    assert as_written(question, [text]) == written


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who won the 4000 crowns?", "The prize of 4000 crowns, then 4,000 more."),  # some text writes it so
        ("What broke on 9 May?", "2023-05-09: the pump broke. 2024-05-09: the lamp broke."),  # two days may be meant
        ("Who won the race?", "Ada won on 4 May."),
        ("Wer macht die Maße?", "Die Masse macht Ada, die Maße Bo."),  # both are written
        ("Who won the 5000 crowns?", "The prize of 4,000 crowns went to Ada."),
    ],
)
def test_a_question_stays_where_nothing_else_is_surely_meant(question: str, text: str) -> None:
    assert as_written(question, [text]) == question


def test_texts_are_looked_at_together() -> None:
    assert as_written("What of 3 pm on 9 May?", ["at 15:00", "on 05/09/2023, 9 May"]) == "What of 15:00 on 9 May?"
