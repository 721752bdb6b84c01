"""The headings of a changelog say what became of a thing."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from service.answering.question.changes import is_other_change
from tests.fakes import FakeEncoder

CHANGES = """# Changes

## [3.1.0]

### Deprecated

- The red switch.

## [4.0.0]

### Removed

- The old red lamp.
"""


@pytest.mark.parametrize(
    ("question", "heading", "expected"),
    [
        ("In which version was the red switch removed?", "Deprecated", True),
        ("In which version was the red switch removed?", "Removed", False),
        ("What was taken out in 3.0.0?", "Added", True),
        ("Which version repaired the wrong unit?", "Fixed", False),
        ("Was the switch removed or only deprecated?", "Deprecated", False),  # asks for both
        ("When did version 3 come out?", "Added", False),
        ("Who was removed?", "The board", False),
    ],
)
def test_another_change_than_asked_for(question: str, heading: str, expected: bool) -> None:
    assert is_other_change(question, heading) is expected


def test_what_stands_below_another_change_is_no_answer(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    anything = Confidence({}, 9.0, 0.5, unread=Confidence({}, 9.0, 0.5))
    engine = Engine(fill({"changes": CHANGES}).open(), encoder, anything)
    removed = engine.ask("In which version was the red switch removed?").answer
    assert removed is None or "3.1.0" not in removed.text
    deprecated = engine.ask("In which version was the red switch deprecated?").answer
    assert deprecated is not None
    assert deprecated.text == "[3.1.0]"


def test_a_heading_that_holds_the_version_misfits_nothing(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    engine = Engine(fill({"changes": CHANGES}).open(), encoder)
    assert engine.ask("In which version was the red switch deprecated?").features["misfits"] == 0.0
    assert engine.ask("How many red lamps were removed?").features["misfits"] == 1.0
