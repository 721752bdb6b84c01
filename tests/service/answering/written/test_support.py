"""Whether passages support a statement."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.answering.confidence import Regression
from service.answering.reader.spans import ReaderInput, Reading
from service.answering.statements.weights import SupportWeights
from service.answering.written.support import LONGEST, SupportCheck
from tests.fakes import FakeEncoder
from tests.passages import passage

VAULT = passage("The vault is locked at night.", "Ida Moss checks it every Friday.", title="Vault")
FEES = passage("The yearly fee is £12.", "Members over 66 pay nothing.", title="Fees")
ALL_PASS = Regression({}, 0.0, 0.5)
CHECK = SupportCheck(encoder=FakeEncoder(), weights=SupportWeights(ALL_PASS, Regression({"far": -2.0}, 1.0, 0.5)))


class Answers:
    """A reader that marks the same words for every question."""

    def __init__(self, words: str | None) -> None:
        self.words = words

    def read(self, inputs: Sequence[ReaderInput]) -> list[list[Reading]] | None:
        if self.words is None:
            return None
        start = max(inputs[0].text.find(self.words), 0)
        return [[Reading(start, start + len(self.words), 9.0)] for _ in inputs]


def test_what_a_passage_says_is_supported_where_it_stands() -> None:
    support = CHECK.support("The yearly fee is £12.", [VAULT, FEES])
    assert (support.supported, support.reason, support.passage) == (True, "", 1)
    assert support.start is not None
    assert support.end is not None
    assert FEES.text[support.start - FEES.start : support.end - FEES.start] == "The yearly fee is £12."


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("The yearly fee is £13.", "the passage does not say £13"),
        ("The yearly fee is not £12.", "the passage does not deny it"),
        ("The vault is locked at noon.", "the passage does not say 'noon'"),
        ("Orchids bloom.", "the passages say nothing of it"),
        ("Yes.", "the passages say nothing of it"),
        ("", "the passages say nothing of it"),
        ("a " * LONGEST, f"it is longer than {LONGEST} characters"),
    ],
)
def test_what_no_passage_says_is_not_and_the_reason_is_told(statement: str, reason: str) -> None:
    support = CHECK.support(statement, [VAULT, FEES])
    assert (support.supported, support.reason, support.passage) == (False, reason, None)


def test_without_passages_nothing_is_supported() -> None:
    assert not CHECK.support("The yearly fee is £12.", []).supported


def test_what_the_reader_finds_instead_is_the_reason() -> None:
    unsure = SupportWeights(Regression({"other": -9.0}, 1.0, 0.5), ALL_PASS)
    check = SupportCheck(Answers("Ida Moss"), FakeEncoder(), unsure)
    support = check.support("The vault is checked by Friday.", [VAULT])
    assert support.reason == "the passage says Ida Moss and not Friday"


def test_a_reader_that_fails_counts_as_none() -> None:
    check = SupportCheck(Answers(None), FakeEncoder(), SupportWeights(Regression({}, -9.0, 0.5), ALL_PASS))
    assert check.support("The yearly fee is £12.", [FEES]).supported


@settings(deadline=None)
@given(st.text(max_size=80), st.text(min_size=1, max_size=80))
def test_no_text_raises(statement: str, text: str) -> None:
    given_passage = passage(text)
    support = CHECK.support(statement, [given_passage])
    if support.supported:
        assert support.start is not None
        assert support.end is not None
        assert given_passage.start <= support.start < support.end <= given_passage.end
