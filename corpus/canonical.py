"""Text in its one canonical form: what every position counts in."""

import re
import unicodedata

_LINE_ENDS = ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")


_UNWANTED = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls
    "\u200b\u2060-\u2064\ufeff"  # zero width, but for the joiners that real scripts need
    "\u202a-\u202e\u2066-\u2069"  # bidi overrides: what is shown would not be what is quoted
    "\ud800-\udfff"  # lone surrogates: no UTF-8 for them
    "\ufdd0-\ufdef" + "".join(f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)) +
    "\U000e0000-\U000e007f"  # tags: invisible text
    "]+"
)  # fmt: skip


def canonical(text: str) -> str:
    """NFC, LF line ends, no control, invisible or impossible characters; idempotent."""
    for line_end in _LINE_ENDS:
        text = text.replace(line_end, "\n")
    unwanted = "".join(_UNWANTED.findall("".join(set(text))))
    if unwanted:  # a class of the few that are there is searched for five times as fast
        text = re.sub(f"[{re.escape(unwanted)}]+", "", text)
    return unicodedata.normalize("NFC", text)
