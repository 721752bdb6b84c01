"""Marks in a text, and the notes that they send to."""

import pytest

from corpus.prose.marks import begins_with, mark_of, marks_in


@pytest.mark.parametrize(
    ("text", "in_row", "marks"),
    [
        ("Soup * and stew **", False, ["*", "**"]),
        ("*All of it* is hot", False, []),
        ("It is **bold** here", False, []),
        ("| Stew ‡ † | 8:00 a | b |", True, ["‡", "†", "a"]),
        ("It costs 8 a day", False, []),
    ],
)
def test_marks(text: str, in_row: bool, marks: list[str]) -> None:
    assert list(marks_in(text, in_row=in_row)) == marks


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("† No fish.", "†", True),
        ("†† No fish.", "†", False),
        ("* no fish", "*", True),
        ("*No* fish", "*", False),
        ("\\* no fish", "*", True),
        ("a) No fish", "a", True),
        ("a fish", "a", False),
        ("†", "†", False),
    ],
)
def test_what_a_note_begins_with(text: str, mark: str, expected: bool) -> None:
    assert begins_with(text, mark) is expected
    assert (mark_of(text) == mark) is expected
