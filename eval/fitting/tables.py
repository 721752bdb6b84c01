"""A fit as tables."""

from typing import TYPE_CHECKING

from eval.formulas import brier, calibration_error
from eval.reporting.tables import Grid, reliability_grid

if TYPE_CHECKING:
    from eval.fitting.calibrate import Fit


def calibration_grids(fit: "Fit") -> tuple[Grid, ...]:
    """The confidence in use before and the fitted one, cross-validated, at a glance and by tenths."""
    rows = []
    for when, chances in (("before", fit.before), ("fitted", fit.chances)):
        values = (fit.auroc(chances), *(float(one(chances, fit.labels)[0]) for one in (brier, calibration_error)))
        rows.append((when, *(f"{value:.3f}" for value in values), str(len(chances))))
    given = fit.chances >= fit.confidence.threshold
    wrong = f"{1 - fit.labels[given].mean():.3f}" if given.any() else "-"
    threshold = (f"{fit.confidence.threshold:.3f}", f"{given.mean():.3f}", wrong, f"{fit.labels.mean():.3f}")
    return (
        Grid("Confidence", ("", "AUROC", "brier", "calibration error", "n"), tuple(rows)),
        Grid("Refusal", ("threshold", "answered", "of them wrong", "best answers right"), (threshold,)),
        reliability_grid(fit.before, fit.labels, "Reliability before"),
        reliability_grid(fit.chances, fit.labels, "Reliability fitted, cross-validated"),
    )
