"""Headings, sections and blocks, and what holds for them in any text."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.documents import Section
from corpus.sections import blocks, find_sections, trim

CENTRE = Path(__file__).parents[2] / "corpus" / "texts" / "unicri-centre.txt"


def bodies(text: str) -> list[tuple[tuple[str, ...], str]]:
    return [(s.path, text[s.start : s.end]) for s in find_sections(text)[1]]


def paragraphs(text: str) -> list[str]:
    return [text[start:end] for start, end in blocks(text, Section((), *trim(text, 0, len(text))))]


def test_title_is_no_part_of_any_path() -> None:
    text = "= Title =\nintro\n== A ==\na\n=== B ===\n\nb\n\n== C ==\nc\n"
    assert find_sections(text)[0] == "Title"
    assert bodies(text) == [((), "intro"), (("A",), "a"), (("A", "B"), "b"), (("C",), "c")]


def test_markdown_headings() -> None:
    text = "# Title #\n\n## C#\nsharp\n### Deep ###\nd\n# Second\ns\n####### seven\n#none"
    assert find_sections(text)[0] == "Title"
    assert bodies(text) == [
        (("C#",), "sharp"),
        (("C#", "Deep"), "d"),
        (("Second",), "s\n####### seven\n#none"),
    ]


def test_a_level_one_heading_after_text_is_no_title() -> None:
    assert find_sections("before\n# Heading\nafter")[0] is None
    assert bodies("before\n# Heading\nafter") == [((), "before"), (("Heading",), "after")]


def test_no_headings_is_one_section_with_an_empty_path() -> None:
    assert find_sections("  plain\n\ntext \n") == (None, (Section((), 2, 13),))


def test_a_heading_without_body_gives_no_section() -> None:
    assert bodies("# T\n## Empty\n## Full\nx") == [(("Full",), "x")]


def test_headings_alone_are_text() -> None:
    assert find_sections("# To do\n") == ("To do", (Section((), 0, 7),))


@pytest.mark.parametrize("line", ["= a ==", "==", "=", "#", "# ", "a = b", "    # indented", "# " + "x" * 300])
def test_lines_that_are_no_headings(line: str) -> None:
    assert bodies(f"x\n{line}\ny") == [((), f"x\n{line}\ny")]


def test_headings_inside_a_fence_are_text() -> None:
    text = "# T\n## Code\n```python\n# comment\n```\n## After `x`\ny"
    assert bodies(text) == [(("Code",), "```python\n# comment\n```"), (("After `x`",), "y")]


def test_a_fence_that_is_never_closed_is_no_fence() -> None:
    assert bodies("```\n## A\na") == [((), "```"), (("A",), "a")]


def test_blocks_of_the_infobox() -> None:
    text = CENTRE.read_text(encoding="utf-8")
    first = find_sections(text)[1][0]
    found = [text[start:end] for start, end in blocks(text, first)]
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
    assert paragraphs(f"a\n{rule}\nb") == ["a", "b"]


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
    _, sections = find_sections(text)
    end = 0
    kept = []
    for section in sections:
        assert end <= section.start <= section.end <= len(text)
        end = section.start
        for span in blocks(text, section):
            assert end <= span[0] < span[1] <= section.end
            assert trim(text, *span) == span
            kept.append(text[end : span[0]])
            end = span[1]
        kept.append(text[end : section.end])
        end = section.end
    between = "\n".join(kept)
    assert not re.sub(r"^\s*([-*_=])(\s*\1){2,}\s*$", "", between, flags=re.MULTILINE).strip()


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
    for section in find_sections(text)[1]:
        assert len(blocks(text, section)) <= 500_000
