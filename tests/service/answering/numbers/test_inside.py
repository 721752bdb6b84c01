"""Ranges that a text states, and what a question names inside them."""

from pathlib import Path

import pytest

from corpus.formats import read
from corpus.making import document_of
from corpus.passages import Chunking, split
from corpus.sources import read_source
from service.answering.numbers.inside import as_ranged, asked_values, covering, inside, stated_texts

PARCELS = ["Up to 2 kg: 4 marks.", "Over 2 kg and up to 9 kg: 6 marks.", "Over 9 kg: ask at the counter."]
ROOMS = ["The Elm Room takes 5 to 18 people.", "The Ash Room takes between 19 and 60 people."]
RATES = [
    "Until 31 May 2024 a bed cost 30 marks.",
    "After that it costs 34 marks.",
    "From 1 March 2026 it will be 41 marks.",
]
FARES = ["| over 3 kg to 8 kg | 5 marks |", "| over 8 kg to 15 kg | 9 marks |"]
STAYS = ["Up to 2 hours: 1 mark.", "Up to 6 hours: 3 marks.", "Up to 24 hours: 8 marks."]
SEASONS = ["From 1 April to 30 September it opens at 8.", "From 1 October to 31 March it opens at 10."]
BEDS = ["| 1 June to 15 July 2024 | 31 |", "| 16 July to 31 August 2024 | 38 |"]
AGES = ["Children under 6 ride free.", "From 6 to 13 they pay half.", "People of 70 years and over pay half."]
WEEKS = ["double,1.4.-13.06.,118", "double,14.06.-14.09.,164"]
AHEAD = ["until 60 days before it: 20 %", "from 59 to 8 days before it: 60 %", "from 7 days before it: 90 %"]
REFUNDS = ["Up to 31 March all is paid back.", "Up to 30 April half of it is.", "After that, nothing is."]
LOADS = ["From 1.5 t to at most 12 t, book ahead.", "Over 12 t, ask the master."]
VALUES = ["over 2,000, up to 4,000: 12 marks", "over 4,000, up to 8,000: 31 marks"]
DAYS = ["The first 3 days are free.", "From the 4th to the 20th day we charge 2 marks a day."]


@pytest.mark.parametrize(
    ("question", "texts", "number"),
    [
        ("What does a parcel of 6.5 kg cost?", PARCELS, 1),
        ("What does a parcel of 700 grams cost?", PARCELS, 0),
        ("What does a parcel of 2 kg cost?", PARCELS, 0),
        ("What does a parcel of 12 kg cost?", PARCELS, 2),
        ("Which room do I book for 40 people?", ROOMS, 1),
        ("Which room do I book for 90 people?", ROOMS, None),
        ("What did a bed cost in February 2024?", RATES, 0),
        ("What does a bed cost on 3 August 2025?", RATES, 1),
        ("What will a bed cost in 2027?", RATES, 2),
        ("What does my 4-year-old pay?", AGES, 0),
        ("I am 9, what do I pay?", AGES, 1),
        ("My uncle is 81, what does he pay?", AGES, 2),
        ("My son is 14, may he stay?", ["Guests under 16 must leave at ten.", "Guests over 60 have seats."], 0),
        ("I'm 58, how long is my leave?", ["It is 28 days.", "From the age of 55 it is 31 days."], 1),
        ("What is charged for the 12th day?", DAYS, 1),
        ("What does a parcel of 3 metres cost?", PARCELS, None),
        ("What does a parcel cost?", PARCELS, None),
        ("What does a parcel of 8 kg cost?", FARES, 0),
        ("What does a parcel of 11 kg cost?", FARES, 1),
        ("What do I pay for 4 hours?", STAYS, 1),
        ("There are 33 of us, which room is ours?", ROOMS, 1),
        ("When does it open on 5 May?", SEASONS, 0),
        ("When does it open on 12 January 2031?", SEASONS, 1),
        ("When does it open in December?", SEASONS, 1),
        ("When does it open at the end of September?", SEASONS, 0),
        ("What is a room in May?", WEEKS, 0),
        ("What is a room in early June?", WEEKS, 0),
        ("What is a room at the end of June?", WEEKS, 1),
        ("What is a room in June?", WEEKS, None),  # some of its days are in one, some in the other
        ("What is kept if we cancel 20 days before the trip?", AHEAD, 1),
        ("What is kept if we cancel ten weeks before the trip?", AHEAD, 0),
        ("What is kept if we cancel 3 days before the trip?", AHEAD, 2),
        ("What is a bed on 2 June 2024?", BEDS, 0),
        ("What is a bed on 20 August 2024?", BEDS, 1),
        ("What is a bed on 20 August 2025?", BEDS, None),
        ("What did a bed cost before February 2024?", RATES, None),  # that is a range itself
        ("How large is the list of 12.5?", ROOMS, None),  # what the number counts is not said
        ("What is paid back if I cancel on 12 February?", REFUNDS, 0),
        ("What is paid back if I cancel on 15 April 2031?", REFUNDS, 1),
        ("What is paid back if I cancel in June?", REFUNDS, 2),
        ("Must I book for a van of 3 tonnes?", LOADS, 0),
        ("What is the premium for a bicycle of 5,000?", VALUES, 1),
        ("What is the premium for bicycle 900?", VALUES, None),
        ("Who decides on 31 %?", ["Up to 20 % the head decides, above that the board.", "Up to 9 % is free."], 0),
    ],
)
def test_the_text_whose_range_holds_what_is_asked(question: str, texts: list[str], number: int | None) -> None:
    held = [[bool(found) for found in covering(asked, texts)] for asked in asked_values(question)]
    assert [any(column) for column in zip(*held, strict=True)] == [
        at == number for at in range(len(texts) if held else 0)
    ]


def test_a_text_that_states_no_range_is_told_from_one_whose_range_is_another() -> None:
    (asked,) = asked_values("What did a bed cost in February 2024?")
    assert covering(asked, ["From 1 March 2026 it is 41 marks.", "Beds are made at ten."]) == [False, None]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who founded it in 2010?", "Founded in 2010, it has been run by Ann Lee since 2015."),
        ("What do 15 people pay?", "Parties of 15 people pay 40 marks, and up to 6 people pay 20."),
    ],
)
def test_a_text_that_names_the_number_itself_is_not_outside(question: str, text: str) -> None:
    (asked,) = asked_values(question)
    assert covering(asked, [text]) == [None]


@pytest.mark.parametrize(
    ("question", "texts", "read"),
    [
        ("What does a parcel of 700 grams cost?", PARCELS, "What does a parcel of 2 kg cost?"),
        ("What did a bed cost in February 2024?", RATES, "What did a bed cost in 31 May 2024?"),
        ("What does a parcel of 9 kg cost?", PARCELS, "What does a parcel of 9 kg cost?"),  # the text says so itself
        ("Who was born in 1911?", ["She was head from 1956 on."], "Who was born in 1911?"),
    ],
)
def test_a_reader_is_asked_with_the_numbers_that_the_text_writes(question: str, texts: list[str], read: str) -> None:
    assert as_ranged(question, texts) == read


def test_a_row_states_its_ranges_by_the_names_of_its_columns(tmp_path: Path) -> None:
    def stand(question: str, table: str) -> list[bool | None]:
        (tmp_path / "prices.csv").write_text(table, "utf-8")
        (document,) = read_source(tmp_path / "prices.csv")
        (passage,) = split(document, Chunking(), 254, lambda texts: [len(each.split()) for each in texts])
        return inside(question, passage)

    dishes = "valid from,dish\n2023-09-04,5.95\n2024-09-02,6.40\n2025-01-06,6.90\n"
    assert stand("What was the dish in December 2024?", dishes) == [False, True, False]
    assert stand("What is the dish in May 2026?", dishes) == [False, False, True]
    assert stand("What is the dish?", dishes) == [None, None, None]
    rooms = "room,from,to,rent\nLime,8 people,20 people,40\nBeech,21 people,45 people,60\n"
    assert stand("What is the rent of a room for 30 people?", rooms) == [False, True]
    posts = "up to,price\n2 kg,4\n5 kg,7\n"
    assert stand("What does a parcel of 3 kg cost?", posts) == [False, True]


def test_a_row_states_what_its_cells_say_below_their_own_columns() -> None:
    rows = "<tr><th>Zone<th>Weight<th>Price<tr><td>North<td>up to 3 kg<td>5<tr><td><td>over 3 kg<td>9"
    document = document_of("parcels", read(f"<table>{rows}</table>".encode(), ".html"))
    (passage,) = split(document, Chunking(), 254, lambda texts: [len(text.split()) for text in texts])
    assert stated_texts("What does 5 kg cost?", passage)[1] == "Zone: North; Weight: over 3 kg; Price: 9"
