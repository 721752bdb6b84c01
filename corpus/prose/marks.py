"""Marks that send to a note, and the notes that begin with them: "Soup * 5.80", "* on Fridays only"."""

import re
from collections.abc import Iterator

from corpus.prose.cells import cells_of

_SIGN = r"[†‡]{1,3}|[¹²³⁴-⁹]{1,2}|\[\^[^\]\s]{1,40}\]"  # a mark that is nothing else
_MARK = re.compile(rf"(?<=[^\s\\*])[ \t]?(?P<mark>{_SIGN}|\*{{1,3}}(?![*\w]))")
_LETTER = re.compile(r"[\d.,:–-]+[ \t](?P<mark>[a-h])")  # a cell: "8:00 a"
_BEFORE = " \t\\|>"  # what may stand before the mark of a note
_NOTE = re.compile(rf"[ \t\\|>]{{0,8}}(?P<mark>{_SIGN}|\*{{1,3}}|[a-h](?=[).:]?[ \t]+[A-Z]))")


def marks_in(text: str, *, in_row: bool) -> Iterator[str]:
    """The marks in a text, of which a note may say what they mean; in a row, also small letters behind figures.

    Stars around words are none: they come in pairs.
    """
    for mark in dict.fromkeys(match["mark"] for match in _MARK.finditer(text)):
        if "*" not in mark or text.count(mark) % 2:
            yield mark
    for cell, _ in cells_of(text) if in_row else ():
        if letter := _LETTER.fullmatch(cell):
            yield letter["mark"]


def begins_with(text: str, mark: str) -> bool:
    """Whether a sentence is the note of a mark."""
    said = text.lstrip(_BEFORE)
    if not said.startswith(mark):
        return False
    rest = said[len(mark) :]
    if mark.isalpha():
        return bool(re.match(r"[).:]?[ \t]+[A-Z]", rest))
    return rest[:1] != mark[-1] and bool(rest.strip()) and not ("*" in mark and "*" in rest)


def mark_of(text: str) -> str | None:
    """The mark that a sentence is the note of; None where it is none."""
    match = _NOTE.match(text)
    return match["mark"] if match and begins_with(text, match["mark"]) else None
