"""Questions for what comes after or before a step: which item is quoted, and when nothing answers."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering import pipeline
from service.answering.confidence import Confidence
from service.answering.decide import IN_ORDER
from service.answering.engine import Engine
from tests.fakes import FakeEncoder

GUIDE = """# The kiln

## Firing

1. Sweep the floor of the kiln.
2. Stack the pots on the shelves.
3. Shut the door and turn on the gas.
4. Watch the cones through the spyhole.

## Cooling

1. Turn off the gas.
2. Open the vent by a hand.
3. Unload the pots with gloves.

The kiln was built by Ada Brook.
"""
ANY = Confidence({}, -9.0, 0.5, unread=Confidence({}, -9.0, 0.5))


def answered(store: Store, encoder: FakeEncoder, question: str) -> list[str]:
    """What is quoted; nothing where the question is refused."""
    reply = Engine(store.open(), encoder, ANY).ask(question)
    if reply.answer is None:
        return []
    assert reply.confidence == IN_ORDER
    assert all(GUIDE[each.start : each.end] == each.quote for each in reply.answer.evidence)
    return [each.quote for each in reply.answer.evidence]


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        (
            "What comes after stack the pots on the shelves?",
            ["3. Shut the door and turn on the gas.", "2. Stack the pots on the shelves."],
        ),
        (
            "What do I do before unload the pots with gloves?",
            ["2. Open the vent by a hand.", "3. Unload the pots with gloves."],
        ),
        ("Which step follows turn off the gas?", ["2. Open the vent by a hand.", "1. Turn off the gas."]),
        (
            "Once you sweep the floor, what is the next step?",
            ["2. Stack the pots on the shelves.", "1. Sweep the floor of the kiln."],
        ),
        (
            "What comes next after turn on the gas?",
            ["4. Watch the cones through the spyhole.", "3. Shut the door and turn on the gas."],
        ),
        ("What comes after watch the cones through the spyhole?", []),  # the last of its list
        ("What comes before sweep the floor of the kiln?", []),
        ("What comes after grind the glaze?", []),  # no step of any list
        ("Who swept the floor of the kiln?", []),
    ],
)
def test_the_neighbour_of_the_step_is_quoted_with_it(
    fill: Callable[..., Store], encoder: FakeEncoder, question: str, quotes: list[str]
) -> None:
    assert answered(fill({"kiln": GUIDE}), encoder, question) == quotes


def test_a_document_of_very_many_passages_is_not_looked_through(
    fill: Callable[..., Store], encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "MOST_PASSAGES", 0)
    assert answered(fill({"kiln": GUIDE}), encoder, "Which step follows turn off the gas?") == []
