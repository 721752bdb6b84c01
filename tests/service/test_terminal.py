"""A reply for people: what is said of a passage beside its text."""

from dataclasses import replace

import pytest

from service.schemas.replies import AskReply
from service.terminal import show
from tests.fakes import HIT, QUOTE, FakeEngine


@pytest.mark.parametrize("question", ["Who?", "The budget?"])
def test_copies_and_a_newer_version_are_named(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    hit = replace(HIT, copies=("b:0-5", "c:7-12"), superseded_by="rules2024")
    show(AskReply.model_validate(replace(FakeEngine("s1").ask(question), hits=(hit,))))
    lines = capsys.readouterr().out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(QUOTE) and number)
    assert lines[at + 1 : at + 3] == [
        "The version in force says otherwise: rules2024",
        "The same stands in b:0-5, c:7-12",
    ]


def test_nothing_is_said_where_there_is_nothing_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    show(AskReply.model_validate(FakeEngine("s1").ask("Who?")))
    assert "version" not in capsys.readouterr().out
