"""Fit confidence and the threshold of refusal on labelled questions.

Confidence is a logistic regression over the features of the best answer, with the label "this answer is right". Every
question gets a chance from a fit that saw no question of its group (a fact, an article), by cross-validation. The
threshold and what is called sure or likely are chosen, and the reliability is shown, by those chances. There are two
fits: one for questions with a reader, one for those without.

A fit on several sets is one for texts that nobody has asked about yet. It has to be more careful: each chance then
comes from a fit that saw nothing of the whole set.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold

from corpus.errors import DatasetError, ModelError
from eval.datasets.questions import Dataset
from eval.fitting.regression import Folds, fit_regression, share_withheld, threshold_for, threshold_withholding
from eval.formulas import Values, auroc, brier
from eval.runs.evaluate import evaluate
from eval.runs.prepare import engine_for
from eval.runs.records import Run
from index.build import Progress, silent
from service.answering.confidence import Confidence
from service.answering.features import FITTED_FEATURES
from service.answering.reader.reader import SHIPPED

FOLDS = 10  # of the cross-validation, and how many right and wrong answers there must be
INVERSE_PENALTY = 0.3  # scikit-learn's C, for features with mean 0 and standard deviation 1

SURE_WRONG, LIKELY_WRONG = 0.04, 0.25  # of the answers called so, the share that may be wrong
LEAST_LIKELY = 0.5  # chance of an answer that is called likely: what is as likely wrong is not
SURE_WRONG_ELSEWHERE = 0.025  # the same of a fit on several sets: on texts of other kinds more of them are wrong

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

    @property
    def is_better(self) -> bool:
        """Whether its chances, cross-validated, are nearer to the labels than those that were in use (Brier score)."""
        return float(brier(self.chances, self.labels)[0]) < float(brier(self.before, self.labels)[0])

    @property
    def withheld(self) -> float:
        """The share (0..1) of the right answers that lie below the threshold."""
        return share_withheld(self.chances, self.labels, self.confidence.threshold)

    def save(self, path: Path, unread: "Fit | None" = None) -> None:
        """Write the file that `Confidence.load` reads; `unread` is the fit for questions without a reader."""
        numbers = _numbers(self.confidence) | {"fitted": self.fitted_on}
        if unread:
            numbers["unread"] = _numbers(unread.confidence)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")


def _numbers(confidence: Confidence) -> dict[str, object]:
    return {
        "weights": {name: round(weight, 4) for name, weight in confidence.weights.items()},
        "intercept": round(confidence.intercept, 4),
        "threshold": round(confidence.threshold, 4),
        "sure": round(confidence.sure, 4),
        "likely": round(confidence.likely, 4),
    }


def ask_for_fit(
    dataset: Dataset,
    var: Path,
    *,
    variant: str = "auto",
    model: Path | None = None,
    reader: str = SHIPPED,
    workers: int = 1,
    progress: Progress = silent,
) -> Run:
    """The run to fit on; it also comes about where the confidence in use cannot be read or names unknown features."""
    engine_of = partial(engine_for, dataset, var, variant=variant, model=model, reader=reader, progress=progress)
    try:
        engine = engine_of()
    except ModelError:
        engine = engine_of(confidence=UNFITTED)
    return evaluate(engine, dataset, baselines={}, workers=workers, progress=progress)


def fit_confidence(
    runs: Sequence[Run], risk: float, names: Sequence[str] = FITTED_FEATURES, most_withheld: float = 1.0
) -> Fit:
    """Fit the named features on every best answer of the runs; above the threshold, at most `risk` (0..1) are wrong.

    More may be wrong where that would withhold more than `most_withheld` (0..1) of the right answers: features that
    tell little would else refuse nearly everything. Raises DatasetError where there are too few right or wrong answers
    to learn from.
    """
    judged = [[record for record in run.records if record.features and record.right is not None] for run in runs]
    records = [record for each in judged for record in each]
    groups = [
        run.dataset if len(runs) > 1 else record.group
        for run, each in zip(runs, judged, strict=True)
        for record in each
    ]
    labels = np.array([record.right for record in records], float)
    folds = _split_by_group(", ".join(run.dataset for run in runs), groups, labels)
    features = np.array([[record.features[name] for name in names] for record in records])
    fitted = fit_regression(features, labels, names, folds, INVERSE_PENALTY)
    chances = fitted.chances
    threshold = threshold_withholding(chances, labels, risk, most_withheld)
    sure = threshold_for(chances, labels, SURE_WRONG if len(runs) == 1 else SURE_WRONG_ELSEWHERE)
    less = chances < sure
    likely = min(max(threshold_for(chances[less], labels[less], LIKELY_WRONG), LEAST_LIKELY), sure)
    confidence = Confidence(fitted.weights, fitted.intercept, threshold, sure, likely)
    sets = [
        {"dataset": run.dataset, "sha256": run.sha256, "questions": len(each)}
        for run, each in zip(runs, judged, strict=True)
    ]
    fitted_on = {"sets": sets, "risk": risk}
    before = np.array([record.confidence for record in records], float)
    return Fit(confidence, chances, labels, before, fitted_on)


def check_better(fit: Fit) -> None:
    """Raise DatasetError where the fit is no better than the confidence that was in use."""
    if not fit.is_better:
        before, after = (float(brier(chances, fit.labels)[0]) for chances in (fit.before, fit.chances))
        raise DatasetError(
            f"the fit on {len(fit.labels)} answers is no better than the confidence in use (Brier score {after:.3f}, "
            f"{before:.3f} before); label {len(fit.labels)} questions more, or write it all the same with --force"
        )


def _split_by_group(dataset: str, groups: Sequence[str], labels: Values) -> Folds:
    """The rows to train and to test on, for each fold; raises DatasetError where a fold has nothing to learn from."""
    count = min(FOLDS, len(set(groups)))
    folds = list(GroupKFold(count).split(labels, groups=groups)) if count > 1 else []
    learnable = folds and all(0 < labels[train].mean() < 1 for train, _ in folds)
    if min(labels.sum(), (1 - labels).sum()) < FOLDS or not learnable:
        raise DatasetError(
            f"{dataset}: {labels.sum():.0f} right and {(1 - labels).sum():.0f} wrong answers on {len(set(groups))} "
            f"facts or articles are too few to fit; label more questions, {FOLDS} of each kind at least"
        )
    return folds
