"""Tables whose columns are lined up with spaces, and lines that only look so."""

import pytest

from corpus.prose.blocks import lines_of
from corpus.prose.columns import columns_at
from corpus.sources import make_document

TIMES = """Ferry       Leaves   Fare
Heron       06:40    4.50
Otter       11:15    6.00
Wren        19:05    4.50"""
RULED = """Class            Room        Teacher
------------------------------------
Folk             Studio 2    Petra Novy
Tap                          Bo Lindahl
Tango            Studio 4    Piet Roos"""
RIGHT = """Item                 Price
--------------------------
Glue                  6.90
Sandpaper            14.00"""
RECEIPT = """Glue                  6.90
Brush                 3.95
--------------------------
Total                10.85
Cash                 20.00"""
UNNAMED = """                         small    large
Chips                     3.20     4.60
Chips with curry sauce    4.00     5.50
Iced coffee                  -     4.80"""
NAMES = """Anna Holt     Reception    Ground floor
Bo Tan        Archive      Cellar
Mia Falk      Office       Attic"""
UNEVEN = """Ferry       Leaves   Fare
Heron  06:40    4.50   at once
Otter       11:15    6.00"""
SENTENCES = """The mill was sold.  It is empty.  Nobody came
in 1920.  It was 3 storeys high.  Later it burned"""

TABS = """Day\tPlace\tHall\tConcert
Thu 9 May\tWessel\tthe hall of the mill by the river\t19:30
Sat 11 May\tBrakel\t\tnone"""
TABS_OF_WORDS = """Shift\tMonday\tTuesday
early\tAmstad\tBerger
late\tKurz\tVial"""
TABS_OF_FIELDS = """Port: Skerrow\tBerth: Pier\tCargo: salt
ETA: 05:00\tETS: 19:45\tCargo: 12 t
ETA: 06:00\tETS: 20:15\tCargo: 40 t"""
BARS = """Course | Day | Fee
-------+-----+--------
Seahorses of four and five years | Mon | CHF 95
" | Thu | CHF 98
Aqua fitness | Sat | CHF 12"""
BARS_ALIGNED = """ id | name   |  paid
  1 | Heron  |  4.50
  2 | Otter  |"""

FORM = """Port: Skerrow   Berth: Pier   Vessel: MV Hildur
ETA: 05:00      ETS: 19:45    Draught: 5.1 m
Crew: 8         Cargo: 640 t  Waste: 3 t"""


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        (TIMES, "Ferry       Leaves   Fare", 3),
        (UNNAMED, UNNAMED.splitlines()[0], 3),
        (RULED, "Class            Room        Teacher", 3),
        (RIGHT, "Item                 Price", 2),
        (f"Ferries in May\n{TIMES}\nNo ferry on Mondays.", "Ferry       Leaves   Fare", 3),
        (RECEIPT, None, 0),  # the rule is above a sum
        (NAMES, None, 0),  # the first line may be a row
        (UNEVEN, None, 0),
        (SENTENCES, None, 0),
        (FORM, None, 0),  # each cell has its name
        (TABS, "Day\tPlace\tHall\tConcert", 2),
        (TABS_OF_WORDS, None, 0),
        (TABS_OF_FIELDS, None, 0),
        (BARS, "Course | Day | Fee", 3),
        (BARS_ALIGNED, "id | name   |  paid", 2),
        ("Ferry       Leaves   Fare\nHeron       06:40    4.50", None, 0),  # one row
    ],
)
def test_lines_that_are_a_table(text: str, header: str | None, rows: int) -> None:
    lines = list(lines_of(text, 0, len(text)))
    found = list(filter(None, (columns_at(text, lines, at) for at in range(len(lines)))))
    assert [text[slice(*table.header)] for table in found[:1]] == [header] * bool(header)
    assert [len(table.rows) for table in found[:1]] == [rows] * bool(header)


def test_the_rows_of_a_plain_text_know_their_header() -> None:
    document = make_document("d", f"Summer plan\n\n{RULED}\n\nPlease sign up at the desk.")
    rows = [block for block in document.blocks if block.kind == "row"]
    assert [document.text[row.start : row.end].split("  ")[0] for row in rows] == ["Folk", "Tap", "Tango"]
    assert {document.text[slice(*row.lead)] for row in rows if row.lead} == {"Class            Room        Teacher"}
