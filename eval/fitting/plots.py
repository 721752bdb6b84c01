"""A fit as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.reporting.plots import reliability_diagram, risk_coverage_curve

if TYPE_CHECKING:
    from pathlib import Path

    from eval.fitting.calibrate import Fit


def calibration_plots(fit: Fit, folder: Path) -> tuple[Path, ...]:
    """Reliability and risk-coverage with the confidence in use before, and cross-validated with the fitted one."""
    return tuple(
        draw_one(chances, fit.labels, folder / f"{name}-{when}.png", f"{when} fitting: ")
        for when, chances in (("before", fit.before), ("after", fit.chances))
        for name, draw_one in (("reliability", reliability_diagram), ("risk-coverage", risk_coverage_curve))
    )
