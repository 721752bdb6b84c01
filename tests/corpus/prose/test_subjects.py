"""What a record is about, as its first fields say."""

import pytest

from corpus.formats import read
from corpus.making import document_of, make_document
from corpus.passages import Chunking, split

TICKET = """TICKET 88

Opened       3 June      Promised   5 June
Vehicle      Roomster    Number     KX 40
Owner        Oona        Phone      12
"""
LEADERS = (
    "OBJECT CARD\n\nKept on ..... a shelf\nMaker ..... Ada Stene\nDesignation ..... Butter churn\nHeight ..... 84 cm\n"
)
FIRST = "# Hive 3\n\nNote: taken\nStand: behind the house\nQueen: Widow Marsh\nBox: National, two\n"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Card 12\n\n- **Title:** Tide clock\n- **Place:** hall\n", "Card 12: Tide clock"),
        ("# Card 12\n\nCustomer's name: Bo Nunes. Device: MX-20. Status: open\n", "Card 12: Bo Nunes, MX-20"),
        ("# Call 12\n\nPort: Skerrow   Vessel: MV Asta   Berth: 4\n", "Call 12: MV Asta"),
        ("# Dog 12\n\n- Pup: Biscuit\n- Breed: Alsatian\n- Walker: Ada Voss\n", "Dog 12: Biscuit, Alsatian"),
        ("# Card 12\n\n*Taken:* 4 June · *Specimen:* well water · *By:* Bo\n", "Card 12: well water"),
        ("# Card 12\n\n| Field | |\n|---|---|\n| Product | Ember 40 |\n| Price | 5 |\n", "Card 12: Ember 40"),
        (TICKET, "TICKET 88: Roomster"),
        (LEADERS, "OBJECT CARD: Butter churn"),
        (LEADERS.replace(".....", ". . . . ."), "OBJECT CARD: Butter churn"),
        (LEADERS.replace(".....", "____"), "OBJECT CARD: Butter churn"),
        (LEADERS.replace(" ..... ", "······"), "OBJECT CARD: Butter churn"),
        ("From: Bo\nSubject: Re: Fwd: The roof\n\nIt leaks.\n", "a b: The roof"),
        ("---\npatient: Mokka\nstatus: well\nslug: m\n---\n\n# File 7\n\nIt eats.\n", "File 7: Mokka"),
        # No label says what it is about: the first names of a record do.
        (FIRST, "Hive 3: behind the house, Widow Marsh"),
        (FIRST.replace("Hive 3", "The hive behind the house"), "The hive behind the house"),
        (FIRST.replace("Hive 3", "Minutes 3"), "Minutes 3"),
        # Neither names nor what the document is about.
        ("# Roof\n\nSubject: roof\n", "Roof"),
        ("# Card 12\n\nDevice: 12\nTask: done\nClient: bo@example.org\nBoat: 5 May 2024\n", "Card 12"),
        ("# Card 12\n\nPatient: " + "x" * 90 + "\nInsured: Bo, " + "x" * 90, "Card 12: Bo"),
        ("# Card 12\n\n| Product | Price |\n|---|---|\n| Ember | 5 |\n", "Card 12"),
        ("# Boats\n\nBoat\tFee\nWren\t5\n", "Boats"),
        ("# Staff\n\nName: Bo\nRoom: 2\n\nName: Ada\nRoom: 3\n", "Staff"),
        ("# Staff\n\nAll of them.\n\n## First\n\nName: Bo\n", "Staff"),
        ("# Forms\n\nThe title: it is short. A name is given.\n", "Forms"),
    ],
)
def test_a_title_says_what_the_first_fields_say_that_the_document_is_about(text: str, title: str) -> None:
    assert make_document("a-b", text).info.title == title
    assert make_document("a-b", text, title="Card").info.title == "Card"


@pytest.mark.parametrize(
    "fields",
    [
        "<dl><dt>Course title</dt><dd>Game Theory</dd><dt>Room</dt><dd>Hall 2</dd></dl>",
        "<table><tr><th>Property</th><td>Game Theory</td></tr><tr><th>Built</th><td>1934</td></tr>"
        "<tr><th>State</th><td>sold</td></tr></table>",
        "<p><b>Medicine:</b> Game Theory<br><b>Dose:</b> one tablet</p>",
    ],
)
def test_fields_of_a_page(fields: str) -> None:
    page = f"<h1>K2-105</h1>{fields}<p>It is short.</p>"
    assert document_of("a", read(page.encode(), ".html")).info.title == "K2-105: Game Theory"


PLOTS = """# Plots

## N-05

- Tenant: Ada Voss
- Rent: 62

Two trees must stay.

### Water

A butt.

## N-09

- Tenant: Bo Nystad
- Rent: 34

## Rules

- Tenant: whoever signs for it
"""


def test_headings_of_records_in_one_document_say_what_each_is_about() -> None:
    document = make_document("plots", PLOTS, suffix=".md")
    paths = [section.path for section in document.info.sections]
    assert paths == [("N-05: Ada Voss",), ("N-05: Ada Voss", "Water"), ("N-09: Bo Nystad",), ("Rules",)]
    first = split(document, Chunking(), 254, lambda texts: [len(text.split()) for text in texts])[0]
    assert [words for words, _ in first.written_headings] == ["N-05"]


def test_a_day_is_the_heading_of_a_record_where_a_form_stands_below_it() -> None:
    text = "# Log\n\n## 2024-07-14\n\n- Party: the choir\n- Heads: 9\n- Paid: 4\n\n## 2024-07-15\n\nRain. Note: more.\n"
    assert [section.path for section in make_document("log", text, suffix=".md").info.sections] == [
        ("2024-07-14: the choir",),
        ("2024-07-15",),
    ]
