"""Addresses of quotes: a link that the page opens, and the fragment that browsers know."""

from collections.abc import Mapping
from urllib.parse import quote as percent_encoded

LONG = 80  # code points of a quote beyond which only its first and last words stand in a text fragment
WORDS = 5  # how many of these


def link_to(document: str, fields: Mapping[str, str]) -> str:
    """The address, without the host, at which the page opens a document at a quote."""
    fragment = "&".join(f"{name}={percent_encoded(value, safe='')}" for name, value in fields.items())
    return f"/d/{percent_encoded(document, safe='/')}#{fragment}"


def text_fragment(quote: str, prefix: str = "", suffix: str = "") -> str:
    """A text directive (`#:~:text=`) for a quote, white space being the same however much there is of it.

    Browsers look for whole words, and for what is shown on one line of a page in one piece: a long quote, and one of
    several lines, is given by its first and last words.
    """
    lines = [line.split() for line in quote.splitlines() if line.strip()] or [[]]
    is_whole = len(lines) == 1 and (len(quote) <= LONG or len(lines[0]) < 2 * WORDS)
    ends = lines if is_whole else [lines[0][:WORDS], lines[-1][-WORDS:]]
    before = prefix.rpartition("\n")[2].split()
    after = suffix.partition("\n")[0].split()
    parts = [_directive(end) for end in ends]
    if before:
        parts.insert(0, f"{_directive(before)}-")
    if after:
        parts.append(f"-{_directive(after)}")
    return f"#:~:text={','.join(parts)}"


def _directive(words: list[str]) -> str:
    """Words with everything encoded that has a meaning of its own in a text directive."""
    return percent_encoded(" ".join(words), safe="").replace("-", "%2D")
