"""Addresses of quotes."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.citations.links import link_to, text_fragment

TEXT = st.text(st.sampled_from("&=#%+?/ -é🎉") | st.characters(exclude_categories=["Cs"]), min_size=1)


@given(TEXT, TEXT)
def test_a_link_gives_back_what_it_was_made_from(document: str, quote: str) -> None:
    link = link_to(document, {"start": "1", "quote": quote})
    assert link.isascii()
    parts = urlsplit(link)
    assert (unquote(parts.path.removeprefix("/d/")), parts.query) == (document, "")
    assert parse_qs(parts.fragment) == {"start": ["1"], "quote": [quote]}


WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"


@pytest.mark.parametrize(
    ("quote", "prefix", "suffix", "fragment"),
    [
        ("A, b-c & d", "", "", "A%2C%20b%2Dc%20%26%20d"),
        ("Here.", "\n# Head\nIt is ", " And\nthere", "It%20is-,Here.,-And"),
        ("Here.", "# Head\n", "\nthere", "Here."),
        (WORDS, "", "", "one%20two%20three%20four%20five,twelve%20thirteen%20fourteen%20fifteen%20sixteen"),
        ("Bring:\n- a lamp", "", "", "Bring%3A,%2D%20a%20lamp"),
        ("语" * 90, "", "", "%E8%AF%AD" * 90),
    ],
)
def test_a_text_fragment_is_what_a_browser_looks_for(quote: str, prefix: str, suffix: str, fragment: str) -> None:
    assert text_fragment(quote, prefix, suffix) == f"#:~:text={fragment}"
