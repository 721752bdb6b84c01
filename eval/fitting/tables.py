"""A fit of confidence as tables."""

from eval.fitting.calibrate import Fit
from eval.formulas import brier, calibration_error
from eval.reporting.tables import Grid, reliability_grid


def calibration_grids(fit: Fit) -> tuple[Grid, ...]:
    """The confidence in use before and the fitted one, cross-validated: at a glance, and by tenths."""
    rows = []
    for when, chances in (("before", fit.before), ("fitted", fit.chances)):
        errors = [float(formula(chances, fit.labels)[0]) for formula in (brier, calibration_error)]
        rows.append((when, *(f"{value:.3f}" for value in (fit.auroc(chances), *errors)), str(len(chances))))
    answered = fit.chances >= fit.confidence.threshold
    wrong = f"{1 - fit.labels[answered].mean():.3f}" if answered.any() else "-"
    refusal = (f"{fit.confidence.threshold:.3f}", f"{answered.mean():.3f}", wrong, f"{fit.labels.mean():.3f}")
    return (
        Grid("Confidence", ("", "AUROC", "brier", "calibration error", "n"), tuple(rows)),
        Grid("Refusal", ("threshold", "answered", "of them wrong", "best answers right"), (refusal,)),
        reliability_grid(fit.before, fit.labels, "Reliability before"),
        reliability_grid(fit.chances, fit.labels, "Reliability fitted, cross-validated"),
    )
