"""A fit as tables and as pictures."""

from pathlib import Path

import numpy as np

from eval.fitting.calibrate import Fit
from eval.fitting.plots import calibration_plots
from eval.fitting.tables import calibration_grids
from service.answering.confidence import Confidence


def test_a_fit_is_shown_beside_what_was_before() -> None:
    before, chances = np.full(20, 0.5), np.repeat([0.1, 0.9], 10)
    labels = np.array([0.0] * 9 + [1] * 11)
    fit = Fit(Confidence({}, 0.0, 0.9), chances, labels, before, {})
    confidence, refusal, old, new = calibration_grids(fit)
    assert confidence.rows == (("before", "0.500", "0.250", "0.050", "20"), ("fitted", "0.955", "0.050", "0.050", "20"))
    assert refusal.rows == (("0.900", "0.500", "0.000", "0.550"),)
    assert old.rows == (("0.5 to 0.6", "20", "0.500", "0.550", "+0.050"),)
    assert [row[1:4] for row in new.rows] == [("10", "0.100", "0.100"), ("10", "0.900", "1.000")]
    nothing = Fit(Confidence({}, 0.0, 1.0), chances, labels, before, {})
    assert calibration_grids(nothing)[1].rows == (("1.000", "0.000", "-", "0.550"),)


def test_a_fit_is_drawn_before_and_after(tmp_path: Path) -> None:
    chances, labels = np.arange(20, dtype=np.float64) / 19, np.array([0.0, 1.0] * 10)
    fit = Fit(Confidence({}, 0.0, 0.9), chances, labels, np.full(20, 0.5), {})
    drawn = calibration_plots(fit, tmp_path)
    assert [path.name for path in drawn] == [
        "reliability-before.png", "risk-coverage-before.png", "reliability-after.png", "risk-coverage-after.png",
    ]  # fmt: skip
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)
