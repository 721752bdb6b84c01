"""PDF: reading order, paragraphs, headings, tables, running lines, pages; and what is refused."""

import time

import pytest

from corpus.errors import CorpusError
from corpus.formats.pdf import read
from corpus.reading.isolation import Parsers
from tests.corpus.samples import Words, blocks_of, lines, pdf, places_of

LEFT = lines(
    60,
    700,
    "The left column begins with this line of",
    "text and goes on with another line that",
    "fills it, and with one more before it ends",
    "in the middle of a sentence that is well-",
    "known.",
    "A second paragraph of the left one fills",
    "the lines to the end of the page and then",
)
RIGHT = lines(
    320,
    700,
    "goes on at the top of the right column",
    "where it ends.",
    "The right column has its own paragraph",
    "with words that nobody needs to read at",
    "all, but that make lines of a usual kind,",
    "so that it looks like a column of prose",
    "to whoever reads it.",
)


def test_paragraphs_are_put_together_again() -> None:
    page = lines(
        60,
        700,
        "Every employee gets twenty-five days of leave in each year of work,",
        "and those who have been here for ten years get thirty.",
        "The rest is written in the contract that each of them has signed be-",
        "fore the first day.",
    )
    assert blocks_of(read(pdf([page]))) == [
        (
            "paragraph",
            0,
            "Every employee gets twenty-five days of leave in each year of work, "
            "and those who have been here for ten years get thirty.",
            "",
        ),
        (
            "paragraph",
            0,
            "The rest is written in the contract that each of them has signed be-\nfore the first day.",
            "",
        ),
    ]


def test_columns_are_read_one_after_the_other() -> None:
    title = [Words(60, 760, "A long title over both of the columns of the page", 16)]
    kinds = blocks_of(read(pdf([[*title, *LEFT, *RIGHT]])))
    assert [kind for kind, *_ in kinds] == ["heading", "paragraph", "paragraph", "paragraph"]
    assert kinds[1][2].endswith("well-\nknown.")
    assert kinds[2][2].endswith("of the page and then goes on at the top of the right column where it ends.")


def test_the_order_in_the_file_does_not_matter() -> None:
    rows = [words for pair in zip(LEFT, RIGHT, strict=True) for words in pair]
    assert read(pdf([rows])).text == read(pdf([[*LEFT, *RIGHT]])).text


def test_headings_by_size_and_by_weight() -> None:
    page = [
        Words(60, 780, "Handbook", 24),
        Words(60, 740, "Leave", 16),
        Words(60, 715, "You get twenty-five days of leave in a year, as everyone else here."),
        Words(60, 690, "Sick leave", bold=True),
        Words(60, 670, "Call us in the morning, before the others begin to work."),
        Words(60, 630, "Pay", 16),
        Words(60, 605, "It comes at the end of the month, and never later than that day."),
    ]
    assert [(kind, level, text) for kind, level, text, _ in blocks_of(read(pdf([page]))) if kind == "heading"] == [
        ("heading", 1, "Handbook"),
        ("heading", 2, "Leave"),
        ("heading", 9, "Sick leave"),
        ("heading", 2, "Pay"),
    ]


def test_lists() -> None:
    page = lines(60, 700, "We need the following things from you:")
    page += lines(
        75, 685, "• a laptop with a long description that goes on over the end of", "  the line,", "• a phone,"
    )
    assert blocks_of(read(pdf([page]))) == [
        ("paragraph", 0, "We need the following things from you:", ""),
        (
            "item",
            1,
            "• a laptop with a long description that goes on over the end of the line,",
            "We need the following things from you:",
        ),
        ("item", 1, "• a phone,", "We need the following things from you:"),
    ]


def test_tables() -> None:
    table = [
        ("Item", "Price", "In stock"),
        ("Bolt M4", "3.20", "9"),
        ("Nut M4 made of", "1.10", "7"),
        ("brass", "", ""),
    ]
    page = lines(60, 740, "The prices of this year are in the table below this line of text.")
    for number, row in enumerate(table):
        y = 700 - 20 * number + (7 if number == 3 else 0)  # the last line goes on with the row above it
        page += [Words(x, y, words) for x, words in zip((60, 220, 340), row, strict=True) if words]
    assert blocks_of(read(pdf([page])))[1:] == [
        ("row", 0, "Bolt M4\t3.20\t9", "Item\tPrice\tIn stock"),
        ("row", 0, "Nut M4 made of brass\t1.10\t7", "Item\tPrice\tIn stock"),
    ]


def test_running_lines_are_left_out_and_pages_are_anchors() -> None:
    pages = []
    for number in range(1, 6):
        text = f"Page {number} says something of its own that no other page says, and then"
        rest = f"goes on with a second line about subject {number} until it ends here."
        pages.append(
            [Words(60, 800, "Acme Handbook 2026"), *lines(60, 700, text, rest), Words(290, 40, f"- {number} -")]
        )
    parsed = read(pdf(pages))
    assert "Handbook" not in parsed.text
    assert "- 3 -" not in parsed.text
    assert [(page, label) for page, label, _ in places_of(parsed)] == [(n, f"page {n}") for n in range(1, 6)]
    assert all(line.startswith(f"Page {page} says") for page, _, line in places_of(parsed))


def test_a_paragraph_that_goes_on_over_the_page_has_both_pages_and_no_footnote_in_it() -> None:
    first = lines(
        60,
        200,
        "The contract ends when one of the two sides says so in writing1 and when",
        "a month has passed since then, but not before the end of the year and not",
    )
    note = lines(60, 60, "1 A message by mail is enough.", size=8)
    second = lines(60, 780, "after the end of the one that follows it.")
    parsed = read(pdf([[*first, *note], second]))
    kinds = blocks_of(parsed)
    assert kinds[0][2].endswith("end of the year and not after the end of the one that follows it.")
    assert kinds[1][2] == "1 A message by mail is enough."
    assert [(page, line[:12]) for page, _, line in places_of(parsed)] == [
        (1, "The contract"),
        (2, "after the en"),
        (1, "1 A message "),
    ]


def test_properties() -> None:
    info = "<< /Author (Ann) /Title (Plan) /CreationDate (D:20260102030405Z) >>"
    parsed = read(pdf([lines(60, 700, "Words.")], "/Info 7 0 R", extra=info))
    assert parsed.structure.metadata == {"author": "Ann", "title": "Plan", "created": "2026-01-02"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pdf([[], []]), "has no text, only pictures of 2 pages: recognise its text first"),
        (
            pdf(
                [[]],
                "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O ("
                + "o" * 32
                + ") /U ("
                + "u" * 32
                + ") >> /ID [(a) (a)]",
            ),
            "is encrypted: save it without a password",
        ),
        (b"no PDF at all", "is damaged"),
        (b"", "is damaged"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read(data)


def test_pages_that_hold_themselves_end_as_a_refusal() -> None:
    with Parsers() as parsers, pytest.raises(CorpusError):
        parsers.read(".pdf", pdf([[]], kids="2 0 R 2 0 R"))


def test_three_hundred_pages_are_read_whole_and_in_bounded_time() -> None:
    page = lines(
        60,
        780,
        *(f"Line {number} of a page full of words about policy and risk, as they are written." for number in range(50)),
    )
    data = pdf([page] * 300)
    started = time.perf_counter()
    assert len(read(data).text) > 1_000_000
    assert time.perf_counter() - started < 60  # it takes two seconds; other work may hold it up


def test_cells_that_stand_close_are_cut_where_the_other_rows_have_their_columns() -> None:
    rows = [("Course", "Fee"), ("Pottery", "120 euros"), ("Glass blowing", "310 euros")]
    page = lines(60, 760, "The fees of this year are due in advance, as in the years before it.")
    for number, row in enumerate(rows):
        page += [Words(x, 700 - 16 * number, words) for x, words in zip((60, 131), row, strict=True)]
    assert blocks_of(read(pdf([page])))[-1] == ("row", 0, "Glass blowing\t310 euros", "Course\tFee")


def test_a_definition_is_read_with_its_term() -> None:
    page = lines(60, 760, "The words that this contract uses mean the following things in all of it:")
    page += [Words(60, 700, "Charter day"), Words(90, 686, "A day from 9 a.m. to 9 a.m.")]
    page += [Words(60, 672, "Off-season"), Words(90, 658, "October to March.")]
    assert [text for _, _, text, _ in blocks_of(read(pdf([page])))][1:] == [
        "Charter day\nA day from 9 a.m. to 9 a.m.",
        "Off-season\nOctober to March.",
    ]
