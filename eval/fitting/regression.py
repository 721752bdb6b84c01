"""Logistic regressions over features of the product, and the chance from which on their answers are let through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from eval.formulas import Values

Folds = Sequence[tuple[object, object]]
"""The rows to train and to test on, for each fold."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights by feature and intercept of the fit on all rows, and the cross-validated `chances` (n,) of the rows."""

    weights: Mapping[str, float]
    intercept: float
    chances: Values


def fit_regression(rows: Values, labels: Values, names: Sequence[str], folds: Folds, inverse_penalty: float) -> Fitted:
    """Fit the named features, `rows` (n, features), on the labels (n,), 1 or 0.

    `inverse_penalty` is scikit-learn's C, for features with mean 0 and standard deviation 1.
    """
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=inverse_penalty, max_iter=1000))
    chances = cross_val_predict(pipeline, rows, labels, cv=folds, method="predict_proba")[:, 1]
    pipeline.fit(rows, labels)
    # The product multiplies features as they are, so what the scaler did goes into weights and intercept.
    scaler, regression = pipeline[0], pipeline[1]
    weights = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - weights @ scaler.mean_)
    return Fitted(dict(zip(names, map(float, weights), strict=True)), intercept, chances)


def threshold_for(chances: Values, labels: Values, risk: float) -> float:
    """The lowest chance at and above which at most `risk` of the answers are wrong; 1 where there is none.

    `chances` and `labels` are (n,).
    """
    order = np.argsort(-chances, kind="stable")
    wrong = np.cumsum(1 - labels[order]) / np.arange(1, len(labels) + 1)
    # Equal chances are answered together or not at all, so a threshold stands only where the next chance is lower.
    ends = np.append(np.diff(chances[order]) < 0, True)
    allowed = np.flatnonzero((wrong <= risk) & ends)
    return float(chances[order][allowed[-1]]) if allowed.size else 1.0


def threshold_withholding(chances: Values, labels: Values, risk: float, most_withheld: float) -> float:
    """As `threshold_for`, but no higher than where more than `most_withheld` (0..1) of the right ones lie below it."""
    highest = float(np.quantile(chances[labels == 1], most_withheld, method="lower"))
    return min(threshold_for(chances, labels, risk), highest)


def share_withheld(chances: Values, labels: Values, threshold: float) -> float:
    """The share (0..1) of the right ones that lie below a threshold."""
    return float(np.mean(chances[labels == 1] < threshold))
