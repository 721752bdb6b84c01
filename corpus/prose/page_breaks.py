"""The footers and headers that page breaks leave inside a plain text: page numbers, and what stands beside them."""

import re
from collections import Counter
from collections.abc import Sequence

from corpus.documents import Span

_PAGE_NUMBER = re.compile(
    r"[-–—\[(\s]*(?:(?:page|seite|página|p\.)\s*)?\d{1,4}(?:\s*(?:/|of|von|de)\s*\d{1,4})?[-–—\])\s]*", re.IGNORECASE
)
_WIDE_GAP = re.compile(r"\S[ \t]{3,}\S")
_PAGE_OR_YEAR = re.compile(r"\[?\bpage\s*+\d++\]?$|\b(?:19|20)\d\d$|[ \t]\d{1,4}$", re.IGNORECASE)


def page_breaks(text: str, lines: Sequence[Span | None]) -> list[bool]:
    """Whether each of these lines between blank ones, None where there are several together, is part of a page break.

    It is only a page's number, or has wide gaps and ends with a page's number or a year, or the same line
    stands beside several such.
    """
    shown = ["" if line is None else text[slice(*line)] for line in lines]
    numbers = [_ends_page(line) for line in shown]
    around = zip(shown, [False, *numbers], [*numbers[1:], False], strict=False)
    beside = Counter(line for line, before, after in around if line and (before or after))
    return [is_number or beside[line] > 1 for line, is_number in zip(shown, numbers, strict=True)]


def _ends_page(line: str) -> bool:
    is_number = len(line) < 20 and _PAGE_NUMBER.fullmatch(line)
    return bool(is_number or (_WIDE_GAP.search(line) and _PAGE_OR_YEAR.search(line)))
