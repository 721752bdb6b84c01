"""PDF as programs write it: drawn tables, bullets of symbol fonts, turned pages, breaks within sentences and tables."""

import time
from collections.abc import Sequence

from corpus.formats.pdf import read
from tests.corpus.samples import Drawn, Words, blocks_of, lines, pdf, places_of

INTRODUCTION = lines(60, 780, "The prices of this year are in the table that stands below this line of text,")


def grid(left: float, edges: Sequence[float], right: float, columns: Sequence[float] = ()) -> list[Drawn]:
    """Lines from `left` to `right` at these heights, and upright ones at `columns`."""
    level = [Drawn(left, y, right - left, 0.5) for y in edges]
    return [*level, *(Drawn(x, min(edges), 0.5, max(edges) - min(edges)) for x in columns)]


def test_lines_of_a_cell_are_one_row_where_rows_are_parted_by_drawn_lines() -> None:
    page = [*INTRODUCTION, Words(60, 740, "Stretch", bold=True), Words(220, 740, "Day", bold=True)]
    page += [Words(320, 740, "Night", bold=True)]
    for top, first, second in ((720, "Pellow Weir to", "Mill Lock"), (690, "Mill Lock to Tarn", "Island")):
        page += [*lines(60, top, first, second), Words(220, top, "8 knots"), Words(320, top, "5 knots")]
    drawn = grid(55, (755, 734, 701, 671), 400)
    assert blocks_of(read(pdf([[*page, *drawn]])))[1:] == [
        ("row", 0, "Pellow Weir to Mill Lock\t8 knots\t5 knots", "Stretch\tDay\tNight"),
        ("row", 0, "Mill Lock to Tarn Island\t8 knots\t5 knots", "Stretch\tDay\tNight"),
    ]


def test_few_lines_between_many_rows_do_not_make_them_one() -> None:
    page = [*INTRODUCTION]
    names = ("Item", "Bolt", "Nut", "Screw", "Nail", "Sum")
    for number, name in enumerate(names):
        page += [Words(x, 740 - 14 * number, words) for x, words in ((60, name), (220, f"{number}.20"))]
    rows = blocks_of(read(pdf([[*page, *grid(55, (752, 736, 680, 665), 300)]])))[1:]
    assert [text.split("\t")[0] for _, _, text, _ in rows][-5:] == ["Bolt", "Nut", "Screw", "Nail", "Sum"]


def test_an_upright_line_parts_cells_that_stand_close() -> None:
    page = [*INTRODUCTION]
    cells = [("Course", "Teacher", "Room"), ("Glass blowing on", "Ann Vale", "2"), ("Pottery", "Tom Oxley", "4")]
    for number, row in enumerate(cells):
        second = 148 if number else 170  # the header is centred
        page += [Words(x, 740 - 20 * number, words) for x, words in zip((60, second, 300), row, strict=True)]
    # Without the line the first two cells of the second row would be one.
    drawn = grid(55, (755, 734, 714, 694), 400, (55, 144.5, 295, 400))
    assert blocks_of(read(pdf([[*page, *drawn]])))[1:] == [
        ("row", 0, "Glass blowing on\tAnn Vale\t2", "Course\tTeacher\tRoom"),
        ("row", 0, "Pottery\tTom Oxley\t4", "Course\tTeacher\tRoom"),
    ]


def test_long_cells_side_by_side_are_no_columns_of_prose() -> None:
    page: list[Words | Drawn] = []
    for number in range(4):
        top = 740 - 40 * number
        page += lines(60, top, f"The question number {number} of", "those who write to us")
        page += lines(320, top, f"Its answer number {number} is in", "this line and the next")
    page += grid(55, (755, 715, 675, 635, 595), 500, (55, 315, 500))
    assert blocks_of(read(pdf([page])))[0][2] == (
        "The question number 0 of those who write to us\tIts answer number 0 is in this line and the next"
    )


def rows(top: float, *cells: tuple[str, ...], bold: bool = False) -> list[Words]:
    return [
        Words(x, top - 20 * number, words, bold=bold and not number)
        for number, row in enumerate(cells)
        for x, words in zip((60, 220, 340), row, strict=True)
        if words
    ]


HEAD = ("Item", "Price", "Stock")


def test_a_table_that_goes_on_over_the_page_keeps_its_header_and_has_both_pages() -> None:
    first = [*lines(60, 740, "The prices:"), *rows(100, HEAD, ("Bolt", "3.20", "9"), ("Nut", "1.10", "7"), bold=True)]
    repeated = rows(780, HEAD, ("Screw", "0.40", "80"), bold=True)
    once = [*rows(780, ("Screw", "0.40", "80")), *lines(60, 700, "All prices are in euros, and they hold for a year.")]
    for second in (repeated, once):
        parsed = read(pdf([first, second]))
        assert ("row", 0, "Screw\t0.40\t80", "Item\tPrice\tStock") in blocks_of(parsed)
        assert parsed.text.count("Price\t") == 1
        assert (2, "page 2", "Screw\t0.40\t80") in places_of(parsed)


def test_a_heading_below_a_table_that_ends_a_page_is_no_row_of_it() -> None:
    first = [*lines(60, 740, "The prices:"), *rows(100, HEAD, ("Bolt", "3.20", "9"), ("Nut", "1.10", "7"))]
    second = [Words(60, 780, "Wages", bold=True), *rows(740, ("Name", "Pay", "From"), ("Ann", "12.00", "May"))]
    assert ("heading", 9, "Wages", "") in blocks_of(read(pdf([first, second])))


def test_bullets_beside_words_that_cross_the_gap_of_a_table() -> None:
    items = ("\\267 Boats go back on their own rack, bow towards the water, and oars", "\\267 Damage is written down")
    page = [*INTRODUCTION]
    for number, item in enumerate(items):
        bullet, words = item.split(" ", 1)
        page += [Words(60, 740.5 - 14 * number, bullet, 6), Words(78, 740 - 14 * number, f"{words} on the same day.")]
    page += rows(600, HEAD, *((f"Bolt {number}", f"{number}.20", "9") for number in range(6)))
    found = [text for kind, _, text, _ in blocks_of(read(pdf([page]))) if kind == "item"]
    assert [text.split()[:3] for text in found] == [["·", "Boats", "go"], ["·", "Damage", "is"]]


def test_a_turned_page_is_read_as_it_is_shown() -> None:
    upright = [
        Words(60 + 14 * number, 80, f"Line {number} of a page that is shown turned.", turn="0 1 -1 0")
        for number in range(3)
    ]
    text = read(pdf([upright], page_options="/Rotate 90")).text
    assert text.replace("\n", " ").split("turned.")[:3] == [
        f"{' ' * (number > 0)}Line {number} of a page that is shown " for number in range(3)
    ]


def test_a_sentence_that_a_page_break_cuts_is_one() -> None:
    first = lines(60, 100, "The home stretch begins at the weir and goes on along the meadows to the")
    second = lines(60, 780, "Customs Bridge, where the harbour begins.")
    parsed = read(pdf([first, second]))
    assert blocks_of(parsed)[0][2].endswith("along the meadows to the Customs Bridge, where the harbour begins.")
    assert places_of(parsed)[1][2].startswith("Customs Bridge")
    whole = lines(60, 100, "The home stretch begins at the weir and goes on along the meadows.")
    assert len(blocks_of(read(pdf([whole, second])))) == 2


def test_a_line_ends_a_paragraph_only_where_the_next_word_had_room() -> None:
    # The word that begins the second line is far wider than the others of its line.
    first = "it is in all of it as far as it is of it in it, is it not, if it is of it all, or it is"
    page = lines(60, 700, first[:-24], "WHATEVERMAYBE, it is in it, if it is not in all of it, if it is of it all, or")
    assert len(blocks_of(read(pdf([page])))) == 1


def test_items_whose_bullets_are_drawn() -> None:
    items = ("Bags that are larger than a sheet of paper stay here.", "Photographs are welcome.", "Dogs wait outside.")
    page = [*lines(60, 700, "Rules of the house for all of those who come here."), *lines(80, 680, *items)]
    second = [Words(100, 638, "Not in the courtyard.")]
    bullets = [Drawn(70, 682 - 14 * number, 3.5, 3.5) for number in range(3)] + [Drawn(90, 640, 3.5, 3.5)]
    assert [(kind, level, text) for kind, level, text, _ in blocks_of(read(pdf([[*page, *second, *bullets]])))][1:] == [
        *(("item", 1, item) for item in items),
        ("item", 2, "Not in the courtyard."),
    ]


def test_boxes_around_cells_part_them() -> None:
    page: list[Words | Drawn] = [*INTRODUCTION]
    cells = [("Kind of it", "Price", "For"), ("One adult", "14 euros", "one person"), ("A family", "29 euros", "all")]
    for number, row in enumerate(cells):
        second = 115 + 3 * number  # each row has its cells elsewhere
        for (x, width), words in zip(((60, second - 61), (second, 49), (second + 51, 90)), row, strict=True):
            page += [Words(x, 740 - 18 * number, words), Drawn(x - 2, 736 - 18 * number, width, 16)]
    assert [text for kind, _, text, _ in blocks_of(read(pdf([page]))) if kind == "row"] == [
        "One adult\t14 euros\tone person",
        "A family\t29 euros\tall",
    ]


def test_cells_of_a_header_that_stand_at_different_heights_are_one_row() -> None:
    page: list[Words | Drawn] = [*INTRODUCTION, *lines(200, 741, "Rate for each", "metre", bold=True)]
    page += [*lines(275, 741, "Charge for each", "year", bold=True), Words(60, 734, "Pontoon", bold=True)]
    for number, row in enumerate((("A", "412", "3,296"), ("B", "368", "2,576"))):
        page += [Words(x, 700 - 20 * number, words) for x, words in zip((60, 200, 275), row, strict=True)]
    page += grid(55, (757, 717, 694, 674), 400, (55, 195, 271, 400))
    assert blocks_of(read(pdf([page])))[1:] == [
        ("row", 0, "A\t412\t3,296", "Pontoon\tRate for each metre\tCharge for each year"),
        ("row", 0, "B\t368\t2,576", "Pontoon\tRate for each metre\tCharge for each year"),
    ]


def test_a_header_that_is_alone_on_its_page_is_that_of_the_rows_on_the_next() -> None:
    columns = (55, 215, 335, 450)
    first: list[Words | Drawn] = [*INTRODUCTION, *rows(60, HEAD, bold=True), *grid(55, (74, 54), 450, columns)]
    second: list[Words | Drawn] = [*rows(780, ("Bolt", "3.20", "9"), ("Nut", "1.10", "7"))]
    second += grid(55, (794, 774, 754), 450, columns)
    assert blocks_of(read(pdf([first, second])))[1:] == [
        ("row", 0, "Bolt\t3.20\t9", "Item\tPrice\tStock"),
        ("row", 0, "Nut\t1.10\t7", "Item\tPrice\tStock"),
    ]


def test_a_number_that_begins_a_line_in_mid_sentence_is_no_mark() -> None:
    page = lines(
        60,
        700,
        "The line of the office is open on weekdays from eight to six and on Saturdays from nine to",
        "13. Those who write get a reply within two days.",
    )
    page += lines(60, 660, "(A) The trust runs six schools in the valley and in the hills around it with about in all")
    page += lines(60, 646, "2,350 pupils.", "(B) The caterer was chosen.")
    assert [text.split()[0] for _, _, text, _ in blocks_of(read(pdf([page])))] == ["The", "(A)", "(B)"]


def test_a_title_of_two_lines_is_one_whatever_begins_the_second() -> None:
    text = lines(60, 600, "This text has letters of a usual height, as most of a page has them.", "It goes on.")
    for second, title in (("37", "Notes of the meeting 37"), ("– a guide", "Notes of the meeting – a guide")):
        pages = [[*lines(60, 780, "Notes of the meeting", second, size=24, pitch=28), *text]]
        assert blocks_of(read(pdf([*pages, lines(60, 500, "Another page with words of its own.")])))[0][2] == title


def test_a_heading_keeps_the_hyphen_of_a_line_end_and_no_space() -> None:
    text = lines(60, 600, "This text has letters of a usual height, as most of a page has them.")
    page = [*lines(60, 780, "Naps of the Night-", "Shift", size=24, pitch=28), *text]
    assert blocks_of(read(pdf([page])))[0][2] == "Naps of the Night-Shift"


def test_words_below_the_frame_of_a_table_are_no_row() -> None:
    page = [*INTRODUCTION, *rows(740, HEAD, ("Bolt", "3.20", "9"), ("Nut", "1.10", "7"))]
    below = [Words(60, 686, "Members get ten per cent off"), Words(220, 686, "and the others get nothing off.")]
    drawn = grid(55, (754, 734, 714, 697), 450, (55, 215, 335, 450))
    assert [kind for kind, *_ in blocks_of(read(pdf([[*page, *below, *drawn]])))] == [
        "paragraph",
        "row",
        "row",
        "paragraph",
    ]


def test_a_page_that_is_a_drawing_takes_no_longer_than_one_that_is_not() -> None:
    strokes = [Drawn(40 + number % 500, 100 + number % 700, 0.5, 9) for number in range(200_000)]
    page = lines(60, 780, *(f"Line {number} of a page full of words, drawn over and over." for number in range(50)))
    started = time.perf_counter()
    assert "Line 49 of a page" in read(pdf([[*page, *strokes]])).text
    assert time.perf_counter() - started < 3
