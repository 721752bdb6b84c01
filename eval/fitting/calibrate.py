"""Fit confidence and the threshold of refusal on labelled questions.

Confidence is a logistic regression over the features of the best answer, with the label "this answer is right". Every
question gets a chance from a fit that saw no question of its group (a fact, an article), by cross-validation. The
threshold is chosen, and the reliability is shown, by those chances.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from corpus.errors import DatasetError, ModelError
from eval.datasets.questions import Dataset
from eval.formulas import Values, auroc
from eval.runs.evaluate import evaluate
from eval.runs.prepare import engine_for
from eval.runs.records import Record, Run
from index.build import Progress, silent
from service.answering.confidence import Confidence
from service.answering.features import FITTED_FEATURES

FOLDS = 10  # of the cross-validation, and how many right and wrong answers there must be
INVERSE_PENALTY = 0.3  # scikit-learn's C, for features with mean 0 and standard deviation 1

# Equally sure of every answer: stands in for a confidence that cannot be read, so that a fit can replace that one.
UNFITTED = Confidence({}, 0.0, 0.5)


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted confidence, and what it is judged by, (n,) each, one number for each answer that was fitted on.

    `chances` are cross-validated, `labels` 1 where the answer is right, `before` is the confidence that was in use when
    the questions were asked. `fitted_on` says what the answers are from.
    """

    confidence: Confidence
    chances: Values
    labels: Values
    before: Values
    fitted_on: Mapping[str, object]

    def auroc(self, chances: Values) -> float:
        """The AUROC of chances (n,) for the labels."""
        return float(auroc(chances, self.labels)[0])

    def save(self, path: Path) -> None:
        """Write the file that `Confidence.load` reads."""
        numbers = {
            "weights": {name: round(weight, 4) for name, weight in self.confidence.weights.items()},
            "intercept": round(self.confidence.intercept, 4),
            "threshold": round(self.confidence.threshold, 4),
            "fitted": self.fitted_on,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")


def ask_for_fit(
    dataset: Dataset, var: Path, *, variant: str = "auto", workers: int = 1, progress: Progress = silent
) -> Run:
    """The run to fit on; it also comes about where the confidence in use cannot be read or names unknown features."""
    try:
        engine = engine_for(dataset, var, variant=variant, progress=progress)
    except ModelError:
        engine = engine_for(dataset, var, variant=variant, confidence=UNFITTED, progress=progress)
    return evaluate(engine, dataset, baselines={}, workers=workers, progress=progress)


def fit_confidence(run: Run, risk: float) -> Fit:
    """Fit on every best answer of the run; of those above the threshold, at most `risk` (0..1) are wrong.

    Raises DatasetError where there are too few right or wrong answers to learn from.
    """
    records = [record for record in run.records if record.features and record.right is not None]
    labels = np.array([record.right for record in records], float)
    folds = _split_by_group(run, records, labels)
    features = np.array([[record.features[name] for name in FITTED_FEATURES] for record in records])
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=INVERSE_PENALTY, max_iter=1000))
    chances = cross_val_predict(pipeline, features, labels, cv=folds, method="predict_proba")[:, 1]
    pipeline.fit(features, labels)
    # The product multiplies features as they are, so what the scaler did goes into weights and intercept.
    scaler, regression = pipeline[0], pipeline[1]
    weights = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - weights @ scaler.mean_)
    weights_by_name = dict(zip(FITTED_FEATURES, map(float, weights), strict=True))
    confidence = Confidence(weights_by_name, intercept, threshold_for(chances, labels, risk))
    fitted_on = {"dataset": run.dataset, "sha256": run.sha256, "questions": len(records), "risk": risk}
    before = np.array([record.confidence for record in records], float)
    return Fit(confidence, chances, labels, before, fitted_on)


def _split_by_group(run: Run, records: Sequence[Record], labels: Values) -> list[tuple[object, object]]:
    """The rows to train and to test on, for each fold; raises DatasetError where a fold has nothing to learn from."""
    groups = [record.group for record in records]
    count = min(FOLDS, len(set(groups)))
    folds = list(GroupKFold(count).split(labels, groups=groups)) if count > 1 else []
    learnable = folds and all(0 < labels[train].mean() < 1 for train, _ in folds)
    if min(labels.sum(), (1 - labels).sum()) < FOLDS or not learnable:
        raise DatasetError(
            f"{run.dataset}: {labels.sum():.0f} right and {(1 - labels).sum():.0f} wrong answers on {len(set(groups))} "
            f"facts or articles are too few to fit; label more questions, {FOLDS} of each kind at least"
        )
    return folds


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
