"""Questions for the highest or lowest of a column: which row is quoted, and when none is."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering import pipeline
from service.answering.confidence import Confidence
from service.answering.decide import COMPARED
from service.answering.engine import Engine
from service.answering.tables.extremes import extreme_row, superlative_in
from tests.fakes import FakeEncoder
from tests.passages import passage
from tests.readers import FakeReader

LEAD = "| Cabin | Beds | Price | Size | Open |"
ROWS = (
    "| Heron | 4 | 82.50 € | 31 m² | all year |",
    "| Otter | 6 | 110 € | 48 m² | May to August |",
    "| Wren | 2 | 1,040 € | 9 m² | all year |",
    "| Stoat | 6 | 95 € | — | May to August |",
)


def row_of(question: str, *rows: str, lead: str = LEAD) -> str | None:
    """The name in the row that is found in two passages of one table, beside one of another table."""
    half = len(rows) // 2
    parts = (rows[:half], rows[half:])
    passages = [passage(*part, kind="row", lead=lead, title="Cabins to let") for part in parts if part]
    passages.append(passage("| Elk | 90 | 9000 € |", kind="row", lead="| Hall | Beds | Price |"))
    asked = superlative_in(question)
    found = asked and extreme_row(question, asked, passages, lead)
    if not found:
        return None
    holder, number = found
    start, end = holder.sentences[number]
    return holder.text[start - holder.start : end - holder.start].split("|")[1].strip()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which cabin has the highest price?", "Wren"),
        ("Which cabin is the cheapest?", "Heron"),
        ("cheapest cabin", "Heron"),
        ("Which cabin costs the most?", "Wren"),
        ("For which cabin does one pay the least?", "Heron"),
        ("What is the most expensive cabin?", "Wren"),
        ("Which cabin is the least expensive?", "Heron"),
        ("Which cabin has the fewest beds?", "Wren"),
        ("Which cabin open all year has the most beds?", "Heron"),
        ("Which is the cheapest cabin with 6 beds?", "Stoat"),
        ("Which cabin has the most beds?", None),  # two have
        ("Which cabin is the largest?", None),  # of what
        ("Which cabin has the smallest size?", None),  # one says nothing
        ("Which cabin with a sauna is the cheapest?", None),
        ("Which cabin has the second highest price?", None),
        ("Which cabin has the highest price and the fewest beds?", None),
        ("Which country has the highest price?", None),
        ("What does the Heron cabin cost?", None),
        ("At most how many beds are there?", None),
    ],
)
def test_the_row_with_the_extreme_of_the_column_that_is_asked_for(question: str, expected: str | None) -> None:
    assert row_of(question, *ROWS) == expected


def test_values_are_compared_in_one_unit() -> None:
    lead = "| Tank | Volume |"
    assert (
        row_of("Which tank has the largest volume?", "| A | 2 l |", "| B | 900 ml |", "| C | 15 dl |", lead=lead)
        is None
    )
    assert row_of("Which tank has the largest volume?", "| A | 2 l |", "| B | 12 l |", "| C | 3 l |", lead=lead) == "B"


def test_a_table_of_two_rows_is_left_to_the_reader() -> None:
    assert row_of("Which cabin is the cheapest?", *ROWS[:2]) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which is the oldest tower?", "Long"),
        ("Which tower is the tallest?", "Round"),
        ("What's the oldest tower?", "Long"),
        ("Which tower in the Ambry hills is the oldest?", "Long"),  # said of all of them beside the table
        ("Which tower in the Selby hills is the oldest?", None),
    ],
)
def test_a_superlative_finds_its_column(question: str, expected: str | None) -> None:
    lead = "| Tower | Built | Height |"
    rows = passage(
        "| Round | 1911 | 31 m |", "| Long | 1822 | 19 m |", "| Squat | 1876 | 12 m |", kind="row", lead=lead
    )
    asked = superlative_in(question)
    assert asked is not None
    found = extreme_row(question, asked, [rows, passage("There are three towers in the Ambry hills.")], lead)
    assert (found and rows.text.split("\n")[found[1]].split("|")[1].strip()) == expected


TABLE = "# Cabins\n\nAll cabins are by the lake.\n\n| Cabin | Price |\n|---|---|\n" + "".join(
    f"| Number {number} | {900 - 7 * number if number != 20 else 5} |\n" for number in range(90)
)
ANY = Confidence({}, -9.0, 0.5, unread=Confidence({}, -9.0, 0.5))


@pytest.mark.parametrize("reader", [None, FakeReader()])
def test_the_row_is_quoted_with_its_header_from_wherever_it_stands(
    fill: Callable[..., Store], encoder: FakeEncoder, reader: FakeReader | None
) -> None:
    reply = Engine(fill({"cabins": TABLE}).open(), encoder, ANY, reader=reader).ask(
        "Which cabin has the lowest price?", 3
    )
    assert reply.answer is not None
    assert reply.confidence == COMPARED
    row, header = reply.answer.evidence
    assert (row.quote, header.quote) == ("| Number 20 | 5 |", "| Cabin | Price |")
    assert TABLE[row.start : row.end] == row.quote
    held = reply.hits[row.passage - 1].passage
    assert (held.start <= row.start < held.end, len({hit.passage.id for hit in reply.hits})) == (True, len(reply.hits))
    assert (reply.answer.short is None) == (reader is None)
    if reply.answer.short:
        assert reply.answer.short.text == "Number 20"


def test_a_document_of_very_many_passages_is_not_looked_through(
    fill: Callable[..., Store], encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "MOST_PASSAGES", 1)
    reply = Engine(fill({"cabins": TABLE}).open(), encoder, ANY).ask("Which cabin has the lowest price?")
    assert reply.answer is None
