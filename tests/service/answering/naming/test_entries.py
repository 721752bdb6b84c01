"""What is only asked to be explained is quoted from its entry in a glossary."""

from collections.abc import Callable

import pytest

from corpus.documents import BlockKind, Passage
from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.decide import ENTERED
from service.answering.engine import Engine
from service.answering.naming.entries import said_of
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

NEVER = Confidence({}, -9.0, 0.5, unread=Confidence({}, -9.0, 0.5))
TALK = "# Harbour\n\nA berth is let for a year. Each berth has a number. A berth may be swapped for another berth.\n\n"
TABLE = "## Glossary\n\n| word | meaning |\n|---|---|\n| berth | a place for one boat |\n| quay | a wall to land at |\n"


def answered(store: Store, encoder: FakeEncoder, question: str, **marks: float) -> tuple[list[str], str | None]:
    """The quotes, and the words that answer; nothing where the question is refused."""
    reply = Engine(store.open(), encoder, NEVER, reader=FakeReader(**marks)).ask(question)
    if reply.answer is None:
        return [], None
    assert reply.confidence == ENTERED
    return [each.quote for each in reply.answer.evidence], reply.answer.short.text if reply.answer.short else None


@pytest.mark.parametrize(
    "question", ["What is a berth?", "What are berths", "What does berth mean?", "what's the berth"]
)
def test_the_entry_of_a_glossary_explains_its_term(
    fill: Callable[..., Store], encoder: FakeEncoder, question: str
) -> None:
    row, header = "| berth | a place for one boat |", "| word | meaning |"
    for marks in ({}, {"number": 12.0}):  # whatever the reader says of another sentence
        assert answered(fill({"a": TALK + TABLE}), encoder, question, **marks) == (
            [row, header],
            "a place for one boat",
        )


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ("Berth: a place for one boat\n", ["Berth: a place for one boat"]),
        ("Berth: a place for one boat\n\n## Beds\n\nBerth: a bed\n", []),  # one of two
        ("Berth of honour: a place for one boat\n", []),
    ],
)
def test_a_single_entry_needs_no_glossary(
    fill: Callable[..., Store], encoder: FakeEncoder, entries: str, expected: list[str]
) -> None:
    assert answered(fill({"a": TALK + entries}), encoder, "What is a berth?")[0] == expected


def test_what_the_reader_is_sure_of_stands_before_an_entry_that_is_in_no_glossary(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    store = fill({"a": f"{TALK}Berth: a place for one boat\n"})
    assert answered(store, encoder, "What is a berth?", number=12.0) == ([], None)


@pytest.mark.parametrize(
    ("question", "text", "kind", "said"),
    [
        ("What is a quay?", "| quay | a wall |", "row", "a wall"),
        ("What is a quay?", "| Quay | a wall | 1902 |", "row", None),
        ("What is a quay?", "- **Quay**: a wall", "item", "a wall"),
        ("What is a quay?", "Quay – a wall", "record", "a wall"),
        ("What is a quay for?", "Quay – a wall", "record", None),
        ("What is the north quay?", "Quay – a wall", "record", None),
        ("Where is a quay?", "Quay – a wall", "record", None),
        ("What is meant by quiet hours?", "Quiet hours: ten to six", "record", "ten to six"),
    ],
)
def test_entries(question: str, text: str, kind: BlockKind, said: str | None) -> None:
    passage = Passage("a", "A", (), 0, len(text), text, ((0, len(text)),), kinds=(kind,), blocks=(0,))
    span = said_of(question, passage, 0)
    assert (span and text[slice(*span)]) == said


@pytest.mark.parametrize(("blocks", "said"), [((0, 1), "a wall"), ((0, 0), None)])
def test_what_follows_a_term_in_a_list_of_definitions(blocks: tuple[int, int], said: str | None) -> None:
    passage = Passage(
        "a", "A", (), 0, 14, "Quay\n:   a wall", ((0, 4), (5, 15)), kinds=("paragraph", "item"), blocks=blocks
    )
    span = said_of("What is a quay?", passage, 1)
    assert (span and ":   a wall"[slice(*span)]) == said
