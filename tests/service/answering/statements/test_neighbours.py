"""Rows, nested items, sections and documents of another thing than the one that a question names."""

import pytest

from corpus.documents import Passage
from corpus.formats import read
from corpus.making import document_of, make_document
from corpus.passages import Chunking, split
from service.answering.statements.neighbours import are_of_others, named_things
from tests.corpus.test_passages import count_words

PRICES = """
| Article | Model | Price | State |
|---|---|---|---|
| Kiln | Ember 40 | 890 | sold |
| Shelf set | Ember 40 | 36 | free |
| Shelf set | Ember 90 | 128 | free |
| Tank (l) | Ember 90 | 4.8 | free |
"""
DESKS = "- Ticket desk: Cy Marsh\n- Ticket checks: Gus Orr\n- **Lost property:** Dora Quill\n"
LED = "Ticket desk . . . . Cy Marsh\nTicket checks ____ Gus Orr\nLost property ···· Dora Quill\n"
STAFF = """
- Warehouse: Hilde Brandt
  - Day shift: Sami Okoro
- Gate: Dunja Reiter
  - Day shift: Karl Nystad
"""
COURSES = "| Course | Day | Room |\n|---|---|---|\n| Crawl | Tue. | 1 |\n| Crawl | Fri | 2 |\n| Sun dance | Sun | 3 |\n"

PLOT = "| | |\n|---|---|\n| Tenant | Bo Nystad |\n| Rent | 34 |\n| Since | 2016 |\n"
PLANER = "# M-09\n\n| Item | Entry |\n|---|---|\n| Machine | Planer |\n| Made by | Otto |\n| Bay | 3 |\n"


def test_a_record_is_told_from_others_in_its_document_by_what_it_is_about() -> None:
    text = "## N-05\n\n- Tenant: Ada Voss\n- Rent: 62\n\n## N-09\n\n- Tenant: Bo Nystad\n- Rent: 34\n"
    first, second = passages_of(text)
    for question in ("What does Ada Voss pay?", "What is the rent of N-05?"):
        named = named_things(question, [first, second])
        assert (are_of_others(first, named), are_of_others(second, named)) == ([False] * 2, [True] * 2)


def passages_of(text: str, **bounds: int) -> list[Passage]:
    return split(make_document("d", text, suffix=".md"), Chunking(**bounds), 254, count_words)


@pytest.mark.parametrize(
    ("text", "question", "others"),
    [
        (PRICES, "What does the kiln cost?", [False, True, True, True]),
        (PRICES, "What does a shelf set for the Ember 90 cost?", [True, True, False, True]),
        (PRICES, "How large is the tank?", [True, True, True, False]),
        (PRICES, "What is the price of a spare element for the Ember 40?", [False, False, True, True]),
        (PRICES, "What does the lid cost?", [False] * 4),
        (PRICES, "Is the kiln free?", [False, True, True, True]),  # "sold" would answer as well
        (PRICES, "What else is there than the kiln?", [False] * 4),
        (PRICES + "| Large kiln | Ember 40 | 990 | free |\n", "What does a kiln cost?", [False, *[True] * 4]),
        (STAFF, "Who leads the day shift in the warehouse?", [True, False, True, True]),
        (STAFF, "Who leads the day shift?", [True, False, True, False]),
        (STAFF, "Who leads the shift?", [False] * 4),
        (COURSES, "Where is the crawl course on Friday?", [True, False, True]),
        (COURSES, "Where is the crawl course?", [False, False, True]),
        (PLOT, "What does Bo Nystad pay?", [False] * 3),
        (PLANER, "Who made the planer?", [False] * 3),
        (PLANER.replace("Machine", "Tool in it"), "Who made the planer?", [False, True, True]),
        (DESKS, "Who is at the ticket desk?", [False, True, True]),
        (LED, "Who is at the ticket desk?", [False, True, True]),
        (DESKS, "Who is at the desk?", [False] * 3),
        ("Ticket desk ..... 20\n\nTicket checks ..... 30\n\nAsk there.", "What is the ticket desk?", [False] * 3),
        ("The kiln was sold.\n\nThe shelf is free.", "What does the kiln cost?", [False, False]),
    ],
)
def test_what_is_of_others(text: str, question: str, others: list[bool]) -> None:
    (passage,) = passages_of(text)
    assert are_of_others(passage, named_things(question, [passage])) == others


BOATS = """
# Boats

Hire is by the day.

## Single tickets

Adults pay 6 euros.

## Season tickets

Adults pay 90 euros. Unlike single tickets, they can be lent.

## Heron

It seats six.

## Otter

It seats eight.
"""


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("What do adults pay for single tickets?", ["Adults pay 90 euros.", "It seats six.", "It seats eight."]),
        ("How many does the Otter seat?", [*"Adults pay 6 euros.|Adults pay 90 euros.".split("|"), "It seats six."]),
        ("how many does the otter seat", []),  # of one word, it may mean anything
        ("Which tickets are cheaper than single tickets?", []),
        ("What do adults pay?", []),
    ],
)
def test_what_stands_in_a_section_beside_the_one_that_is_named(question: str, others: list[str]) -> None:
    passages = passages_of(BOATS)
    named = named_things(question, passages)
    found = [
        text
        for passage in passages
        for text, is_other in zip(passage.sentence_texts, are_of_others(passage, named), strict=True)
        if is_other
    ]
    assert [text for text in found if not text.startswith("Unlike")] == others
    assert ("Unlike single tickets, they can be lent." in found) is ("Otter" in question)


def test_cells_that_are_left_empty_keep_the_others_in_their_columns() -> None:
    rows = ["Route|Guest|Fare", "Skerry|Adult|12", "|Dog|4"]
    cells = "".join(f"<tr><td>{row.replace('|', '<td>')}" for row in rows)
    document = document_of("fares", read(f"<table>{cells}</table>".encode(), ".html"))
    (passage,) = split(document, Chunking(), 254, count_words)
    assert are_of_others(passage, named_things("What does a dog to Skerry pay?", [passage])) == [True, False]


def test_a_table_is_one_wherever_its_passages_part_it() -> None:
    first, *_, last = passages_of(PRICES, max_tokens=24, min_tokens=1)
    named = named_things("What does the kiln cost?", [first, last])
    assert (are_of_others(first, named)[0], are_of_others(last, named)[-1]) == (False, True)
    assert not any(are_of_others(passages_of(PRICES.replace("Price", "Cost"))[0], named))


def test_a_list_is_one_wherever_its_passages_part_it() -> None:
    passages = passages_of(STAFF, max_tokens=8, min_tokens=1)
    named = named_things("Who leads the day shift in the warehouse?", passages)
    karl = next(each for each in passages if "Karl" in each.text)
    assert are_of_others(karl, named)[-1]


MAY = "# Minutes, boat club, 14 May\n\nThe fee stays.\n\nIn June we meet at six. The hall is open.\n\nWe closed at ten."
JUNE = "# Minutes, boat club, 18 June\n\nThe fee was raised."


@pytest.mark.parametrize(
    ("question", "beside", "others"),
    [
        ("When did the June meeting of the club end?", JUNE, ["The fee stays.", "We closed at ten."]),
        ("When did the meeting on 14 May end?", JUNE, []),
        ("When did the meeting end?", JUNE, []),
        ("Is the fee paid in May or in June?", JUNE, []),
        ("What happened after the June meeting?", JUNE, []),
        ("When did the June meeting end?", "# The June fair\n\nIt is fair.", []),  # no words in common
        ("When did Minutes for June end?", "# Minutes for the boat club\n\nIn June we meet.", []),  # named by none
    ],
)
def test_what_stands_in_a_document_beside_the_one_that_is_named(question: str, beside: str, others: list[str]) -> None:
    of_may, beside_it = (
        split(make_document(name, text, suffix=".md"), Chunking(min_tokens=1), 254, count_words)
        for name, text in (("may", MAY), ("june", beside))
    )
    named = named_things(question, [*of_may, *beside_it])
    assert [
        text
        for passage in of_may
        for text, is_other in zip(passage.sentence_texts, are_of_others(passage, named), strict=True)
        if is_other
    ] == others
