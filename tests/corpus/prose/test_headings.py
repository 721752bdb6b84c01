"""Lines that are headings by their looks alone."""

import pytest

from corpus.sources import make_document


@pytest.mark.parametrize(
    "line", ["Minutes of the spring meeting", "Lending rules 2021", "PRICE BOARD", "第三医院指南", "Annex to the hire"]
)
def test_the_first_line_alone_is_the_title(line: str) -> None:
    document = make_document("notes.txt", f"{line}\n\nThe fee is 5 crowns.\n\nFees\n\nNone.")
    assert (document.info.title, document.info.sections[0].path) == (line, ())


@pytest.mark.parametrize(
    "line",
    [
        "Hi all", "Dear Sir or Madam", "We are closed on Mondays", "Subject: lamps", "It rains. Stay in the",
        "12 May 2024", "the boats leave at nine", "- boats", "| Boat | Fee |", "三楼是体检中心。",
    ],
)  # fmt: skip
def test_a_first_line_that_says_something_is_text(line: str) -> None:
    document = make_document("notes.txt", f"{line}\n\nHouse and harbour open at nine.")
    assert document.info.title == "notes"
    assert document.info.sections[0].start == 0


def test_a_first_line_that_goes_on_is_text() -> None:
    assert make_document("notes.txt", "Stay in the\n\nhouse till noon.").info.title == "notes"


def test_the_first_of_several_headings_in_capitals_is_no_title() -> None:
    document = make_document("notes.txt", "BOARDING\n\nBe early.\n\nFEES\n\nTen crowns.")
    assert [section.path for section in document.info.sections] == [("BOARDING",), ("FEES",)]
