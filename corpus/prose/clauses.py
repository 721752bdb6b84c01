"""Numbered clauses of plain text, one a line: "2. Charges", "2.1 Deposit", "2.2 A dirty tool costs 15."."""

import re
from collections.abc import Sequence

from corpus.documents import Block, Span
from corpus.prose.headings import lone_heading

_CLAUSE = re.compile(
    r"(?P<above>\d{1,2}(?:\.\d{1,2}){0,2})\.(?P<number>[1-9]\d?)\.?[ \t]+[\"“(]?[A-ZÀ-ÖØ-ÞА-Я]"  # not "2.5 kg"
)
_NUMBERED = re.compile(r"(?P<number>\d{1,2})\.?[ \t]+\S")


def clauses_among(text: str, lines: Sequence[Span]) -> frozenset[int]:
    """Where the lines begin that are numbered clauses among these; none where the first line has no number.

    "18.30 Concert" is none: a number of two digits goes on from the one before.
    """
    found: set[int] = set()
    if len(lines) < 2 or not (_CLAUSE.match(text, *lines[0]) or _NUMBERED.match(text, *lines[0])):
        return frozenset()
    before = ("", 0)
    for line in lines:
        if match := _CLAUSE.match(text, *line):
            number = int(match["number"])
            if number < 10 or before == (match["above"], number - 1):
                found.add(line[0])
                before = (match["above"], number)
    return frozenset(found)


def heading_of_clauses(text: str, line: Span, following: Span, clauses: frozenset[int]) -> Block | None:
    """The heading that "2. Charges" is right above "2.1 ..."; None where it is something else."""
    number = _NUMBERED.match(text, *line)
    if number is None or following[0] not in clauses or not text.startswith(f"{number['number']}.1", following[0]):
        return None
    return Block("heading", *line, level=3) if lone_heading(text, line) else None
