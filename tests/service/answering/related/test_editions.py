"""Questions that name an edition by what the document states of itself, far above what answers."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

READ = Confidence({"read": 8.0}, 0.0, 0.5)
MIDDLE = "\n\n".join(
    f"{number}. The harbour has rule number {number}, which binds every skipper." for number in range(9)
)
RULES = "# Mooring rules\n\n{edition}\n\n" + MIDDLE + "\n\nThe fee of a mooring is {fee} crowns.\n"


def evidence(fill: Callable[..., Store], encoder: FakeEncoder, question: str, old: str, new: str) -> list[str]:
    """What is quoted of two editions of one document; nothing where the question is refused."""
    store = fill({"old": RULES.format(edition=old, fee=6), "new": RULES.format(edition=new, fee=9)})
    reader = FakeReader(**{"6 crowns": 12.0, "9 crowns": 14.0})
    answer = Engine(store.open(), encoder, READ, reader=reader).ask(question).answer
    return [each.quote for each in answer.evidence] if answer else []


@pytest.mark.parametrize(
    ("named", "old", "new"),
    [
        ("version 2.1", "Version 2.1 - in force from 1 July 2017. Superseded in 2023.", "Version 3.0 of May 2023."),
        ("the edition of 2011", "*Edition of 15 May 2011. Repealed in 2022.*", "*Edition of 1 March 2022.*"),
        ("revision 4", "This is revision 4, still in force.", "This is revision 5; it replaces revision 4."),
    ],
)
def test_the_edition_that_a_question_names_answers(
    fill: Callable[..., Store], encoder: FakeEncoder, named: str, old: str, new: str
) -> None:
    quoted = evidence(fill, encoder, f"fee of a mooring under {named}", old, new)
    assert quoted[0] == "The fee of a mooring is 6 crowns."
    assert quoted[1] in old


def test_an_edition_that_none_states_is_not_answered(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    old, new = "Version 2.1 of May 2017.", "Version 3.0 of May 2023, which replaces version 2.2."
    assert evidence(fill, encoder, "fee of a mooring under version 2.2", old, new) == []
