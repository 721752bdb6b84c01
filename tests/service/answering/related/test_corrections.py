"""A later notice that corrects the first answer takes its place."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

ALWAYS = Confidence({}, 30.0, 0.5)
ISSUE = "The swap of seeds is in the barn. Tea is served."


@pytest.mark.parametrize(
    ("notice", "quotes"),
    [
        (
            "The place of the swap was printed wrongly. The right one is the fire station.",
            None,
        ),
        (
            "The place of the swap of seeds was printed wrongly. We are sorry. It is in the fire station.",
            ["We are sorry. It is in the fire station.", "The place of the swap of seeds was printed wrongly."],
        ),
        ("Last time the swap was in the wrong line: it should have read fire station.", None),
        ("# Corrections\n\nThe swap of seeds is in the fire station.", ["The swap of seeds is in the fire station."]),
        ("Correction: the swap of seeds is in the fire station.", None),
        ("Corrections of the swap of seeds hang at the fire station.", ["The swap of seeds is in the barn."]),
        ("The swap of tools is in the fire station.", ["The swap of seeds is in the barn."]),
        ("The colour of a car was printed wrongly. It is at the fire station.", ["The swap of seeds is in the barn."]),
        ("The swap of seeds went wrong. Somebody ran to the fire station.", ["The swap of seeds is in the barn."]),
    ],
)
def test_what_a_notice_corrects_is_not_quoted(
    fill: Callable[..., Store], encoder: FakeEncoder, notice: str, quotes: list[str] | None
) -> None:
    reader = FakeReader(barn=8.0, fire=-2.0)
    engine = Engine(fill({"issue": ISSUE, "notice": notice}).open(), encoder, ALWAYS, reader=reader)
    answer = engine.ask("Where is the swap of seeds?").answer
    assert answer is not None
    assert [evidence.quote for evidence in answer.evidence] == (quotes or [notice])


def test_without_a_reader_nothing_is_taken_for_a_correction(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    notice = "The place of the swap was printed wrongly. The right one is the fire station."
    answer = Engine(fill({"issue": ISSUE, "notice": notice}).open(), encoder, ALWAYS).ask("Where is the swap of seeds?")
    assert answer.answer is not None
    assert answer.answer.evidence[0].document == "issue"
