"""Days of the week: which stretches of it a text states, and which days a question names."""

import pytest

from service.answering.numbers.inside import as_ranged, asked_values, inside
from service.answering.numbers.weekdays import stretches_of_week, weekdays_in
from tests.passages import passage


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("open mon-fri 9 to 5", [(1, 5)]),
        ("open tuesdays to saturdays", [(2, 6)]),
        ("thurs. – sun, from noon", [(4, 7)]),
        ("from saturday until tuesday", [(6, 7), (1, 2)]),
        ("on weekdays; at the weekend by appointment", [(1, 5), (6, 7)]),
        ("daily from nine", [(1, 7)]),
        ("stop: mill; sat: 8:17; sun: 9:30", [(6, 6), (7, 7)]),
        ("they sat in the sun, closed on mondays", []),
    ],
)
def test_stretches_of_the_week(text: str, stretches: list[tuple[int, int]]) -> None:
    found = list(stretches_of_week(text))
    assert [(first, last) for first, last, _ in found] == stretches
    assert all(text[start:end].strip() for _, _, (start, end) in found)


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("when does it open on sundays?", [7]),
        ("is it closed on a wednesday or thursday?", [3, 4]),
        ("what was decided on tuesday 14 january?", []),
        ("is there sun on the terrace?", []),
    ],
)
def test_days_that_are_named(question: str, days: list[int]) -> None:
    assert [day for day, _ in weekdays_in(question)] == days


def test_a_stretch_holds_its_days_and_no_others() -> None:
    hours = passage("Open Mon-Fri 7 to 9.", "Open on weekends from 9.", "The sauna is warm.")
    assert inside("When does it open on Wednesday?", hours) == [True, False, None]
    assert inside("When does it open before Wednesday?", hours) == [None] * 3
    assert as_ranged("When does it open on Wednesday?", hours.sentence_texts) == "When does it open on Mon-Fri?"
    assert not asked_values("When does it open?")


def test_the_columns_of_a_timetable_are_days() -> None:
    rows = passage("Mill | 7:12 | 9:30", kind="row", lead="Stop | Mon-Fri | Sun")
    assert inside("When does the bus leave the mill on Saturdays?", rows) == [False]
    assert inside("When does the bus leave the mill on Sundays?", rows) == [True]
