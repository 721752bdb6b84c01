"""Text in its canonical form: all positions count the code points of this form."""

import re
import unicodedata

_LINE_ENDS = ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")  # all become "\n"; the pair comes first

_UNWANTED = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls
    "\u200b\u2060-\u2064\ufeff"  # zero width; the joiners (200c, 200d) stay, scripts need them
    "\u202a-\u202e\u2066-\u2069"  # bidi overrides: they would show text in another order than it is quoted
    "\ud800-\udfff"  # lone surrogates: UTF-8 cannot hold them
    # noncharacters: the last two of every plane, and one block
    "\ufdd0-\ufdef" + "".join(f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)) +
    "\U000e0000-\U000e007f"  # tags: invisible text
    "]+"
)  # fmt: skip

MARKS = 30  # combining marks in a row that are kept


def canonical(text: str) -> str:
    """The text in NFC with LF as its only line end, without control, invisible or invalid characters.

    Canonical text comes back unchanged.
    """
    for line_end in _LINE_ENDS:
        text = text.replace(line_end, "\n")
    characters = "".join(set(text))
    if unwanted := "".join(_UNWANTED.findall(characters)):
        # A class of just the characters that occur is searched for five times as fast as the full one.
        text = re.sub(f"[{re.escape(unwanted)}]+", "", text)
    if marks := "".join(filter(unicodedata.combining, characters)):
        # Sorting the marks on one letter takes the square of their number; no script has so many (UAX 15, section 13).
        text = re.sub(f"([{re.escape(marks)}]{{{MARKS}}})[{re.escape(marks)}]+", r"\1", text)
    return unicodedata.normalize("NFC", text)
