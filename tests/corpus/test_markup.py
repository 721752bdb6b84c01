"""HTML inside a text: headings, tables, lists and paragraphs by position."""

import pytest

from corpus.markup import add_markup
from corpus.prose.blocks import Structure


def read(text: str) -> Structure:
    structure = Structure()
    add_markup(structure, text, 0, len(text))
    return structure


def blocks(text: str) -> list[tuple[str, str]]:
    """Kind and words of each block."""
    return [(block.kind, text[block.start : block.end]) for block in read(text).blocks]


def test_headings_and_paragraphs() -> None:
    text = "<div>\n<h1>Guest <i>house</i></h1>\n<p>Open in\nMay.</p><p class=x>Closed in June.<br>Call us.\n</div>"
    assert blocks(text) == [
        ("heading", "Guest <i>house"),
        ("paragraph", "Open in\nMay."),
        ("paragraph", "Closed in June."),
        ("paragraph", "Call us."),
    ]
    assert [block.level for block in read(text).blocks] == [1, 0, 0, 0]


def test_rows_are_read_with_the_header_of_their_own_table() -> None:
    text = (
        "<table>\n<thead><tr><th>Town</th><th>Fee</th></tr></thead>\n<tbody>\n"
        "<tr><td>Lund</td>\n<td>4</td></tr>\n<tr><td>Brno</td><td>5 <b>EUR</b></td></tr>\n</tbody></table>\n"
        "<table><tr><td>x</td><td>y</td></tr></table>"
    )
    structure = read(text)
    assert blocks(text) == [
        ("row", "Lund</td>\n<td>4"),
        ("row", "Brno</td><td>5 <b>EUR"),
        ("row", "x</td><td>y"),
    ]
    assert [block.lead and text[slice(*block.lead)] for block in structure.blocks] == ["Town</th><th>Fee"] * 2 + [None]


def test_a_row_with_a_header_cell_and_others_is_a_row() -> None:
    assert blocks("<table><tr><th>Fee</th><td>4</td></tr></table>") == [("row", "Fee</th><td>4")]


def test_rows_that_are_never_closed_end_where_the_next_begins() -> None:
    assert blocks("<table><tr><td>Lund<td>4<tr><td>Brno<td>5</table>") == [("row", "Lund<td>4"), ("row", "Brno<td>5")]


def test_rows_of_nothing_but_header_cells_are_kept() -> None:
    text = "<table><tr><th>Phone</th><th>555</th></tr><tr><th>Fax</th><th>556</th></tr></table>"
    structure = read(text)
    spans = [(block.start, block.end) for block in structure.blocks] + [b.lead for b in structure.blocks if b.lead]
    kept = " ".join(text[start:end] for start, end in spans)
    assert "555" in kept
    assert "556" in kept


def test_a_table_in_a_cell_loses_nothing() -> None:
    text = "<table><tr><td>A <table><tr><td>in1</td></tr></table> B</td><td>C</td></tr></table>"
    kept = " ".join(words for _, words in blocks(text))
    assert all(word in kept for word in ("A ", "in1", " B", "C"))


def test_items_of_a_list() -> None:
    assert blocks("<ul><li>a lamp</li>\n<li>a <b>rope</b>\n<li>a bell</ul>") == [
        ("item", "a lamp"),
        ("item", "a <b>rope"),
        ("item", "a bell"),
    ]


@pytest.mark.parametrize("tag", ["script", "style", "template", "noscript", "svg"])
def test_what_is_for_the_browser_is_in_no_block(tag: str) -> None:
    assert blocks(f"<p>One.</p><{tag}>secret</{tag}><p>Two.</p>") == [("paragraph", "One."), ("paragraph", "Two.")]


def test_comments_are_hidden_where_they_stand() -> None:
    text = "<p>One.</p>\n<!-- old: 9 -->\n<p>Two. <!-- a\nb --> Three.</p>"
    assert [text[start:end] for start, end in read(text).hidden] == ["<!-- old: 9 -->", "<!-- a\nb -->"]
    assert [words for _, words in blocks(text)] == ["One.", "Two.", "Three."]


def test_entities_are_quoted_as_they_are_written() -> None:
    text = "<p>&pound;5 &amp; 6 &#8364;</p>"
    assert blocks(text) == [("paragraph", "&pound;5 &amp; 6 &#8364;")]


def test_positions_count_from_the_start_of_the_text() -> None:
    structure, text = Structure(), "é\n\n<p>One\n two.</p> x"
    add_markup(structure, text, 3, len(text) - 2)
    assert [text[block.start : block.end] for block in structure.blocks] == ["One\n two."]
