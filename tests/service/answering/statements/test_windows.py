"""What of a passage may support a statement."""

from service.answering.statements.windows import windows
from tests.passages import passage


def test_a_sentence_that_points_back_is_read_with_the_one_before() -> None:
    found = windows(passage("The mill is old.", "It burnt down.", "Rent is due."), "The mill burnt down.")
    assert [(each.sentences, each.worded.text) for each in found] == [
        (1, "The mill is old."), (2, "The mill is old. It burnt down."), (1, "It burnt down."), (1, "Rent is due."),
    ]  # fmt: skip


def test_a_statement_of_two_clauses_may_join_sentences() -> None:
    found = windows(passage("The mill is old.", "Rent is due."), "The mill is old, and rent is due.")
    assert max(each.sentences for each in found) == 2


def test_positions_are_those_of_the_document() -> None:
    given = passage("The mill is old.", "Rent is due.")
    *_, last = windows(given, "Rent is due.")
    assert given.text[last.start - given.start : last.end - given.start] == "Rent is due."


def test_a_cell_is_read_with_the_header_of_its_column() -> None:
    row = passage("| Limit | £400 | £200 |", kind="row", lead="| | Debit | Credit |")
    assert [each.worded.text for each in windows(row, "x")] == ["Limit: Debit £400; Credit £200"]


def test_a_row_without_its_header_is_read_cell_by_cell() -> None:
    assert [each.worded.text for each in windows(passage("| Limit | £400 |", kind="row"), "x")] == ["Limit; £400"]


def test_rows_are_not_joined() -> None:
    rows = passage("| A | 1 |", "| B | 2 |", kind="row")
    assert [each.sentences for each in windows(rows, "it is this, and that")] == [1, 1]


def test_the_number_of_an_item_is_not_what_it_says() -> None:
    assert [each.worded.text for each in windows(passage("4.2 Gloves are worn.", kind="item"), "x")] == [
        "Gloves are worn."
    ]
