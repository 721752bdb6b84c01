"""Questions for the total of a table."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from service.answering.tables.totals import asks_for_total, total_row
from tests.fakes import FakeEncoder
from tests.passages import passage

LEAD = "hall,members_2024,members_2025"
HALLS = ("Foundry,51,53", "Packing,26,38")


@pytest.mark.parametrize(
    ("question", "rows", "expected"),
    [
        ("How many members are there altogether in 2025?", (*HALLS, "Total,77,91"), "Total,77,91"),
        ("What is the total number of members in 2024?", (*HALLS, "All together,77,91"), "All together,77,91"),
        ("How many members are there altogether in 2025?", HALLS, None),
        ("How many members are there altogether in 2026?", (*HALLS, "Total,77,91"), None),
        ("How many guests are there altogether in 2025?", (*HALLS, "Total,77,91"), None),
        ("How many members are there altogether in 2025?", (*HALLS, "Total,77,91", "Sum,9,9"), None),
        ("How many members are there altogether in 2025?", ("Total wares,7,9", *HALLS), None),
    ],
)
def test_the_row_that_sums_up_the_others_is_the_answer(
    question: str, rows: tuple[str, ...], expected: str | None
) -> None:
    assert asks_for_total(question)
    found = total_row(question, [passage(*rows, kind="row", lead=LEAD, title="Members")], LEAD)
    assert (found and found[0].sentence_texts[found[1]]) == expected


def test_only_a_question_for_an_amount_asks_for_a_total() -> None:
    assert not asks_for_total("How many members are there in 2025?")
    assert not asks_for_total("Who counted all of them, altogether?")


def test_a_total_is_quoted_with_its_header_and_is_no_extreme(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    header, total = "| hall | members_2025 |", "| Total | 114 |"
    rows = ("| Foundry | 53 |", "| Packing | 38 |", "| Grinding | 23 |")
    store = fill({"members": "\n".join(("# Members", "", header, "|---|---|", *rows, total, ""))})

    def quotes(question: str) -> list[str]:
        answer = Engine(store.open(), encoder, Confidence({}, 9.0, 0.5)).ask(question).answer
        return [evidence.quote for evidence in answer.evidence] if answer else []

    assert quotes("How many members are there in total in 2025?") == [total, header]
    assert quotes("Which hall has the most members in 2025?") == [rows[0], header]
