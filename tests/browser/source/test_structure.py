"""Text with its structure: what is shown is the text without its marks, and what is marked is exactly the span."""

import math
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.formats.markdown import parse
from corpus.prose.blocks import Structure
from service.answering.citations.links import link_to
from tests.browser.common import IN_A_BROWSER, Page, expect
from tests.browser.service_stub import TEXTS

pytestmark = IN_A_BROWSER
HANDBOOK = TEXTS["handbook"]


def open_at(page: Page, document: str, start: int, end: int) -> None:
    page.goto(link_to(document, {"start": str(start), "end": str(end), "quote": TEXTS[document][start:end]}))
    expect(page.locator("#source-text mark").first).to_be_attached()


def marked(page: Page) -> tuple[str, str]:
    """What is marked in the source: all of its characters, and those that are seen."""
    marks = page.locator("#source-text mark")
    seen = page.locator("#source-text mark:visible").all_inner_texts()
    return "".join(marks.all_text_contents()), "".join(seen)


# What is quoted, and what is seen of it.
QUOTES = [
    ("# The Harbour *handbook* 🎉", "The Harbour handbook 🎉"),
    ("Call the **harbour office** at once.", "Call the harbour office at once."),
    ("office** at", "office at"),
    (
        "do `close --all`, _always_ in this order, with snake_case",
        "do close --all, always in this order, with snake_case",
    ),
    ("- Close the *red* valve 🚰 by hand.", "Close the red valve 🚰 by hand."),
    ("see [the list](https://example.org/list).", "see the list."),
    ("1. Write the report.", "1. Write the report."),
    (
        "> Never open the valve again\n> without a **written** order.",
        "Never open the valve again\nwithout a written order.",
    ),
    ("close --all  # **not bold**", "close --all  # **not bold**"),
    ("### Fees for berths", "Fees for berths"),
    ("| North | 12 euro | **quiet** |", "North12 euroquiet"),
    ("loud \\| windy |", "loud | windy"),
    ("Setext heading\n--------------\n\nThe last *words* 🎉", "Setext headingThe last words 🎉"),
]


@pytest.mark.parametrize(("quoted", "seen"), QUOTES)
def test_the_mark_is_the_quote_and_shows_it_without_its_marks(page: Page, quoted: str, seen: str) -> None:
    start = HANDBOOK.index(quoted)
    open_at(page, "handbook", start, start + len(quoted))
    assert marked(page) == (quoted, seen)
    assert page.locator("#source-text").text_content() == HANDBOOK


def test_what_a_text_is_made_of_is_told_to_everyone(page: Page) -> None:
    page.goto("/d/handbook")
    text = page.locator("#source-text")
    expect(text.get_by_role("heading", level=3)).to_have_text("# The Harbour *handbook* 🎉\n")
    expect(text.get_by_role("heading", name="Fees for berths", level=5)).to_be_visible()
    assert [item.inner_text() for item in text.get_by_role("listitem").all()] == [
        "Close the red valve 🚰 by hand.",
        "Call extension 412; see the list.",
        "Leave a message.",
        "1. Write the report.",
    ]
    rows = [row.get_by_role("cell").all_inner_texts() for row in text.get_by_role("row").all()]
    assert rows == [[], ["North", "12 euro", "quiet"], ["South", "9 euro", "loud | windy"]]
    assert text.get_by_role("columnheader").all_inner_texts() == ["Berth", "Fee a day", "Note"]
    expect(text.locator("blockquote")).to_have_text(
        ["Never open the valve again\nwithout a written order."], use_inner_text=True
    )
    assert text.locator("strong").all_inner_texts() == ["harbour office", "extension 412", "written", "quiet"]
    shown = text.inner_text()
    assert not re.search(r"^#|```|\]\(|\|:-|^- |^> ", shown, re.MULTILINE)
    assert "**not bold**" in shown


def test_pages_are_numbered_outside_the_text(page: Page) -> None:
    page.goto("/d/report.pdf")
    text = page.locator("#source-text")
    expect(text.get_by_role("separator")).to_have_count(2)
    second = text.get_by_role("separator", name="page 2")
    expect(second).to_be_visible()
    assert second.evaluate("each => getComputedStyle(each, '::before').content") == '"page 2"'
    following = text.locator("[role=separator][aria-label='page 2'] ~ :visible").first
    assert following.inner_text().startswith("Berth")
    assert text.text_content() == TEXTS["report.pdf"]


SET = """async ([text, from, structure, span]) => {
  const { typeset } = await import("/pages/typeset/blocks.js");
  const box = document.createElement("div");
  box.append(typeset(text, from, structure, [{ spans: [span], tag: "mark" }]).fragment);
  return [box.textContent, [...box.querySelectorAll("mark")].map((mark) => mark.textContent).join("")];
}"""


def as_json(structure: Structure, shift: int) -> dict[str, Any]:
    blocks = [
        {
            "kind": block.kind,
            "start": block.start + shift,
            "end": block.end + shift,
            "level": block.level,
            "lead": block.lead and {"start": block.lead[0] + shift, "end": block.lead[1] + shift},
        }
        for block in structure.blocks
    ]
    hidden = [{"start": start + shift, "end": end + shift} for start, end in structure.hidden]
    return {"blocks": blocks, "hidden": hidden, "anchors": [{"start": 7 + shift, "page": 1, "label": "page 1"}]}


LINES = [
    "# A 🎉",
    "- *b* c",
    "  - d",
    "1. e",
    "| f | **g** |",
    "|---|---|",
    "> h",
    "```",
    "i `j` **k",
    "",
    "",
    "l_m_n [o](p)",
    "= q =",
    "***",
]
LINES += ["<b>r</b> <td>s</td>", "t\tu", "---", "<!-- v -->", "w\\|x ~~y~~ 𝔞"]


def test_no_text_loses_a_character_and_no_mark_moves(page: Page) -> None:
    page.goto("/")

    def check(lines: list[str], ends: tuple[int, int], shift: int) -> None:
        text = "\n".join(lines)
        start, end = sorted(at % (len(text) + 1) for at in ends)
        structure = as_json(parse(text), shift)
        assert page.evaluate(SET, [text, shift, structure, [start + shift, end + shift]]) == [text, text[start:end]]

    positions = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))
    lines = st.lists(st.sampled_from(LINES), min_size=1, max_size=12)
    settings(max_examples=300, deadline=None)(given(lines, positions, st.sampled_from([0, 1000]))(check))()


TIMED = f"""async (given) => {{
  const set = {SET};
  await set(["", 0, {{ blocks: [] }}, [0, 0]]); // the module is loaded
  const start = performance.now();
  await set(given);
  return performance.now() - start;
}}"""
FEW = 3_000
ROUNDS = 6
LEAST_MS = 50  # what takes less is not told from noise


@pytest.mark.parametrize(
    "piece",
    ["**a ", "`a ``", "[a](", "*a_b ", "- **a\n", "| a ", "> *a\n", "<td>", "__a b", "<!-- a ", "<!-- a -->\n\n"],
)
def test_time_grows_with_the_text(page: Page, piece: str) -> None:
    page.goto("/")
    texts = {count: [piece * count, 0, as_json(parse(piece * count), 0), [1, 2]] for count in (FEW, 4 * FEW)}
    took = dict.fromkeys(texts, math.inf)
    for _ in range(ROUNDS):  # one of them is not held up by whatever else runs
        for count in texts:
            took[count] = min(took[count], page.evaluate(TIMED, texts[count]))
        if took[4 * FEW] < 10 * max(took[FEW], LEAST_MS):
            return
    pytest.fail(f"{took} ms")


def test_marks_that_may_be_words_stay(page: Page) -> None:
    page.goto("/")
    kept = [
        "__init__",
        "5 * 3 * 2",
        "2*3*4",
        "snake_case_name",
        "C:\\*x*",
        "Price* and terms*",
        "[1][2]",
        "a_b_c",
        "**",
        "\\*no\\*",
    ]
    for text in kept:
        plain = page.evaluate("async (text) => (await import('/pages/typeset/marks.js')).plain(text)", text)
        assert plain == text


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        (["a\tb c", "\td"], [["a", "b c"], ["", "d"]]),
        (["| a | b |", "| c \\| d | e |"], [["a", "b"], ["c \\| d", "e"]]),
        (["a | b", "c | d"], [["a", "b"], ["c", "d"]]),
        (["| only |"], [["only"]]),
        (['1,"x, y",z', "2,b,c"], [["1", "x, y", "z"], ["2", "b", "c"]]),
        (["1;2,5", "3;4,5"], [["1", "2,5"], ["3", "4,5"]]),
        (["a, b", "c, d, e"], [["a, b"], ["c, d, e"]]),
        (["Hello, world", "one"], [["Hello, world"], ["one"]]),
        (["a</td><td>b", "c</td> <td>d"], [["a", "b"], ["c", "d"]]),
    ],
)
def test_cells_are_found_whatever_parts_them(page: Page, rows: list[str], cells: list[list[str]]) -> None:
    page.goto("/")
    found = page.evaluate(
        "async (rows) => { const { cellsOf, separatorOf } = await import('/pages/typeset/cells.js');"
        "const by = separatorOf(rows); return rows.map((row) => cellsOf(row, by).map(([a, b]) => row.slice(a, b))); }",
        rows,
    )
    assert found == cells


SHOWN = """async ([text, structure]) => {
  const { typeset } = await import("/pages/typeset/blocks.js");
  document.body.append(typeset(text, 0, structure).fragment);
  const shown = [...document.body.querySelectorAll("footer ~ :not(dialog)")].filter((each) => each.checkVisibility());
  return shown.map((each) => [each.className, each.innerText.trim()]);
}"""


def test_words_between_blocks_are_dimmed_and_comments_are_hidden(page: Page) -> None:
    page.goto("/")
    text = "---\ntitle: T\n---\n\nA b.\n\n<!-- a\nsecret -->\n\n<!-- b --> <!-- c -->\n\n```python\nc\n```\n"
    shown = page.evaluate(SHOWN, [text, as_json(parse(text), 0) | {"anchors": []}])
    assert shown == [["aside", "title: T"], ["", "A b."], ["", "c"]]
