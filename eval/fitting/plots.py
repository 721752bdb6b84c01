"""A fit of confidence as pictures."""

from pathlib import Path

from eval.fitting.calibrate import Fit
from eval.reporting.plots import reliability_diagram, risk_coverage_curve


def calibration_plots(fit: Fit, folder: Path) -> tuple[Path, ...]:
    """Draw reliability and risk-coverage of the confidence in use before, and of the fitted one, cross-validated."""
    return tuple(
        draw(chances, fit.labels, folder / f"{name}-{when}.png", f"{when} fitting: ")
        for when, chances in (("before", fit.before), ("after", fit.chances))
        for name, draw in (("reliability", reliability_diagram), ("risk-coverage", risk_coverage_curve))
    )
