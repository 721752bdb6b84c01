"""The fitted numbers, and what becomes of a file that does not hold them."""

import json
import math
from pathlib import Path

import pytest

from corpus.errors import ModelError
from service.answering.confidence import SHIPPED, Confidence


def test_chance_is_the_logistic_function_of_the_weighted_sum() -> None:
    confidence = Confidence({"a": 2.0, "b": -1.0}, 0.5, 0.5)
    assert confidence.chance({"a": 1.0, "b": 3.0, "unused": 9.0}) == pytest.approx(1 / (1 + math.exp(0.5)))


@pytest.mark.parametrize(("value", "chance"), [(1e9, 1.0), (-1e9, 0.0)])
def test_chance_stays_within_bounds_and_finite(value: float, chance: float) -> None:
    assert Confidence({"a": 1.0}, 0.0, 0.5).chance({"a": value}) == pytest.approx(chance, abs=1e-9)


def test_the_shipped_numbers_load() -> None:
    assert 0 < Confidence.load(SHIPPED).threshold < 1


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "[]",
        "{}",
        json.dumps({"weights": {"weakest": "x"}, "intercept": 0, "threshold": 0.5}),
        json.dumps({"weights": {"weakest": float("nan")}, "intercept": 0, "threshold": 0.5}),
        json.dumps({"weights": {}, "intercept": 0, "threshold": 1.5}),
        json.dumps({"weights": {"unheard_of": 1.0}, "intercept": 0, "threshold": 0.5}),
    ],
)
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, damaged: str) -> None:
    path = tmp_path / "confidence.json"
    path.write_text(damaged)
    with pytest.raises(ModelError, match=r"confidence\.json.*run `python -m eval calibrate`"):
        Confidence.load(path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"confidence\.json"):
        Confidence.load(tmp_path / "confidence.json")
