"""Text in its canonical form: all positions count the code points of this form."""

import re
import unicodedata

_LINE_ENDS = ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")  # all become "\n"; the pair comes first

_UNWANTED = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufff8"  # zero width, and invisible signs of old
    "\u202a-\u202e\u2066-\u2069"  # bidi overrides: they would show text in another order than it is quoted
    "\u17b4\u17b5\u3164\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # fillers, shorthand and music without ink
    "\ud800-\udfff"  # lone surrogates: UTF-8 cannot hold them
    # noncharacters: the last two of every plane, and one block
    "\ufdd0-\ufdef" + "".join(f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)) +
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # tags, and what is reserved for more of them: invisible text
    "]+"
)  # fmt: skip
# Invisible too, but scripts need them: the soft hyphen, joiners and direction marks, jamo fillers, variation selectors.
_NEEDED = re.compile("[\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u200c-\u200f\ufe00-\ufe0f\U000e0100-\U000e01ef]")

MARKS = 30  # combining marks in a row that are kept
INVISIBLE = 2  # invisible characters in a row that are kept: more of them spell hidden text


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
    if invisible := "".join(_NEEDED.findall(characters)):
        text = _shorten(text, invisible, INVISIBLE)
    if marks := "".join(filter(unicodedata.combining, characters)):
        # Sorting the marks on one letter takes the square of their number; no script has so many (UAX 15, section 13).
        text = _shorten(text, marks, MARKS)
    return unicodedata.normalize("NFC", text)


def _shorten(text: str, characters: str, most: int) -> str:
    """The text with at most so many of the characters in a row."""
    some = f"[{re.escape(characters)}]"
    return re.sub(f"({some}{{{most}}}){some}+", r"\1", text)
