"""Lines that are headings by their looks alone."""

import pytest

from corpus.formats import read
from corpus.making import document_of, make_document


@pytest.mark.parametrize(
    "line", ["Minutes of the spring meeting", "Lending rules 2021", "PRICE BOARD", "第三医院指南", "Annex to the hire"]
)
def test_the_first_line_alone_is_the_title(line: str) -> None:
    document = make_document("notes.txt", f"{line}\n\nThe fee is 5 crowns.\n\nFees\n\nNone.")
    assert (document.info.title, document.info.sections[0].path) == (line, ())


@pytest.mark.parametrize(
    "line",
    [
        "Hi all", "Dear Sir or Madam", "We are closed on Mondays", "Lamps: three", "It rains. Stay in the",
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


TABLE = "| to | leaves |\n|---|---|\n| Orm | 9:30 |\n| Tarn | 9:50 |\n"


@pytest.mark.parametrize("caption", ["Table 1: Summer", "In summer:", "*Summer timetable*"])
def test_a_line_above_a_table_is_the_heading_of_its_rows(caption: str) -> None:
    text = (
        f"# Boats\n\nAll year.\n\n{caption}\n\n{TABLE}\nIn winter:\n\n{TABLE}\nTickets on board.\n\n## Dogs\n\nFree.\n"
    )
    document = make_document("boats", text, suffix=".md")
    paths = [section.path for section in document.info.sections]
    assert paths == [(), (caption,), ("In winter:",), (), ("Dogs",)]
    for section, path in zip(document.info.sections, paths, strict=True):
        assert document.text[section.start :].startswith("| Orm") is bool(path and path != ("Dogs",))


def test_a_table_without_a_line_above_it_has_no_part_in_the_one_before() -> None:
    document = make_document("boats", f"# Boats\n\nSummer:\n\n{TABLE}\n{TABLE.replace('Orm', 'Hollin')}", suffix=".md")
    first, second = document.info.sections
    assert (first.path, second.path) == (("Summer:",), ())
    assert document.text[second.start :].startswith("| Hollin")


@pytest.mark.parametrize("line", ["Boats leave as follows.", "When do they leave?", "One line\nand another", "x" * 130])
def test_a_sentence_above_a_table_is_text(line: str) -> None:
    document = make_document("boats", f"# Boats\n\n{line}\n\n{TABLE}", suffix=".md")
    assert [section.path for section in document.info.sections] == [()]


def test_what_stands_above_a_table_of_a_page_is_its_heading() -> None:
    rows = "<tr><th>to</th><th>at</th></tr><tr><td>Orm</td><td>9</td></tr>"
    page = f"<h1>Boats</h1><p>Daily.</p><table><caption>Summer</caption>{rows}</table>"
    sections = document_of("boats", read(page.encode(), ".html")).info.sections
    assert [section.path for section in sections] == [(), ("Summer",)]


FORM = "Part A - Applicant\nName: Mirela\nTown: Weldby\n\nPart B - Stall\nGoods: candles\nWidth: 3 m\n\nThank you.\n"
LISTS = "Bring these things.\n\nRequired\n  - a torch\n  - boots\n\nLeave at home\n\n  - sweets\n\nThe coach waits.\n"


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        (FORM, {"Part A - Applicant": "Name: Mirela", "Part B - Stall": "Goods: candles", "": "Thank you."}),
        (LISTS, {"Required": "- a torch", "Leave at home": "- sweets", "": "The coach waits."}),
        (
            "SINGLE\nAdults ..... 5.80\nDogs ..... 2\n\nSEASON\nAdults ..... 90\nDogs ..... 9\n",
            {"SINGLE": "Ad", "SEASON": "Ad"},
        ),
        ("Opening hours\nMonday: 9 to 5\nSunday: closed\n", {"Opening hours": "Monday: 9 to 5"}),
    ],
)
def test_a_line_above_a_form_or_a_list_is_the_heading_of_that_alone(text: str, sections: dict[str, str]) -> None:
    document = make_document("d", text)
    found = {" ".join(section.path): document.text[section.start :] for section in document.info.sections}
    assert found.keys() == sections.keys()
    for path, begins in sections.items():
        assert found[path].startswith(begins)


@pytest.mark.parametrize(
    "text",
    [
        "You need a torch.\n\n- a torch\n- boots\n",
        "What you need:\n\n- a torch\n- boots\n",
        "It is best to bring\n\n- a torch\n- boots\n",
        "Things that you take with you on each walk\n\n- a torch\n- boots\n",
        "Ann: hello\nBo: I am here\nAnn: fine\n",
        "We met here\nand stayed long\nName: Ada\n",
        "Designation ........ Butter churn\nMaker ......... Halvard Stene\n",
    ],
)
def test_what_says_something_above_a_form_or_a_list_is_text(text: str) -> None:
    assert [section.path for section in make_document("d", text).info.sections] == [()]


THREAD = """# Ticket 8

**Ewa** · 2 June, 08:14

Do I have to type it all in again?

**Kofi (Support)** · 3 June, 13:20

No need.

Load the file.
"""
LETTERS = "Hythe, 3 March 1931\n\nDear Miss Holm,\n\nCome in May.\n\nBergen, 19th March\n\nIt is too far.\n"
VERSIONS = "2.4.0 (released 21 Jan 2026)\n\n- Covers.\n\n2.3.2 (9 Oct 2025)\n\n- Renewals.\n"


@pytest.mark.parametrize(
    ("text", "suffix", "sections"),
    [
        (THREAD, ".md", {"**Ewa** · 2 June, 08:14": "Do I", "**Kofi (Support)** · 3 June, 13:20": "No need."}),
        (LETTERS, ".txt", {"Hythe, 3 March 1931": "Dear Miss", "Bergen, 19th March": "It is too far."}),
        (VERSIONS, ".txt", {"2.4.0 (released 21 Jan 2026)": "- Covers.", "2.3.2 (9 Oct 2025)": "- Renewals."}),
        (THREAD.replace("3 June, 13:20", "later"), ".md", {"": "**Ewa**"}),  # only one line is dated
        ("Next: 3 May\n\nA fair.\n\nLast: 4 May\n\nA race.\n", ".txt", {"": "Next: 3 May"}),
        ("It began on 3 May 2020.\n\nA fair.\n\nIt ended on 4 May.\n\nA race.\n", ".txt", {"": "It began"}),
    ],
)
def test_lines_that_end_with_a_day_or_a_time_are_headings(text: str, suffix: str, sections: dict[str, str]) -> None:
    document = make_document("d", text, suffix=suffix)
    found = {" ".join(each.path): document.text[each.start :] for each in document.info.sections}
    assert found.keys() == sections.keys()
    assert all(found[path].startswith(begins) for path, begins in sections.items())


def test_a_post_is_read_with_the_question_that_the_one_before_ends_with() -> None:
    document = make_document("d", THREAD, suffix=".md")
    leads = {document.text[b.start : b.end]: b.lead and document.text[slice(*b.lead)] for b in document.blocks}
    assert leads["No need."] == "Do I have to type it all in again?"
    assert leads["Load the file."] is None
