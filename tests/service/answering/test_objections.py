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
        ("Children may not bring to the camp, except:", [False, False, False]),
    ],
)
def test_the_lead_in_of_a_list_denies_its_items(
    lead: str, contrary: list[bool], fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    store = fill({"camp": f"{lead}\n\n- knives of any kind\n- phones\n"})
    (best,) = Engine(store.open(), encoder).examine("What may children bring to the camp?").best
    assert best.measured.objections.contrary.tolist() == contrary


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("I drive a company car. Can I get a permit?\nYes, with a statement by your employer.", [True, True, False]),
        ("I drive a company car. Can I get a permit?\n\nYes, with a statement.", [False, True]),  # no answer of it
        ("The car is the company's. Is it? Yes, it is.", [False, True, False]),
    ],
)
def test_what_stands_with_a_question_on_its_line_is_no_answer(
    text: str, asks: list[bool], fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    best = Engine(fill({"permits": text}).open(), encoder).examine("Who gets a permit for a company car?").best
    (first,) = (each for each in best if "company" in each.hit.passage.text)
    assert first.measured.objections.asks.tolist()[: len(asks)] == asks


def test_what_is_said_of_a_namesake_is_of_another(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    engine = Engine(fill({"members": "Bo Holt plays the oboe. The flute is played by Ann Berg."}).open(), encoder)
    (best,) = engine.examine("What does Ann Holt play?").best
    assert best.measured.objections.another.tolist() == [False, False]  # an Ann is named
    (best,) = engine.examine("What does Cy Holt play?").best
    assert best.measured.objections.another.tolist() == [True, False]
