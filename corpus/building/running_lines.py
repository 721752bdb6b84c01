"""What stands on most pages of a document at the same place: running headers and footers, page numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from corpus.building.page_lines import Fragment, is_beside

EDGE = 3  # heights of letters at the top and at the bottom of a page that are looked at
SHORT = 60  # characters of a line that may hold the number of the page
LARGE = 1.3  # height of letters that no page number has, the usual height being 1
MOST_PAGES = 0.4  # share of the pages: left and right pages may differ

_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.|página|pagina|s\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von|de|sur|di)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)


def without_running(pages: Sequence[Sequence[Fragment]]) -> list[list[Fragment]]:
    """The fragments of each page without those that run through the document."""
    edges = [_edges(page) for page in pages]
    counts = Counter(key for edge in edges for key in {_key(fragment) for fragment in edge})
    enough = max(2, MOST_PAGES * len(pages))
    kept: list[list[Fragment]] = []
    for page, edge in zip(pages, edges, strict=True):
        often = [fragment for fragment in edge if counts[_key(fragment)] >= enough]
        usual = median(fragment.size for fragment in page) if page else 0.0
        numbers = [f for f in edge if len(pages) > 1 and f.size < LARGE * usual and _is_page_number(f.text)]
        running = {id(fragment) for fragment in (*often, *numbers)}
        # A number counts only where nothing else is on its line: it may be a cell of a table.
        for fragment in (*(f for f in often if _NUMBER.search(f.text)), *numbers):
            if any(is_beside(fragment, other) and id(other) not in running for other in edge):
                running.discard(id(fragment))
        kept.append([fragment for fragment in page if id(fragment) not in running])
    return kept


def _is_page_number(text: str) -> bool:
    return len(text) <= SHORT and bool(_PAGE_NUMBER.fullmatch(text))


def _key(fragment: Fragment) -> tuple[str, int]:
    """What is the same on each page: the words but for numbers, and the height."""
    # Of a longer line, and of figures alone, the numbers count: they may differ in nothing else.
    has_words = any(map(str.isalpha, fragment.text))
    words = _NUMBER.sub("#", fragment.text) if has_words and len(fragment.text) <= SHORT else fragment.text
    return words, round(fragment.bottom / 4)


def _edges(page: Sequence[Fragment]) -> list[Fragment]:
    """The fragments of the first and the last lines."""
    heights: list[float] = []
    for fragment in sorted(page, key=lambda fragment: -fragment.bottom):
        if not heights or heights[-1] - fragment.bottom > 0.5 * fragment.size:
            heights.append(fragment.bottom)
    if len(heights) < 2:
        return []
    upper = heights[min(EDGE, len(heights) // 2) - 1 if len(heights) > 1 else 0]
    lower = heights[-min(EDGE, len(heights) // 2)]
    return [fragment for fragment in page if fragment.bottom >= upper - 1 or fragment.bottom <= lower + 1]
