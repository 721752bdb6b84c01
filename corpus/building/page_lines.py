"""The lines of a printed page in the order they are read: columns one after another, cells of a row side by side."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from unicodedata import bidirectional

COLUMN_LINES = 4  # the fewest lines that make a column
PROSE_LETTERS = 18  # characters of a usual line of a column; cells of tables are shorter
PROSE_WIDTH = 0.55  # share of a column's width that its usual line takes
MAX_CROSSING = 0.8  # share of a page's fragments that may lie across the gap between two columns


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words that stand together on one line. Points, from the lower left corner of the page.

    `size` is the height of the letters. `words` are the fragments that it was joined from.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    is_bold: bool = False
    words: tuple["Fragment", ...] = ()


def join(words: Sequence[Fragment]) -> Fragment:
    """Words that stand beside each other as one fragment, in the order they are read."""
    words = _in_order(words)
    return Fragment(
        text=" ".join(word.text for word in words),
        left=min(word.left for word in words),
        bottom=min(word.bottom for word in words),
        right=max(word.right for word in words),
        top=max(word.top for word in words),
        size=max(words, key=lambda word: len(word.text)).size,
        is_bold=all(word.is_bold for word in words),
        words=tuple(words),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """Fragments at one height, in the order they are read. `column_left` and `column_right` bound its column."""

    fragments: tuple[Fragment, ...]
    page: int
    column_left: float
    column_right: float

    @property
    def text(self) -> str:
        """The words; a tab stands for a wide gap."""
        words = self.fragments[0].text
        for before, fragment in zip(self.fragments, self.fragments[1:], strict=False):
            gap = max(fragment.left - before.right, before.left - fragment.right)
            words += ("\t" if gap > 2.5 * self.size else " ") + fragment.text
        return words

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(fragment.left for fragment in self.fragments)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(fragment.right for fragment in self.fragments)

    @property
    def top(self) -> float:
        """Height of its upper edge."""
        return max(fragment.top for fragment in self.fragments)

    @property
    def bottom(self) -> float:
        """Height of its lower edge."""
        return min(fragment.bottom for fragment in self.fragments)

    @property
    def size(self) -> float:
        """Height of most of its letters."""
        return max(self.fragments, key=lambda fragment: len(fragment.text)).size

    @property
    def is_bold(self) -> bool:
        """Whether all of it is bold."""
        return all(fragment.is_bold for fragment in self.fragments)


@dataclass(frozen=True, slots=True)
class _Region:
    """A page, or a column of it, with its bounds."""

    page: int
    left: float
    right: float


def reading_order(
    fragments: Sequence[Fragment], page: int, is_row: Callable[[Line], bool] = lambda line: False
) -> list[Line]:
    """The lines of a page, or of a column of it; `is_row` says of a line whether it is known to belong to a table."""
    if not fragments:
        return []
    region = _Region(page, min(f.left for f in fragments), max(f.right for f in fragments))
    gutter = _find_gutter(fragments)
    whole = _lines(fragments, region)
    if gutter is None:
        return whole
    lines: list[Line] = []
    beside: list[Fragment] = []
    for line in whole:
        # What stands beside words that lie across the gap, such as the bullet before them, belongs to their line.
        if any(f.left < gutter < f.right for f in line.fragments) or is_row(line):
            lines += [*_columns(beside, gutter, region), line]
            beside = []
        else:
            beside.extend(line.fragments)
    return [*lines, *_columns(beside, gutter, region)]


def _columns(fragments: Sequence[Fragment], gutter: float, region: _Region) -> list[Line]:
    """The lines of two columns, one after the other; where the gap is one between cells, row by row."""
    lines: list[Line] = []
    columns: list[Fragment] = []
    for band in _bands(fragments):
        left = [fragment for fragment in band if fragment.left < gutter]
        right = [fragment for fragment in band if fragment.left >= gutter]
        if (_is_prose(left) and _is_prose(right)) or (columns and not (left and right)):
            columns += band
            continue
        lines += _column_lines(columns, gutter, region)
        columns = []
        lines += _lines(band, region)
    return lines + _column_lines(columns, gutter, region)


def _column_lines(fragments: Sequence[Fragment], gutter: float, region: _Region) -> list[Line]:
    left = [fragment for fragment in fragments if fragment.left < gutter]
    right = [fragment for fragment in fragments if fragment.left >= gutter]
    return [*reading_order(left, region.page), *reading_order(right, region.page)]


def _bands(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Fragments from top to bottom, parted where blank space runs across them."""
    bands: list[list[Fragment]] = []
    bottom = 0.0
    for fragment in sorted(fragments, key=lambda fragment: -fragment.top):
        if not bands or bottom - fragment.top > 0.3 * fragment.size:
            bands.append([])
            bottom = fragment.bottom
        bands[-1].append(fragment)
        bottom = min(bottom, fragment.bottom)
    return bands


def _find_gutter(fragments: Sequence[Fragment]) -> float | None:
    """Where a gap between two columns lies; None where the page has one column."""
    if len(fragments) < 2 * COLUMN_LINES:
        return None
    first = min(fragment.left for fragment in fragments)
    width = max(fragment.right for fragment in fragments) - first
    best: tuple[int, float] | None = None
    for edge in sorted({round(fragment.left) for fragment in fragments}):
        gutter = edge - 2.0
        if not 0.2 * width < gutter - first < 0.8 * width:
            continue
        left = sum(fragment.right <= gutter for fragment in fragments)
        right = sum(fragment.left >= gutter for fragment in fragments)
        crossing = len(fragments) - left - right
        if min(left, right) >= COLUMN_LINES and crossing <= MAX_CROSSING * len(fragments):
            best = max(best or (-(10**9), 0.0), (2 * min(left, right) - crossing, gutter))
    return best[1] if best else None


def _is_prose(fragments: Sequence[Fragment]) -> bool:
    """Whether one side of a gap is a column of prose, and no column of a table."""
    if len(fragments) < 2:
        return False
    width = max(fragment.right for fragment in fragments) - min(fragment.left for fragment in fragments)
    letters = median(len(fragment.text) for fragment in fragments)
    widths = median(fragment.right - fragment.left for fragment in fragments)
    return letters >= PROSE_LETTERS and widths >= PROSE_WIDTH * width


def _lines(fragments: Sequence[Fragment], region: _Region) -> list[Line]:
    """The lines from top to bottom."""
    groups: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda fragment: (-(fragment.top + fragment.bottom), fragment.left)):
        if groups and is_beside(groups[-1][0], fragment):
            groups[-1].append(fragment)
        else:
            groups.append([fragment])
    return [Line(tuple(_in_order(group)), region.page, region.left, region.right) for group in groups]


def is_beside(one: Fragment, other: Fragment) -> bool:
    """Whether two fragments stand at one height."""
    overlap = min(one.top, other.top) - max(one.bottom, other.bottom)
    return overlap > 0.5 * min(one.top - one.bottom, other.top - other.bottom)


def _in_order(fragments: Sequence[Fragment]) -> list[Fragment]:
    """From left to right, or from right to left where the script is written so, other words in between in theirs."""
    if not is_right_to_left("".join(fragment.text for fragment in fragments)):
        return sorted(fragments, key=lambda fragment: fragment.left)
    ordered: list[Fragment] = []
    leftward: list[Fragment] = []
    for fragment in sorted(fragments, key=lambda fragment: -fragment.left):
        if any(letter.isalpha() for letter in fragment.text) and not is_right_to_left(fragment.text):
            leftward.insert(0, fragment)
            continue
        ordered += [*leftward, fragment]
        leftward = []
    return ordered + leftward


def is_right_to_left(words: Iterable[str]) -> bool:
    """Whether most letters belong to a script that is written from right to left."""
    letters = "".join(words)
    if letters.isascii():
        return False
    directions = [bidirectional(letter) for letter in letters if letter.isalpha()]
    return 2 * sum(direction in ("R", "AL") for direction in directions) > len(directions)
