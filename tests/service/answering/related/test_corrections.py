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


@pytest.mark.parametrize(
    ("later", "document"),
    [
        ("Hello again.\n\nThe swap of seeds is moved to 9 May.", "The swap of seeds is moved to 9 May."),
        ("Please ignore the date of my last note. The swap of seeds is on 9 May.", "The swap of seeds is on 9 May."),
        ("The swap of seeds is moved to the barn.", "The swap of seeds is on 2 May."),  # no day
        ("The swap of tools is on 9 May.", "The swap of seeds is on 2 May."),
    ],
)
def test_a_later_change_of_the_same_text_takes_the_place_of_the_plan(
    fill: Callable[..., Store], encoder: FakeEncoder, later: str, document: str
) -> None:
    text = f"# Notes\n\n## 1 April\n\nThe swap of seeds is on 2 May.\n\n## 20 April\n\n{later}\n"
    reader = FakeReader(**{"2": 8.0, "9": -2.0})
    engine = Engine(fill({"notes": text}).open(), encoder, ALWAYS, reader=reader)
    answer = engine.ask("When is the swap of seeds?").answer
    assert answer is not None
    assert document in answer.text
