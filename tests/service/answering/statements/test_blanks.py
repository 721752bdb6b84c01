"""Rows that are empty where a question looks."""

import pytest

from service.answering.statements.blanks import are_blank

PARTS = "part_no,material,torque_nm,price"
LOANS = "| Item | From | Returned | Note |"


@pytest.mark.parametrize(
    ("question", "header", "row"),
    [
        ("What is the torque for KV-10?", PARTS, "KV-10,brass,,0.88"),
        ("When was the boat returned?", LOANS, "| Boat | Ann | – | torn |"),
        ("When was the boat returned?", LOANS, "| Boat | Ann |  | torn |"),
        ("How long is the guarantee of the Otter?", "\tHeron\tOtter", "Guarantee\ttwo years"),
        ("Who returned the boat, and from where?", LOANS, "| Boat | n/a | | torn |"),
        ("Wie hoch ist die Miete von Haus 3?", "Haus;Miete;Garten", "Haus 3;k. A.;ja"),
    ],
)
def test_nothing_stands_in_the_column_asked_for(question: str, header: str, row: str) -> None:
    assert are_blank(question, header, [row, ""]) == [True, False]


@pytest.mark.parametrize(
    ("question", "header", "row"),
    [
        ("What is the price of KV-10?", PARTS, "KV-10,brass,,0.88"),
        ("What torque and price has KV-10?", PARTS, "KV-10,brass,,0.88"),
        ("Which item has no note?", LOANS, "| Boat | Ann | May | |"),
        ("When was the boat returned?", LOANS, "| Boat | Ann | May | |"),
        ("When was the boat returned?", LOANS, "| Boat | Ann |"),
        ("When was the boat returned?", "", "Boat"),
        ("How much is the late fee?", "Fees:", "none"),
    ],
)
def test_something_does_or_no_column_is_named(question: str, header: str, row: str) -> None:
    assert are_blank(question, header, [row]) == [False]
