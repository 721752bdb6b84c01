"""Questions for the first, the third or the last step: which item is quoted, and when nothing answers."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.engine import Engine
from tests.fakes import FakeEncoder
from tests.service.answering.lists.test_steps import ANY, GUIDE


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("What is the last step of the firing?", ["4. Watch the cones through the spyhole."]),
        ("What is the first step of cooling?", ["1. Turn off the gas."]),
        ("Which is the third step of firing?", ["3. Shut the door and turn on the gas."]),
        ("What's the 2nd step when cooling?", ["2. Open the vent by a hand."]),
        ("What is the final stage of cooling?", ["3. Unload the pots with gloves."]),
        ("What is the fifth step of the firing?", []),
    ],
)
def test_an_item_by_its_place(
    question: str, quotes: list[str], fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    reply = Engine(fill({"kiln": GUIDE}).open(), encoder, ANY).ask(question)
    assert [each.quote for each in reply.answer.evidence] == quotes if reply.answer else quotes == []


def test_of_two_lists_none_is_meant_where_the_question_names_neither(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    engine = Engine(fill({"kiln": GUIDE}).open(), encoder, ANY)
    answer = engine.ask("What is the last step of the kiln?").answer
    assert answer is None or not answer.text.startswith(("4. Watch", "3. Unload"))


def test_a_list_is_read_across_its_passages(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    steps = "".join(f"{number}. Turn the bolt of plate {chr(64 + number)} by a quarter.\n" for number in range(1, 13))
    store = fill({"plates": f"# Plates\n\n## Mounting\n\n{steps}\n## Care\n\n1. Oil the plates.\n2. Wipe them.\n"})
    answer = Engine(store.open(), encoder, ANY).ask("What is the last step of mounting?").answer
    assert answer is not None
    assert answer.text == "12. Turn the bolt of plate L by a quarter."
