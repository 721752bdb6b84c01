"""Fit confidence and the refusal threshold on labelled questions.

Confidence is a logistic regression over what the engine knows about its best answer (`Record.features`), with the
label "this answer is right". Cross-validation by group (a fact, an article) gives the chances that the threshold and
the reliability are judged by, so that no question is judged by a fit that saw it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from corpus.errors import DatasetError
from eval.formulas import auroc
from eval.runs.records import Run
from service.answering.confidence import Confidence
from service.answering.features import FITTED_FEATURES

FOLDS = 10
STRENGTH = 0.3  # inverse of the L2 penalty on standardised features

# As sure of everything: stands in where the confidence in use cannot be, so that a fit is the way out of that too.
UNFITTED = Confidence({}, 0.0, 0.5)

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted confidence, and the cross-validated chances (n,) and labels (n,) that it is judged by.

    `before` (n,) is the confidence in use when the questions were asked.
    """

    confidence: Confidence
    chances: Values
    labels: Values
    before: Values
    made_of: Mapping[str, object]

    def auroc(self, chances: Values) -> float:
        """AUROC of these chances for the labels."""
        return float(auroc(chances, self.labels)[0])

    def save(self, path: Path) -> None:
        """Write the file that `Confidence.load` reads."""
        numbers = {
            "weights": {name: round(weight, 4) for name, weight in self.confidence.weights.items()},
            "intercept": round(self.confidence.intercept, 4),
            "threshold": round(self.confidence.threshold, 4),
            "fitted": self.made_of,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")


def calibrate(run: Run, risk: float) -> Fit:
    """Fit on every best answer of the run; of those above the threshold, at most `risk` (0..1) are wrong.

    Raises DatasetError where there are too few right or wrong answers to learn from.
    """
    asked = [record for record in run.records if record.features and record.right is not None]
    labels = np.array([record.right for record in asked], float)
    groups = [record.group for record in asked]
    folds = min(FOLDS, len(set(groups)))
    split = list(GroupKFold(folds).split(labels, groups=groups)) if folds > 1 else []
    learnable = split and all(0 < labels[train].mean() < 1 for train, _ in split)
    if min(labels.sum(), (1 - labels).sum()) < FOLDS or not learnable:
        raise DatasetError(
            f"{run.dataset}: {labels.sum():.0f} right and {(1 - labels).sum():.0f} wrong answers on {len(set(groups))} "
            f"facts or articles are too few to fit; label more questions, {FOLDS} of each kind at least"
        )
    features = np.array([[record.features[name] for name in FITTED_FEATURES] for record in asked])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=1000))
    chances = cross_val_predict(model, features, labels, cv=split, method="predict_proba")[:, 1]
    model.fit(features, labels)
    scaler, fitted = model[0], model[1]
    weights = fitted.coef_[0] / scaler.scale_
    intercept = float(fitted.intercept_[0] - weights @ scaler.mean_)
    confidence = Confidence(
        dict(zip(FITTED_FEATURES, map(float, weights), strict=True)), intercept, threshold_for(chances, labels, risk)
    )
    made_of = {"dataset": run.dataset, "sha256": run.sha256, "questions": len(asked), "risk": risk}
    return Fit(confidence, chances, labels, np.array([record.confidence for record in asked], float), made_of)


def threshold_for(chances: Values, labels: Values, risk: float) -> float:
    """The lowest chance at and above which at most `risk` of the answers are wrong; above all of them where none is."""
    order = np.argsort(-chances, kind="stable")
    wrong = np.cumsum(1 - labels[order]) / np.arange(1, len(labels) + 1)
    # A threshold can only stand where the next chance is lower.
    ends = np.append(np.diff(chances[order]) < 0, True)
    allowed = np.flatnonzero((wrong <= risk) & ends)
    return float(chances[order][allowed[-1]]) if allowed.size else 1.0
