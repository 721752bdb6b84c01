"""HTML as a reader of the page sees it."""

import pytest

from corpus.errors import CorpusError
from corpus.formats.html import read
from corpus.prose.cells import named_cells
from corpus.reading.isolation import Parsers
from tests.corpus.samples import blocks_of, places_of


def body(words: str) -> bytes:
    return f"<html><body>{words}</body></html>".encode()


def test_headings_paragraphs_and_lists() -> None:
    parsed = read(
        body(
            "<nav>Home</nav><h1 id=top>Hand\nbook</h1><p>Hello <b>world</b> &amp;&nbsp;more<br> line two.</p>"
            "<p><strong>Opening hours</strong></p><p>We need:</p>"
            "<ul><li>one<ul><li>inner</ul><li>two</ul><blockquote><p>Said he.</blockquote><pre>x = 1\n  y</pre>tail"
        )
    )
    assert blocks_of(parsed) == [
        ("heading", 1, "Hand book", ""),
        ("paragraph", 0, "Hello world &\u00a0more\nline two.", ""),
        ("heading", 9, "Opening hours", ""),
        ("paragraph", 0, "We need:", ""),
        ("item", 1, "one", "We need:"),
        ("item", 2, "inner", "one"),
        ("item", 1, "two", "We need:"),
        ("quotation", 0, "Said he.", ""),
        ("code", 0, "x = 1\n  y", ""),
        ("paragraph", 0, "tail", ""),
    ]
    assert places_of(parsed) == [(None, "#top", "Hand book")]


def test_tables_with_merged_cells_and_tables_inside() -> None:
    table = (
        "<table><caption>Prices</caption><thead><tr><th rowspan=2>Item<th colspan=2>Price<tr><th>net<th>gross</thead>"
        "<tr><td rowspan=2>Bolt<td>3<td>4<tr><td colspan=2>on request<table><tr><td>a<td>b</table></table>"
    )
    header = "Item\tPrice\nItem\tnet\tgross"
    assert blocks_of(read(body(table))) == [
        ("paragraph", 0, "Prices", ""),
        ("row", 0, "Bolt\t3\t4", header),
        ("row", 0, "Bolt\ton request", header),
        ("row", 0, "a\tb", ""),
    ]


def test_a_column_without_a_name_is_the_first_of_a_header() -> None:
    rows = "<tr><th><th>Heron<th>Otter<tr><th>Price<td>8<td>9<tr><th>Guarantee<td>two years<td>"
    header = "\tHeron\tOtter"
    parsed = read(body(f"<table>{rows}</table>"))
    assert blocks_of(parsed) == [("row", 0, "Price\t8\t9", header), ("row", 0, "Guarantee\ttwo years", header)]
    assert [(name, cell) for name, cell, _ in named_cells(header, "Price\t8\t9")] == [
        ("", "Price"),
        ("Heron", "8"),
        ("Otter", "9"),
    ]
    assert [cell for _, cell, _ in named_cells(header, "Guarantee\ttwo years")] == ["Guarantee", "two years"]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>10 years<sup>3</sup> on 45 m<sup>2</sup>.</p>", "10 years³ on 45 m²."),
        ("<p>Some 10<sup>-6</sup> of it.</p>", "Some 10⁻⁶ of it."),
        ("<p>The 1<sup>st</sup> of May<sup>[12]</sup>.</p>", "The 1st of May[12]."),
    ],
)
def test_numbers_that_stand_raised_keep_that(page: str, text: str) -> None:
    assert read(body(page)).text == text


def test_a_row_of_names_is_a_header_also_where_it_is_not_marked() -> None:
    rows = "<tr><td>Item<td>Price<tr><td>Bolt<td>3,50 €<tr><td>Nut<td>4 €"
    assert blocks_of(read(body(f"<table>{rows}</table>")))[0] == ("row", 0, "Bolt\t3,50 €", "Item\tPrice")
    pairs = "<tr><td>Name<td>Ann<tr><td>Town<td>Rome"
    assert blocks_of(read(body(f"<table>{pairs}</table>")))[0] == ("row", 0, "Name\tAnn", "")


def test_a_table_that_arranges_the_page_is_no_table() -> None:
    page = "<table><tr><td><h2>News</h2><p>One.</p></td><td><h2>Shop</h2><p>Two.</p></td></tr></table>"
    assert [kind for kind, *_ in blocks_of(read(body(page)))] == ["heading", "paragraph"] * 2


def test_definitions_are_read_with_their_terms() -> None:
    assert blocks_of(read(body("<dl><dt>VPN<dd>A tunnel.<dd>Of bits.<dt>IP<dt>TCP<dd>Protocols.</dl>"))) == [
        ("item", 1, "VPN\nA tunnel.", ""),
        ("item", 1, "Of bits.", ""),
        ("item", 1, "IP\nTCP\nProtocols.", ""),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>no</script>",
        "<style>no</style>",
        "<!-- no -->",
        "<p hidden>no</p>",
        "<div style='display: none'>no</div>",
        "<div role=navigation>no</div>",
        "<select><option>no</select>",
        "<template>no</template>",
        "<svg><text>no</text></svg>",
    ],
)
def test_what_nobody_sees_is_left_out(hidden: str) -> None:
    assert read(body(f"<p>yes</p>{hidden}")).text == "yes"


def test_right_to_left_text_stands_as_it_is_written() -> None:
    assert blocks_of(read(body("<p dir=rtl>שלום עולם, 12 ימים</p>"))) == [("paragraph", 0, "שלום עולם, 12 ימים", "")]


def test_title_and_description() -> None:
    head = b"<head><title>Shop - Acme</title><meta name=author content='Ann'></head>"
    parsed = read(head + b"<p>x</p>")
    assert (parsed.structure.title, parsed.structure.metadata) == (
        "Shop - Acme",
        {"author": "Ann", "title": "Shop - Acme"},
    )
    assert read(head + b"<h1>Shop</h1>").structure.title is None


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<meta charset='shift_jis'><p>日本語".encode("shift_jis"), "shift_jis"),
        ("<p>日本語".encode("utf-16"), "utf-16-le"),
        ("<meta charset=iso-8859-1><p>日本語".encode(), "utf-8"),
    ],
)
def test_encodings(data: bytes, encoding: str) -> None:
    parsed = read(data)
    assert (parsed.text, parsed.encoding) == ("日本語", encoding)


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(CorpusError, match="nests elements more than 10000 deep"):
        read(b"<div>" * 200_000 + b"x")
    with Parsers() as parsers, pytest.raises(CorpusError, match="nested too deep"):
        parsers.read(".html", b"<table><tr><td>x<td>" * 2000)


def test_a_page_of_deep_elements_is_read() -> None:
    assert read(b"<div>" * 5000 + b"x").text == "x"


def test_of_header_and_footer_of_the_site_only_how_to_reach_it_is_read() -> None:
    site = (
        "<header><a href=/>Home</a></header>{}<main><h1>Clocks</h1><p>Words.</main><footer>All rights reserved</footer>"
    )
    assert read(site.format("").encode()).text == "Clocks\n\nWords."
    named = "<header><h1>Clocks</h1></header><main><article><header>By Ann</header><p>Words.<footer>End</footer>"
    assert read(named.encode()).text == "Clocks\n\nBy Ann\n\nWords.\n\nEnd"
    footer = (
        "<main><h1>Clocks</h1><p>Words.</p></main><footer><ul><li><a href=/c>Cookies</a><li><a href=/t>Terms</a></ul>"
        "<p>Clock Museum, 4 Hill Street</p><div>Call <b>55 01 22</b><br>or write to a@b.org</div><p>© 2019–24 Trust"
        "</footer>"
    )
    assert read(footer.encode()).text == (
        "Clocks\n\nWords.\n\nClock Museum, 4 Hill Street\n\nCall 55 01 22\nor write to a@b.org"
    )
    arranged = "<main><p>Words.</main><footer><table><tr><td>Terms<tr><td>Call 55 01 22</table></footer>"
    assert read(arranged.encode()).text == "Words.\n\nCall 55 01 22"
    without_main = "<header>Top</header><p>Words.<footer>Write to 4 Hill Street.</footer>"
    assert read(without_main.encode()).text == "Top\n\nWords.\n\nWrite to 4 Hill Street."


def test_what_a_style_makes_bold_is_bold() -> None:
    page = "<style>.k{font-weight:700}</style><p><span class='x k'>Fees</span></p><p>4 euros.</p>"
    page += "<p style='font-weight: bold'>Hours</p><p>Nine to five.</p>"
    assert [block[:3] for block in blocks_of(read(page.encode()))] == [
        ("heading", 9, "Fees"),
        ("paragraph", 0, "4 euros."),
        ("heading", 9, "Hours"),
        ("paragraph", 0, "Nine to five."),
    ]
