"""What a short form stands for is quoted from where a text introduces it."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering import pipeline
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from tests.fakes import FakeEncoder

USED = "The HRC has nine boats. The HRC stands by the sea. The boats of the HRC are red."
ALWAYS = Confidence({}, 9.0, 0.5, unread=Confidence({}, 9.0, 0.5))


def asked(store: Store, encoder: FakeEncoder, question: str) -> str:
    """The quote; its position holds it."""
    engine = Engine(store.open(), encoder, ALWAYS)
    answer = engine.ask(question).answer
    assert answer is not None
    first = answer.evidence[0]
    assert engine.document(first.document).text[first.start : first.end] == first.quote == answer.text
    return first.quote


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (f"# Boats\n\n{USED}\n\n## Old days\n\nThe Harbour Rescue Council (HRC) had none.", None),
        (f"# Boats\n\n## Harbour Rescue Council (HRC)\n\n{USED}", "Harbour Rescue Council (HRC)"),
        (f"# The Harbour Rescue Council (HRC)\n\n{USED}", "The Harbour Rescue Council (HRC)"),
    ],
)
def test_a_sentence_a_heading_or_the_title_introduces_it(
    fill: Callable[..., Store], encoder: FakeEncoder, text: str, quote: str | None
) -> None:
    store = fill({"boats": text, "other": "The HRC is asked for by letter."})
    assert asked(store, encoder, "What does HRC stand for?") == (quote or "The Harbour Rescue Council (HRC) had none.")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (f"# Harbour Rescue Council\n\n{USED}", "Harbour Rescue Council"),
        (f"# Boats\n\n{USED}\n\n**Full title:** Harbour Rescue Council", "**Full title:** Harbour Rescue Council"),
        (
            f"# Boats\n\nIt is like the Hill Rescue Club. {USED}\n\nHRC is the Harbour Rescue Council.",
            "HRC is the Harbour Rescue Council.",
        ),
    ],
)
def test_names_that_spell_it_say_what_it_stands_for(
    fill: Callable[..., Store], encoder: FakeEncoder, text: str, quote: str
) -> None:
    assert asked(fill({"boats": text}), encoder, "What does HRC stand for?") == quote


@pytest.mark.parametrize(
    "text",
    [
        f"# Harbour Rescue\n\n{USED}",  # spells less of it
        f"# Harbour Rescue Council\n\nThere is a Hill Rescue Club as well. {USED}",  # two spell it
    ],
)
def test_what_nothing_says_clearly_is_left_to_the_reader(
    fill: Callable[..., Store], encoder: FakeEncoder, text: str
) -> None:
    assert asked(fill({"boats": text}), encoder, "What does HRC stand for?") in USED


def test_a_document_of_very_many_passages_is_not_looked_through(
    fill: Callable[..., Store], encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "MOST_PASSAGES", 0)
    store = fill({"boats": f"# The Harbour Rescue Council (HRC)\n\n{USED}"})
    assert asked(store, encoder, "What does HRC stand for?") != "The Harbour Rescue Council (HRC)"
