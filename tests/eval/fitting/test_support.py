"""The check of written statements, measured and fitted."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.documents import Passage
from corpus.errors import DatasetError
from corpus.making import make_document
from eval.fitting.statements import LabelledStatement
from eval.fitting.support import Example, Share, examples, fit_support, measure, save
from eval.fitting.support import Given as GivenPassages
from service.answering.confidence import Regression
from service.answering.reader.spans import ReaderInput, Reading
from service.answering.statements.weights import SupportWeights
from service.answering.written.support import Support, SupportCheck
from tests.fakes import FakeEncoder

TEXT = "# Fees\n\nThe yearly fee is £12.\n\n# Vault\n\nThe vault is locked.\n"


def labelled(number: int, *, supported: bool, kind: str, text: str = "", document: str = "d") -> LabelledStatement:
    made = make_document(document, TEXT)
    start = made.text.index("The yearly")
    return LabelledStatement(str(number), text or str(number), supported, kind, made, ((start, start + 22),))


class MarksNothing:
    """A reader that finds no words."""

    def read(self, inputs: Sequence[ReaderInput]) -> list[list[Reading]] | None:
        return [[] for _ in inputs]


class Says(SupportCheck):
    """Calls statements with even numbers supported."""

    def support(self, statement: str, passages: Sequence[Passage]) -> Support:
        even = int(statement) % 2 == 0
        return Support(even, "", 0, passages[0].start, passages[0].end) if even else Support(False, "odd")


def test_precision_recall_and_what_is_caught_of_each_kind() -> None:
    statements = [
        labelled(2, supported=True, kind="right"), labelled(3, supported=True, kind="right"),
        labelled(4, supported=False, kind="unit"), labelled(5, supported=False, kind="unit"),
        labelled(7, supported=False, kind="role"),
    ]  # fmt: skip
    shares = {each.name: (each.hits, each.n) for each in measure(Says(), examples(statements, FakeEncoder(), "cited"))}
    assert shares["precision of supported"] == (1, 2)
    assert shares["recall of supported"] == (1, 2)
    assert shares["evidence at its source"] == (1, 1)
    assert (shares["caught: unit"], shares["caught: role"], shares["caught: cause"]) == ((1, 2), (1, 1), (0, 0))


def test_a_share_has_its_interval() -> None:
    assert Share("x", 9, 10).as_json() == {"measure": "x", "value": 0.9, "interval": [0.596, 0.982], "n": 10}
    assert Share("x", 0, 0).as_json() == {"measure": "x", "value": None, "n": 0}


@pytest.mark.parametrize(("given", "count"), [("cited", 1), ("five", 2)])
def test_the_passages_are_those_that_hold_the_source_and_others_where_asked(given: GivenPassages, count: int) -> None:
    (made,) = examples([labelled(1, supported=True, kind="right")], FakeEncoder(), given)
    assert len(made.passages) == count
    assert "The yearly fee is £12." in "".join(passage.text for passage in made.passages)


def fitted_on(count: int) -> list[Example]:
    statements = []
    for number in range(count):
        document = f"d{number % 2}"
        statements += [
            labelled(number, supported=True, kind="right", text="The yearly fee is £12.", document=document),
            labelled(number, supported=False, kind="extra", text="The yearly fee of pilots is £12.", document=document),
        ]
    return examples(statements, FakeEncoder(), "cited")


def test_a_fit_tells_what_is_far_and_can_be_loaded(tmp_path: Path) -> None:
    anything = Regression({}, 0.0, 0.5)
    check = SupportCheck(MarksNothing(), FakeEncoder(), SupportWeights(anything, anything))
    save(fit_support(check, fitted_on(12), 0.95), tmp_path / "weights.json")
    fit = SupportWeights.load(tmp_path / "weights.json").read
    near = {"far": 0.0, "clause": 1.0, "torn": 0.0, "came_back": 1.0, "other": 0.0}
    assert fit.chance(near) >= fit.threshold > fit.chance(near | {"far": 1.0, "clause": 0.7})
    assert json.loads((tmp_path / "weights.json").read_text())["unread"]["threshold"] <= 1


def test_too_little_to_fit_on_is_refused() -> None:
    with pytest.raises(DatasetError, match="too few statements"):
        fit_support(SupportCheck(MarksNothing(), FakeEncoder()), fitted_on(3), 0.95)
