"""Where an answer names what the text defines elsewhere, the definition is quoted with it."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering import pipeline
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

RULES = "Engines must be off in quiet hours. Water is free."
ALWAYS = Confidence({}, 30.0, 0.5)
WHEN = "When must engines be off?"


def asked(store: Store, encoder: FakeEncoder, question: str, reader: FakeReader) -> list[str]:
    """The quotes of the answer."""
    answer = Engine(store.open(), encoder, ALWAYS, reader=reader).ask(question).answer
    assert answer is not None
    return [evidence.quote for evidence in answer.evidence]


@pytest.mark.parametrize(
    ("terms", "question", "is_told_by_them"),
    [
        ('"Quiet hours" means the time from 22:30 to 06:30.', WHEN, True),
        ("**Quiet hour**: means 22:30 to 06:30.", WHEN, True),
        ("In these rules, “quiet hours” are from ten to six.", WHEN, True),
        ("Quiet hours means the time from 22:30 to 06:30.", WHEN, True),
        ('"Quiet hours" means hours without noise.', WHEN, False),  # no time
        ('"Rush hours" means the time from 7:30 to 9:30.', WHEN, False),
        ("In quiet hours, from 22:30, the gate is shut.", WHEN, False),  # defines nothing
        ('"Quiet hours" means the time from 22:30 to 06:30.', "What must be off in the night?", False),
    ],
)
def test_a_definition_says_what_the_answer_does_not(
    fill: Callable[..., Store], encoder: FakeEncoder, terms: str, question: str, is_told_by_them: bool
) -> None:
    store = fill({"rules": RULES, "terms": f"Berths are let in May.\n\n{terms}"})
    quotes = asked(store, encoder, question, FakeReader(quiet=6.0))
    first = "Engines must be off in quiet hours."
    assert (quotes == [terms, first]) is is_told_by_them


def test_what_the_reader_does_not_take_for_an_answer_is_not_looked_up(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    store = fill({"rules": f'{RULES}\n\n"Quiet hours" means the time from 22:30 to 06:30.'})
    assert len(asked(store, encoder, WHEN, FakeReader(quiet=-15.0))) == 1


def test_a_document_of_very_many_passages_is_not_looked_through(
    fill: Callable[..., Store], encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "MOST_PASSAGES", 0)
    store = fill({"rules": f'{RULES}\n\n"Quiet hours" means the time from 22:30 to 06:30.'})
    assert len(asked(store, encoder, WHEN, FakeReader(quiet=6.0))) == 1
