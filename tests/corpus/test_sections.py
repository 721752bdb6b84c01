"""Headings, sections and blocks, and what holds for them in any text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.documents import Block, Section
from corpus.formats import parse
from corpus.prose.blocks import trim
from corpus.sections import find_sections

CENTRE = Path(__file__).parents[2] / "corpus" / "texts" / "unicri-centre.txt"


def outline(text: str) -> tuple[str | None, tuple[Section, ...]]:
    """Title and sections of a text of unknown format."""
    return find_sections(text, parse(text, None).blocks)


def bodies(text: str) -> list[tuple[tuple[str, ...], str]]:
    return [(s.path, text[s.start : s.end]) for s in outline(text)[1]]


def paragraphs(text: str) -> list[str]:
    return [text[block.start : block.end] for block in parse(text, None).blocks]


def test_title_is_no_part_of_any_path() -> None:
    text = "= Title =\nintro\n== A ==\na\n=== B ===\n\nb\n\n== C ==\nc\n"
    assert outline(text)[0] == "Title"
    assert bodies(text) == [((), "intro"), (("A",), "a"), (("A", "B"), "b"), (("C",), "c")]


def test_markdown_headings() -> None:
    text = "# Title #\n\n## C#\nsharp\n### Deep ###\nd\n# Second\ns\n####### seven\n#none"
    assert outline(text)[0] == "Title"
    assert bodies(text) == [
        (("C#",), "sharp"),
        (("C#", "Deep"), "d"),
        (("Second",), "s\n####### seven\n#none"),
    ]


def test_a_level_one_heading_after_text_is_no_title() -> None:
    assert outline("before\n# Heading\nafter")[0] is None
    assert bodies("before\n# Heading\nafter") == [((), "before"), (("Heading",), "after")]


def test_no_headings_is_one_section_with_an_empty_path() -> None:
    assert outline("  plain\n\ntext \n") == (None, (Section((), 2, 13),))


def test_a_heading_with_nothing_below_it_is_a_section_of_its_own() -> None:
    text = "# T\n## Empty\n## Full\nx\n### Last"
    assert bodies(text) == [((), "Empty"), (("Full",), "x"), (("Full",), "Last")]


def test_a_heading_with_only_a_deeper_one_below_it_is_none() -> None:
    assert bodies("# T\n## Upper\n### Lower\nx") == [(("Upper", "Lower"), "x")]


def test_the_first_of_several_headings_of_level_one_is_no_title() -> None:
    text = "Heron\n=====\n\nIt carries six.\n\nCormorant\n=========\n\nIt carries nine.\n"
    assert outline(text)[0] is None
    assert bodies(text) == [(("Heron",), "It carries six."), (("Cormorant",), "It carries nine.")]


def test_headings_alone_are_text() -> None:
    assert outline("# To do\n") == ("To do", (Section((), 2, 7),))


def test_sections_know_where_their_headings_stand() -> None:
    text = "= T =\n== Opening  hours ==\n=== In May ===\nNine.\n"
    (section,) = outline(text)[1]
    assert section.path == ("Opening hours", "In May")
    assert [text[start:end] for start, end in section.headings] == ["Opening  hours", "In May"]


def test_a_document_that_has_a_title_keeps_its_first_heading() -> None:
    text = "# One\nx"
    assert find_sections(text, parse(text, None).blocks, titled=True)[1] == (Section(("One",), 6, 7, ((2, 5),)),)


@pytest.mark.parametrize("line", ["==", "=", "#", "# ", "a = b", "    # indented", "# " + "x" * 301])
def test_lines_that_are_no_headings(line: str) -> None:
    assert bodies(f"Some words,\n{line}\ny") == [((), f"Some words,\n{line}\ny")]


def test_a_heading_with_more_marks_on_one_side_has_the_level_of_the_fewer_as_in_mediawiki() -> None:
    assert bodies("x\n= a ==\ny") == [((), "x"), (("a =",), "y")]


def test_headings_inside_a_fence_are_text() -> None:
    text = "# T\n## Code\n```python\n# comment\n```\n## After `x`\ny"
    assert bodies(text) == [(("Code",), "# comment"), (("After `x`",), "y")]


def test_a_fence_that_is_never_closed_is_no_fence_in_plain_text() -> None:
    text = "```\n== A ==\na"
    assert [(block.kind, text[block.start : block.end]) for block in parse(text, ".txt").blocks] == [
        ("paragraph", "```"),
        ("heading", "A"),
        ("paragraph", "a"),
    ]


def test_a_fence_that_is_never_closed_goes_on_to_the_end_in_markdown() -> None:
    assert parse("```\n## A\na", ".md").blocks == [Block("code", 4, 10)]


def test_blocks_of_the_infobox() -> None:
    text = CENTRE.read_text(encoding="utf-8")
    first = outline(text)[1][0]
    found = [text[b.start : b.end] for b in parse(text, None).blocks if first.start <= b.start < first.end]
    assert found[:4] == [
        "United Nations Interregional Crime and Justice Research Institute Centre for AI and Robotics",
        "- Location: The Hague, The Netherlands",
        "- Key People: Irakli Beridze (Head of Centre)",
        "- Established: 2017",
    ]
    assert len(found) == 5


def test_hard_wrapped_prose_is_one_block_and_so_is_a_wrapped_item() -> None:
    assert paragraphs("one\ntwo\n \nthree\n* item\n  goes on\n1. first\n2) second\n| a | b |") == [
        "one\ntwo",
        "three",
        "* item\n  goes on",
        "1. first",
        "2) second",
        "| a | b |",
    ]


def test_emphasis_numbers_and_dashes_open_no_item() -> None:
    text = "It was\n*very* good in\n2018. And\n-5 degrees\n– or so"
    assert paragraphs(text) == [text]


@pytest.mark.parametrize("rule", ["---", "***", "_ _ _", " -----  ", "====="])
def test_rules_part_blocks_and_lie_in_none(rule: str) -> None:
    text = f"Some words, not so few.\n{rule}\nb"
    assert paragraphs(text) == ["Some words, not so few.", "b"]
    assert [text[start:end] for start, end in parse(text, None).hidden] == [rule.strip()]


def test_shorter_or_mixed_lines_are_no_rules() -> None:
    assert paragraphs("a\n--\n-*-\nb") == ["a\n--\n-*-\nb"]


def test_trim() -> None:
    assert trim("a  b\n c", 1, 6) == (3, 4)
    assert trim("a   b", 1, 4) == (4, 4)


LINES = [
    "\n",
    "\n\n",
    "= A =\n",
    "== B ==\n",
    "# c\n",
    "### d #\n",
    "```\n",
    "---\n",
    "- k: v\n",
    " ",
    "x",
    "\u3000",
    "😀",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(LINES) | st.text(max_size=8)).map("".join))
def test_sections_and_blocks_are_trimmed_ordered_and_lose_nothing(text: str) -> None:
    structure = parse(text, None)
    _, sections = find_sections(text, structure.blocks)
    end = 0
    for section in sections:
        assert end <= section.start <= section.end <= len(text)
        assert trim(text, section.start, section.end) == (section.start, section.end)
        end = section.end
    body = [block for block in structure.blocks if block.kind != "heading"]
    for block in body:
        assert sum(section.start <= block.start < block.end <= section.end for section in sections) == 1


HOSTILE = [
    "= " * 500_000,
    "=" * 1_000_000,
    "# " + " #" * 500_000,
    "`" * 1_000_000 + "\nx`",
    "- " * 500_000 + "x",
    "\n" * 1_000_000,
]


@pytest.mark.parametrize("text", [*HOSTILE, "- " * 500_000, "`" * 999_999 + "x`", "```\n" * 250_000, "#\n" * 500_000])
def test_hostile_lines_take_linear_time(text: str) -> None:
    assert len(outline(text)[1]) <= 500_000
