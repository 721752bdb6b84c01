"""What a mark in an answer means is quoted with it."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

ALWAYS = Confidence({}, 30.0, 0.5)
MIDDLE = "\n\n".join(f"The kitchen has rule number {number}, which binds every cook." for number in range(30))


def quotes(store: Store, encoder: FakeEncoder, question: str, reader: FakeReader) -> list[str]:
    reply = Engine(store.open(), encoder, ALWAYS, reader=reader).ask(question)
    assert reply.answer is not None
    for each in reply.answer.evidence:
        (hit,) = [hit for hit in reply.hits if hit.rank == each.passage]
        assert hit.passage.start <= each.start < each.end <= hit.passage.end
        assert each.quote == hit.passage.text[each.start - hit.passage.start : each.end - hit.passage.start]
    return [each.quote for each in reply.answer.evidence]


@pytest.mark.parametrize("between", ["", MIDDLE])  # the note stands among the hits, or far below
@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("Fins can be borrowed.†", "† Against a deposit of ten francs."),
        ("Fins can be borrowed.[^deposit]", "[^deposit]: Against a deposit of ten francs."),
        ("Fins can be borrowed *.", "* Against a deposit of ten francs."),
        ("Fins can be borrowed.¹", "¹ Against a deposit of ten francs."),
    ],
)
def test_the_note_of_a_sentence_is_quoted_with_it(
    fill: Callable[..., Store], encoder: FakeEncoder, line: str, note: str, between: str
) -> None:
    store = fill({"swimming": f"# Swimming\n\n{line}\n\n{between}\n\n{note}\n", "hens": "The hens are let out."})
    assert quotes(store, encoder, "Can fins be borrowed?", FakeReader(borrowed=6.0)) == [line, note]


def test_the_notes_of_a_row_are_quoted_after_its_header(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    table = "| Stop | Weekdays | Saturdays |\n|---|---|---|\n| Mill | 7:10 | 8:00 a |\n| Spa † | 7:45 | 8:33 |\n"
    store = fill({"bus": f"# Bus\n\n{table}\na Runs in summer only.\n\n† Request stop.\n"})
    found = quotes(store, encoder, "When does the bus leave the mill?", FakeReader(Mill=6.0))
    assert found == ["| Mill | 7:10 | 8:00 a |", "| Stop | Weekdays | Saturdays |", "a Runs in summer only."]


def test_a_mark_that_several_lines_begin_with_is_no_note(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    store = fill({"soups": "# Soups\n\nBarley soup * is hot.\n\n* one bowl\n* two bowls\n"})
    assert quotes(store, encoder, "Which soup is hot?", FakeReader(hot=6.0)) == ["Barley soup * is hot."]
