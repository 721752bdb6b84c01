"""From a question to hits: what of it is looked for."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from tests.fakes import FakeEncoder


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("My sister bakes. Who is the head of the Centre?", "Who is the head of the Centre?"),
        ("We met Irakli. Who is the head of the Centre?", None),
        ("Could you tell me who is the head of the Centre?", "Who is the head of the Centre?"),
    ],
)
def test_what_a_question_tells_counts_where_the_texts_speak_of_it(
    fill: Callable[..., Store], encoder: FakeEncoder, question: str, understood: str | None
) -> None:
    texts = {"centre": "The head of the Centre is Irakli Beridze.", "sea": "The sea is blue."}
    engine = Engine(fill(texts).open(), encoder, Confidence({"weakest": 8.0}, -4.0, 0.5))
    reply = engine.ask(question)
    assert reply.understood == understood
    assert reply.answer
    assert reply.answer.text == "The head of the Centre is Irakli Beridze."
