"""What stands below what: nested items, the points of an agenda, rows that leave their first cell to the one above."""

import pytest

from corpus.documents import Passage
from corpus.formats import read
from corpus.making import document_of, make_document
from corpus.passages import Chunking, split
from corpus.prose.nesting import above, cells_read, row_text, stand_below
from tests.corpus.test_passages import count_words

LIST = """
- Managing director: Ada Voss
  - Warehouse: Hilde Brandt
    - Day shift: Sami Okoro
      and his brother
    - Night shift: Ilse Marrow
  - Gate: Dunja Reiter
- Staff posts
  - Doctor: Elling
"""
AGENDA = """
19:00   1  Opening
          1.1 Apologies
19:15   2  Finance
          2.1 Accounts
          2.2 Grant to the band
"""
ROWS = "| Drive | Size | Summer |\n|---|---|---|\n"
HIRE = ROWS + '| Petrol | small | 97 |\n| | large | 163 |\n| Electric | small | 85 |\n| " | large | 139 |\n'


def passages_of(text: str, suffix: str = ".md", **bounds: int) -> list[Passage]:
    return split(make_document("d", text, suffix=suffix), Chunking(**bounds), 254, count_words)


TITLED = ROWS + "| **Motor** | | |\n| Heron | | 97 |\n| Otter | large | 163 |\n| Rowing |\n| Wren | small | |\n"


@pytest.mark.parametrize(
    ("text", "suffix", "below"),
    [
        (LIST, ".md", [None, 0, 1, 1, 0, None, 5]),
        (LIST, ".txt", [None, 0, 1, 1, 0, None, 5]),
        (AGENDA, ".txt", [None, 0, None, 2, 2]),
        (HIRE, ".md", [None, 0, None, 2]),
        (TITLED, ".md", [None, 0, 0, None, 3]),
        (" 1. Sweep.\n 2. Stack.\n", ".txt", [None, None]),
        ("  - pillow\n  - helmets\n", ".txt", [None, None]),
    ],
)
def test_what_each_sentence_stands_below(text: str, suffix: str, below: list[int | None]) -> None:
    (passage,) = passages_of(text, suffix)
    assert stand_below(passage) == below


def test_those_above_come_nearest_first() -> None:
    (passage,) = passages_of(LIST)
    assert list(above(stand_below(passage), 3)) == [1, 0]


def test_a_row_is_read_with_the_cells_that_it_leaves_to_its_group() -> None:
    (passage,) = passages_of(HIRE)
    for number, words in ((1, ["Petrol", "large", "163"]), (3, ["Electric", "large", "139"])):
        cells = cells_read(passage, number)
        assert [cell for _, cell, _ in cells] == words
        assert [name for name, _, _ in cells] == ["Drive", "Size", "Summer"]
        assert all(passage.text.startswith(cell, at) for _, cell, at in cells)


def test_a_row_is_read_with_its_title() -> None:
    (passage,) = passages_of(TITLED)
    assert [(name, cell) for name, cell, _ in cells_read(passage, 1)] == [
        ("", "**Motor**"),
        ("Drive", "Heron"),
        ("Summer", "97"),
    ]
    assert [cell for _, cell, _ in cells_read(passage, 4)] == ["Rowing", "Wren", "small"]
    assert [cell for _, cell, _ in cells_read(passage, 0)] == ["**Motor**"]


@pytest.mark.parametrize("rows", [3, 30])
def test_no_passage_ends_with_a_title(rows: int) -> None:
    groups = "".join(f"| Boats {name} | | |\n" + f"| {name} | small | 20 |\n" * rows for name in "ABCD")
    for passage in passages_of(ROWS + groups, max_tokens=60, min_tokens=1):
        assert not passage.sentence_texts[-1].startswith("| Boats")


def test_empty_cells_of_a_page_are_of_the_group_too() -> None:
    rows = [["Drive", "Size"], ["Petrol", "small"], ["", "large"], ["Electric", "small"]]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    page = f"<table>{cells.replace('td>', 'th>', 4)}</table>"
    (passage,) = split(document_of("d", read(page.encode(), ".html")), Chunking(), 254, count_words)
    assert stand_below(passage) == [None, 0, None]
    assert [cell for _, cell, _ in cells_read(passage, 1)] == ["Petrol", "large"]
    assert [row_text(passage, number) for number in range(3)] == ["Petrol\tsmall", "\tlarge", "Electric\tsmall"]


@pytest.mark.parametrize("rows", [2, 5])
def test_a_passage_begins_with_a_row_that_names_its_group(rows: int) -> None:
    groups = "".join(f"| Boat {name} | 1 | 10 |\n" + f"| | {name} | 20 |\n" * rows for name in "ABCD")
    for passage in passages_of(ROWS + groups, max_tokens=60, min_tokens=1):
        assert passage.text_at(passage.sentences[0]).startswith("| Boat")
        assert stand_below(passage) == [None, *[0] * rows]
