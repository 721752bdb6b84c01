"""What is drawn on a printed page, not written: lines and boxes that part the cells of a table, and bullets."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from corpus.building.page_lines import Fragment, Line

THIN = 3.0  # points: a shape that is thinner is a line
SHORT = 6.0  # points: a line that is shorter parts nothing
MAX_SHAPES = 10_000  # of a page; a page of more is a drawing
MAX_CELL = 200.0  # points: a box that is higher is no cell, but what columns stand in
BULLET = (1.5, 8.0)  # points: from how wide and high to how wide and high a bullet is
COVERED = 0.5  # share of a table's width that the line between two rows covers: cells may run over several rows


@dataclass(frozen=True, slots=True)
class Shape:
    """The bounds of something drawn. Points, from the lower left corner of the page."""

    left: float
    bottom: float
    right: float
    top: float


class Rules:
    """The drawn lines of one page, the edges of its boxes, and its bullets."""

    def __init__(self, shapes: Iterable[Shape] = ()) -> None:
        self._upright: list[Shape] = []
        self._level: list[Shape] = []
        self._dots: list[Shape] = []
        for shape in islice(shapes, MAX_SHAPES):
            width, height = shape.right - shape.left, shape.top - shape.bottom
            if all(BULLET[0] <= side <= BULLET[1] for side in (width, height)):
                self._dots.append(shape)
            elif height > SHORT and width < THIN:
                self._upright.append(shape)
            elif width > SHORT and height < THIN:
                self._level.append(shape)
            elif SHORT < height < MAX_CELL and width > SHORT:
                self._upright += (replace(shape, right=shape.left), replace(shape, left=shape.right))
                self._level += (replace(shape, top=shape.bottom), replace(shape, bottom=shape.top))
        self._upright.sort(key=lambda rule: rule.left)

    def mark(self, line: Line) -> bool:
        """Whether a bullet is drawn before a line."""
        return any(
            line.bottom < (dot.bottom + dot.top) / 2 < line.top and 0 < line.left - dot.right < 2 * line.size
            for dot in self._dots
        )

    def part(self, before: Fragment, after: Fragment) -> bool:
        """Whether an upright line stands between two fragments of one line."""
        left, right = (before, after) if before.left < after.left else (after, before)
        middle = (left.bottom + left.top) / 2
        first = bisect_left(self._upright, left.right - 1, key=lambda rule: rule.left)
        for rule in islice(self._upright, first, None):
            if rule.left > right.left + 1:
                break
            if rule.bottom <= middle <= rule.top and rule.right <= right.left + 1:
                return True
        return False

    def enclose(self, line: Line) -> bool:
        """Whether upright lines stand on both sides of a line: it is one of a table, and not one of a column."""
        middle = (line.bottom + line.top) / 2
        beside = [rule for rule in self._upright if rule.bottom <= middle <= rule.top]
        return any(rule.right <= line.left + 1 for rule in beside) and any(
            rule.left >= line.right - 1 for rule in beside
        )

    def between(self, above: Line, below: Line, left: float, right: float) -> bool:
        """Whether a line is drawn between two lines of a table that reaches from `left` to `right`."""
        upper, lower = ((line.bottom + line.top) / 2 for line in (above, below))
        pieces = sorted(
            (max(rule.left, left), min(rule.right, right))
            for rule in self._level
            if lower < (rule.bottom + rule.top) / 2 < upper and rule.left < right and rule.right > left
        )
        covered, end = 0.0, left
        for start, stop in pieces:
            covered += max(0.0, stop - max(start, end))
            end = max(end, stop)
        return covered > COVERED * (right - left)
