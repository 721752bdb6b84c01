"""What a text means where letters are compared: the same words, whatever signs they are written with.

A text is quoted as it stands. The encoder and lexical search read it in its folded form: words that a line end or a
soft hyphen cuts are whole, ligatures and raised digits are plain letters and digits, marks of emphasis are gone.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import itemgetter

FOLDING_VERSION = 1
"""Raise it whenever the same text would be folded otherwise: vectors of passages are kept under a key that holds it."""

ROW_END = "\x1e"
"""The end of a row and the beginning of the next, in a table that is shown with bars. No canonical text holds it."""

_TAGS = (
    "a|abbr|b|br|caption|code|dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|s|small|span|strong"
)
_TAGS += "|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul"
_CHANGED = re.compile(
    "(?P<gone>\u00ad\\s*|[\u0640\u064b-\u065f\u0670]"  # soft hyphens; marks and lengthening strokes of Arabic
    r"|(?<=[^\W\d_])[-\u2010]\n[ \t]*(?=[a-zß-öø-ÿ])"  # a word that goes on in the next line
    r"|(?<![\w_])_+(?=\w)|(?<=[^\W_])_+(?!\w)|\*\*|~~|`)"  # emphasis
    rf"|(?P<space></?(?i:{_TAGS})(?:\s[^<>]*)?/?>|[\u00a0\u2000-\u200a\u202f\u205f\u3000])"
    rf"|(?P<bars>{ROW_END})"
    "|(?P<hyphen>[\u2010\u2011\u2212])"
    "|(?P<apostrophe>[\u2018\u2019\u02bc\u2032])"
    "|(?P<plain>[\ufb00-\ufb06\u00b2\u00b3\u00b9\u2070-\u208e\uff01-\uff5e\u2103\u2109\u2116\u2122\ufb13-\ufb17]"
    "|[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59])"
)
# Whether there is anything to change: far cheaper than looking for each of it.
_ANY = re.compile(
    r"[\u00ad\u0640\u064b-\u065f\u0670\u00a0\u2000-\u200a\u202f\u205f\u3000\u2010\u2011\u2212\u2018\u2019\u02bc\u2032"
    r"\ufb00-\ufb17\u00b2\u00b3\u00b9\u2070-\u208e\uff01-\uff5e\u2103\u2109\u2116\u2122"
    r"\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59"
    rf"_*~`<{ROW_END}]|[-\u2010]\n"
)
_INSTEAD = {"gone": "", "space": " ", "bars": "| |", "hyphen": "-", "apostrophe": "'"}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `changes` are where the original was changed: start and end there, start and end here."""

    text: str
    changes: tuple[tuple[int, int, int, int], ...] = ()

    def offset(self, original: int) -> int:
        """Where in the folded text an offset of the original lies."""
        at = bisect_right(self.changes, original, key=itemgetter(0)) - 1
        if at < 0:
            return original
        start, end, folded_start, folded_end = self.changes[at]
        return folded_end + original - end if original >= end else min(folded_start + original - start, folded_end)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """What stretch of the original became `[start:end]` of the folded text, without what is gone at its ends."""
        first = bisect_right(self.changes, start, key=itemgetter(2)) - 1
        last = bisect_left(self.changes, end, key=itemgetter(2)) - 1
        if first >= 0:
            begin, stop, _, folded_end = self.changes[first]
            start = begin if start < folded_end else stop + start - folded_end
        if last >= 0:
            _, stop, _, folded_end = self.changes[last]
            end = stop + max(0, end - folded_end)
        return start, end


def fold(text: str) -> Folded:
    """The folded form of a canonical text, in time linear in its length."""
    if not _ANY.search(text):
        return Folded(text)
    pieces: list[str] = []
    changes: list[tuple[int, int, int, int]] = []
    last = shift = 0
    for match in _CHANGED.finditer(text):
        instead = _INSTEAD.get(match.lastgroup or "")
        plain = _plain(match[0]) if instead is None else instead
        pieces += (text[last : match.start()], plain)
        last = match.end()
        start = match.start() + shift
        changes.append((*match.span(), start, start + len(plain)))
        shift += len(plain) - len(match[0])
    if not pieces:
        return Folded(text)
    return Folded("".join((*pieces, text[last:])), tuple(changes))


def _plain(character: str) -> str:
    """A ligature as letters, a digit of any script as 0 to 9."""
    digit = unicodedata.digit(character, None)
    return unicodedata.normalize("NFKC", character).replace("\u2212", "-") if digit is None else str(digit)
