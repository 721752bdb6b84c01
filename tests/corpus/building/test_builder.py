"""Texts built from parts: whatever the parts are, spans are exact and nothing is added."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.building.builder import Builder
from corpus.building.tables import Cell, add_table, spread
from corpus.canonical import canonical
from corpus.errors import CorpusError

PART = st.tuples(
    st.sampled_from(["heading", "paragraph", "item", "row", "code", "quotation", "anchor", "gap"]),
    st.text(max_size=30),
    st.integers(0, 30),
)


@given(st.lists(PART, max_size=12))
def test_whatever_is_added_spans_are_exact(parts: list[tuple[str, str, int]]) -> None:
    builder = Builder()
    added = []
    for kind, words, level in parts:
        if kind == "heading":
            span = builder.heading(words, level)
        elif kind == "item":
            span = builder.item(words, level)
        elif kind == "row":
            span = builder.row([words, words])
        elif kind == "anchor":
            builder.anchor(words, level)
            continue
        elif kind == "gap":
            builder.gap()
            continue
        else:
            span = builder.paragraph(words, "code" if kind == "code" else "quotation")
        if span:
            added.append((span, words))
    parsed = builder.finish()
    assert canonical(parsed.text) == parsed.text
    for (start, end), words in added:
        written = "".join(canonical(words).split())
        assert "".join(parsed.text[start:end].split()) in (written, written * 2)
    # Nothing but white space was put between the parts.
    assert "".join(parsed.text.split()) == "".join("".join(parsed.text[a:b].split()) for (a, b), _ in added)
    assert all(anchor.start < len(parsed.text) for anchor in parsed.structure.anchors)


def test_an_anchor_belongs_to_what_comes_after_it() -> None:
    builder = Builder()
    builder.anchor("page 1", 1)
    builder.anchor("page 2", 2)
    builder.paragraph("One.")
    builder.anchor("page 3", 3)
    builder.paragraph("Two.")
    builder.anchor("page 4", 4)
    parsed = builder.finish()
    assert [(a.page, parsed.text[a.start :]) for a in parsed.structure.anchors] == [(2, "One.\n\nTwo."), (3, "Two.")]


def test_too_much_text_is_refused() -> None:
    builder = Builder(max_characters=10)
    builder.paragraph("12345")
    with pytest.raises(CorpusError, match="holds more than 10 characters of text: split it"):
        builder.paragraph("123456")


def test_cells_that_cover_others() -> None:
    rows = [[Cell("a", columns=2), Cell("b", rows=3)], [Cell("c", rows=2), Cell("d")], [Cell("e")], []]
    assert [[cell.text for cell in row] for row in spread(rows)] == [
        ["a", "", "b"],
        ["c", "d", "b"],
        ["c", "e", "b"],
        [],
    ]


def test_cells_that_say_they_cover_millions() -> None:
    rows = [[Cell("a", columns=10**9, rows=10**9)]] + [[Cell("b")]] * 3
    assert all(len(row) <= 2001 for row in spread(rows))


def test_a_table_of_nothing_but_a_header_is_a_row() -> None:
    builder = Builder()
    add_table(builder, [[Cell("a", is_header=True), Cell("b", is_header=True)]])
    assert [block.kind for block in builder.finish().structure.blocks] == ["row"]


def test_items_are_indented_by_how_deep_they_are_nested() -> None:
    builder = Builder()
    spans = [builder.item(words, level) for words, level in (("One", 1), ("Two", 2), ("Three", 3), ("Four", 1))]
    parsed = builder.finish()
    assert parsed.text == "One\n  Two\n    Three\nFour"
    assert [parsed.text[slice(*span)] for span in spans if span] == ["One", "Two", "Three", "Four"]
