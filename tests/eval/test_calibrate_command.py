"""Calibrating: the file that it writes, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.snapshots.store import Store
from service.answering.confidence import Confidence
from tests.eval.samples import SQUAD, TEXTS

pytestmark = pytest.mark.slow

Command = Callable[..., tuple[int, str, str]]


def test_calibrate_fits_on_a_set_with_documents_of_its_own(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    articles = [
        json.dumps(article).replace(article["title"], f"{article['title']}{copy}")
        for copy in range(5)
        for article in SQUAD["data"]
    ]
    data = [json.loads(article) for article in articles]
    path.write_text(json.dumps({"data": data}))
    status, out, err = command("calibrate", "--dataset", path, "--risk", 0.5, "--force")
    assert err == ""
    assert status == 0
    assert "Reliability fitted, cross-validated: tenths with at least 10 questions" in out
    assert out.endswith("run `python -m index build` to put it into a snapshot\n")
    var = tmp_path / "var"
    assert set(Confidence.load(var / "confidence.json").weights) > {"late", "weakest"}
    assert len(list((var / "eval" / "calibration").glob("*.png"))) == 4
    kept = (var / "confidence.json").read_bytes()
    assert command("calibrate", "--dataset", path, "--risk", 0.5, "--out", tmp_path / "mine.json", "--force")[0] == 0
    assert (tmp_path / "mine.json").read_bytes() == kept


def test_calibrate_is_the_way_out_of_a_confidence_that_cannot_be_used(
    command: Command, questions: Path, fill: Callable[..., Store]
) -> None:
    store = fill(TEXTS)
    (store.root / "confidence.json").write_text('{"weights": {"gone": 1}, "intercept": 0, "threshold": 0.5}')
    fill(TEXTS)
    _, _, err = command("calibrate", "--dataset", questions)
    assert "too few to fit" in err  # so it came to asking


def test_calibrate_says_where_labels_are_too_few(command: Command, questions: Path, fill: Callable[..., Store]) -> None:
    fill(TEXTS)
    status, _, err = command("calibrate", "--dataset", questions)
    assert status == 2
    assert err.startswith("error: set: 1 right and 0 wrong answers on 1 facts or articles are too few to fit; label")
