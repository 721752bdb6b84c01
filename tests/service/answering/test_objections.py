"""What speaks against a sentence, whatever its features say."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.engine import Engine
from tests.fakes import FakeEncoder


@pytest.mark.parametrize(
    ("lead", "contrary"),
    [
        ("Children may not bring to the camp:", [True, True, True]),
        ("Children bring to the camp:", [False, False, False]),
    ],
)
def test_the_lead_in_of_a_list_denies_its_items(
    lead: str, contrary: list[bool], fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    store = fill({"camp": f"{lead}\n\n- knives of any kind\n- phones\n"})
    (best,) = Engine(store.open(), encoder).examine("What may children bring to the camp?").best
    assert best.measured.objections.contrary.tolist() == contrary
