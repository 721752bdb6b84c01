"""The fitted numbers of the check."""

import json
from pathlib import Path

import pytest

from corpus.errors import ModelError
from service.answering.statements.comparison import FEATURES, TEXT_FEATURES
from service.answering.statements.weights import SupportWeights

FIT = {"weights": {"far": -1.0}, "intercept": 2.0, "threshold": 0.5}


def test_the_shipped_weights_know_every_feature() -> None:
    shipped = SupportWeights.load()
    assert set(shipped.read.weights) == set(FEATURES)
    assert set(shipped.unread.weights) == set(TEXT_FEATURES)
    assert 0.5 < shipped.read.threshold < 1


def test_the_chance_falls_with_what_is_far(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text(json.dumps({"read": FIT, "unread": FIT}))
    fit = SupportWeights.load(path).read
    assert fit.chance({"far": 0.0}) > 0.8 > 0.2 > fit.chance({"far": 4.0})


@pytest.mark.parametrize(
    "numbers",
    [
        {},
        {"read": FIT},
        {"read": FIT, "unread": FIT | {"weights": {"other": 1.0}}},
        {"read": FIT | {"threshold": 2.0}, "unread": FIT},
        {"read": FIT | {"intercept": float("nan")}, "unread": FIT},
    ],
)
def test_numbers_that_cannot_be_used_are_refused(tmp_path: Path, numbers: dict[str, object]) -> None:
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(numbers))
    with pytest.raises(ModelError, match="fit-support"):
        SupportWeights.load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="fit-support"):
        SupportWeights.load(tmp_path / "none.json")
