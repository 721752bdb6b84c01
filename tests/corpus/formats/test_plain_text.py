"""Plain text: headings that only their looks tell, lists, tables, and what page breaks leave behind."""

import pytest

from corpus.canonical import canonical
from corpus.formats import parse
from corpus.prose.blocks import Structure
from corpus.sources import make_document


def read(text: str) -> Structure:
    return parse(text, ".txt")


def blocks(text: str) -> list[tuple[str, str]]:
    """Kind and words of each block."""
    return [(block.kind, text[block.start : block.end]) for block in read(text).blocks]


def hidden(text: str) -> list[str]:
    return [text[start:end] for start, end in read(text).hidden]


@pytest.mark.parametrize(
    ("source", "level", "words"),
    [
        ("Pump P4\n=======", 1, "Pump P4"),
        ("Pump P4\n-------", 2, "Pump P4"),
        ("Pump P4\n~~~~~~~~~", 2, "Pump P4"),
        ("= Pump =", 1, "Pump"),
        ("=== Pump ===", 3, "Pump"),
        ("## Pump ##", 2, "Pump"),
        ("1. Scope of work", 3, "1. Scope of work"),
        ("2.3 Fees", 4, "2.3 Fees"),
        ("§ 4 Notice periods", 3, "§ 4 Notice periods"),
        ("IV. Closing", 3, "IV. Closing"),
        ("Article 7: Leave", 3, "Article 7: Leave"),
        ("SAFETY NOTES", 2, "SAFETY NOTES"),
        ("**Pump**", 9, "Pump"),
    ],
)
def test_headings_of_every_style(source: str, level: int, words: str) -> None:
    text = f"Before it starts.\n\n{source}\n\nAfter."
    _, heading, after = read(text).blocks
    assert (heading.kind, heading.level, text[heading.start : heading.end]) == ("heading", level, words)
    assert (after.kind, text[after.start : after.end]) == ("paragraph", "After.")


@pytest.mark.parametrize(
    "line",
    [
        "1. Scope of work is what the parties agree on, in writing, before any of it begins.",
        "2 Fees fall due on Friday.",
        "NEVER OPEN IT WET!",
        "It opens in 2024",
        "ABC",
        "12 km",
        "Note:",
    ],
)
def test_what_is_no_heading(line: str) -> None:
    assert "heading" not in [kind for kind, _ in blocks(f"Before it starts.\n\n{line}\n\nAfter.")]


def test_the_last_line_of_a_text_is_no_heading() -> None:
    text = "We come on Monday.\n\nANNA BERG"
    assert blocks(text) == [("paragraph", "We come on Monday."), ("paragraph", "ANNA BERG")]


def test_boxes_to_check_are_items() -> None:
    text = "[x] drain the hose (Gus)\n[ ] cover the ticket machine\n[1] is no box."
    assert blocks(text) == [("item", "[x] drain the hose (Gus)"), ("item", text[text.index("[ ]") :])]


def test_numbered_items_between_blank_lines_are_a_list() -> None:
    text = "Steps:\n\n1. Open the valve\n\n2. Close the lid\n\n3. Wait"
    assert blocks(text)[1:] == [("item", "1. Open the valve"), ("item", "2. Close the lid"), ("item", "3. Wait")]


def test_numbered_headings_nest() -> None:
    text = "1. Leave\n\nAll have it.\n\n1.1 Sick leave\n\nTen days.\n\n2. Pay\n\nMonthly."
    sections = make_document("d", text, suffix=".txt").info.sections
    assert [section.path for section in sections] == [("1. Leave",), ("1. Leave", "1.1 Sick leave"), ("2. Pay",)]


def test_lists_are_read_with_what_announces_them() -> None:
    text = "Bring these:\n- a lamp\n- a rope,\n  a long one\n\n• a bell\n(a) a map\n"
    assert blocks(text) == [
        ("paragraph", "Bring these:"),
        ("item", "- a lamp"),
        ("item", "- a rope,\n  a long one"),
        ("item", "• a bell"),
        ("item", "(a) a map"),
    ]
    assert {text[slice(*block.lead)] for block in read(text).blocks if block.lead} == {"Bring these:"}


def test_answers_are_read_with_what_was_asked() -> None:
    text = "MS HALE: Who steered?\nA. Mr Lund did.\n\nMS HALE: And where were you? In bed?\nA. No. Below.\n"
    leads = [text[slice(*block.lead)] for block in read(text).blocks if block.lead]
    assert leads == ["MS HALE: Who steered?", "MS HALE: And where were you? In bed?"]


def test_rows_of_a_table_are_read_with_its_header() -> None:
    text = "Fees:\n| Town | Fee |\n|------|-----|\n| Lund | 4 |\n| Brno | 5 |\n\n| no | header |\n"
    assert blocks(text) == [
        ("paragraph", "Fees:"),
        ("row", "| Lund | 4 |"),
        ("row", "| Brno | 5 |"),
        ("row", "| no | header |"),
    ]
    assert [block.lead and text[slice(*block.lead)] for block in read(text).blocks[1:]] == ["| Town | Fee |"] * 2 + [
        None
    ]


@pytest.mark.parametrize(("border", "below"), [("+----+-------+",) * 2, ("+----+-------+", "|----+-------|")])
def test_the_borders_of_a_table_are_hidden(border: str, below: str) -> None:
    text = f"{border}\n| id | name  |\n{below}\n|  1 | Heron |\n{border}\n|  2 | Otter |\n{border}\n"
    assert blocks(text) == [("row", "|  1 | Heron |"), ("row", "|  2 | Otter |")]
    assert {block.lead and text[slice(*block.lead)] for block in read(text).blocks} == {"| id | name  |"}
    assert blocks(f"{border} is drawn below it.") == [("paragraph", f"{border} is drawn below it.")]


def test_the_header_of_a_table_without_rows_is_text() -> None:
    assert "Town" in "".join(words for _, words in blocks("Fees:\n\n| Town | Fee |\n|---|---|\n"))


def test_a_fence_holds_code_and_no_headings() -> None:
    text = "Run:\n\n~~~\n= all =\nmake it\n~~~\n\nDone."
    assert blocks(text) == [("paragraph", "Run:"), ("code", "= all =\nmake it"), ("paragraph", "Done.")]
    assert hidden(text) == ["~~~", "~~~"]


@pytest.mark.parametrize(
    "line",
    [
        "7",
        "- 7 -",
        "Page 7",
        "page 7 of 30",
        "Seite 7 von 30",
        "7/30",
        "Handbook 2024       Page 7",
        "Anna Berg      2023",
        "Book of works      - 7 -",
        "Book of works      p. 7",
        "7\nBook of works      Page 8",
        "- 7 -\nBook of works      8",
    ],
)
def test_what_a_page_break_leaves_behind_is_hidden(line: str) -> None:
    text = f"The pump must be cleaned after\n\n{line}\n\nevery third day of use."
    assert hidden(text) == line.split("\n")
    first, second = read(text).blocks
    assert [text[block.start : block.end] for block in (first, second)] == text.split(f"\n\n{line}\n\n")
    assert second.lead == (first.start, first.end)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The pump must be cleaned by hand after", "every third day of use."),
        ("The pump must be cleaned by hand, as you did in the", "Weir House last year."),
        ("- The pump must be cleaned by hand, or else,", "Monday or not, it stops."),
    ],
)
def test_a_sentence_that_a_form_feed_cuts_is_one(before: str, after: str) -> None:
    text = canonical(f"{before}\n\n\f{after}")
    (block,) = read(text).blocks
    assert text[block.start : block.end] == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The pump must be cleaned by hand after use.", "every third day it stops."),
        ("The pump must be cleaned by hand after use", "Weir House is near."),
        ("a short line of verse", "another one of them"),
    ],
)
def test_paragraphs_that_do_not_go_on_stay_apart(before: str, after: str) -> None:
    assert len(read(f"{before}\n\n{after}").blocks) == 2


def test_a_running_head_is_hidden_and_the_sentence_around_it_read_as_one() -> None:
    """It has no number of its own; it stands beside the numbers of several pages. A chapter's heading does not."""
    pages = ("Chapter 1\n\nHand it\n\n- 1 -", "to the cook. Go.\n\n- 2 -", "Chapter 2\n\nEnd.")
    text = "\n\n".join(f"HEAD OF ALL\n\n{page}" for page in pages)
    assert hidden(text) == ["HEAD OF ALL", "- 1 -", "HEAD OF ALL", "- 2 -", "HEAD OF ALL"]
    assert [words for _, words in blocks(text)] == ["Chapter 1", "Hand it", "to the cook. Go.", "Chapter 2", "End."]
    led = read(text).blocks[2].lead
    assert led is not None
    assert text[slice(*led)] == "Hand it"


def test_a_head_behind_the_number_of_its_page_is_hidden_where_it_comes_again() -> None:
    text = "Hand it to\n\n12      BOOK OF WORKS\n\nthe cook. He\n\n14      BOOK OF WORKS\n\nis in."
    assert hidden(text) == ["12      BOOK OF WORKS", "14      BOOK OF WORKS"]


@pytest.mark.parametrize("lines", ["12      Pumps of brass", "Soup      320\nBread      210", "12\n15", "8\nSoup"])
def test_figures_are_no_page_break(lines: str) -> None:
    assert hidden(f"We count\n\n{lines}\n\nand no more.") == []


def test_what_a_page_break_cuts_goes_on_with_one_sentence() -> None:
    text = "It rains. Stay in the\n\n- 7 -\n\nhouse till noon."
    led = read(text).blocks[1].lead
    assert led is not None
    assert text[slice(*led)] == "Stay in the"


def test_a_new_sentence_after_a_page_break_stands_by_itself() -> None:
    assert [block.lead for block in read("It rains.\n\nPage 7\n\nIt snows.").blocks] == [None, None]


def test_a_mail_that_another_quotes_is_read_without_its_marks() -> None:
    text = "Nine then.\n\n> Date: 3 May\n>\n> Is it too\n> early? Ann\n>> - boots\n>> - rope\n>\n> > > Bring all.\nBo"
    assert blocks(text) == [
        ("paragraph", "Nine then."),
        ("paragraph", "Date: 3 May"),
        ("paragraph", "Is it too\n> early? Ann"),
        ("item", "- boots"),
        ("item", "- rope"),
        ("paragraph", "Bring all."),
        ("paragraph", "Bo"),
    ]
    assert [words for _, words in blocks("Fares\n> 5 kg: 3 euros\n> 9 kg: none")] == [
        "Fares",
        "> 5 kg: 3 euros",
        "> 9 kg: none",
    ]
    assert blocks("```\n> a\n>> b\n```\n\n```\nc\n```") == [("code", "> a\n>> b"), ("code", "c")]


def test_comments_and_pictures_are_hidden_in_plain_text_too() -> None:
    text = "Fee: 4. <!-- was 9 --> End.\n\ndata:image/png;base64,iVBORw0KGgo=\n"
    assert hidden(text) == ["<!-- was 9 -->", "data:image/png;base64,iVBORw0KGgo="]
    assert [words for _, words in blocks(text)] == ["Fee: 4.", "End."]


def test_the_format_of_an_unknown_text_is_told_by_its_signs() -> None:
    assert [block.kind for block in parse("x\n\n    code\n\n## Head\n\ny", None).blocks][1] == "code"
    assert [block.kind for block in parse("x\n\n    code\n\nHEAD HERE\n\ny", None).blocks] == [
        "paragraph",
        "paragraph",
        "heading",
        "paragraph",
    ]
