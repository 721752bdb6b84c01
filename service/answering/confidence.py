"""The chance that an answer is right: a logistic regression over its features, with its numbers in confidence.json."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.errors import ModelError
from index.snapshots.manifest import CONFIDENCE
from service.answering.answer import Level
from service.answering.features import FEATURES, READ_FEATURES

SURE, LIKELY = 0.9, 0.6  # from which on an answer is called so, where the fit does not say
SHIPPED = Path(__file__).with_name("confidence.json")


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression: weights by feature and intercept. What has a chance below the threshold is held back."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def chance(self, features: Mapping[str, float]) -> float:
        """The chance (0..1) that what has these features is right."""
        logit = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True)
class Confidence(Regression):
    """The regression for answers, and the threshold: below it, they are withheld.

    An answer whose chance is at least `sure` is called sure, one of at least `likely` likely. `unread` is the fit for
    questions without a reader; None where this one needs none. `python -m eval calibrate` fits both.
    """

    sure: float = SURE
    likely: float = LIKELY
    unread: "Confidence | None" = None

    @classmethod
    def load(cls, path: Path = SHIPPED) -> "Confidence":
        """Read the fitted numbers from a file; raises ModelError."""
        try:
            text = path.read_text("utf-8")
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: cannot be read ({error!r}); run `python -m eval calibrate`") from error
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, path: str = CONFIDENCE) -> "Confidence":
        """The fitted numbers from the text of the file at `path`; raises ModelError."""
        advice = "run `python -m eval calibrate`"
        try:
            data = json.loads(text)
            fit = cls._read(data)
            unread = cls._read(data["unread"]) if "unread" in data else None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{path}: cannot be read ({error!r}); {advice}") from error
        for each in (fit, unread) if unread else (fit,):
            if unknown := each.weights.keys() - FEATURES:
                raise ModelError(f"{path}: names unknown features {sorted(unknown)}; {advice}")
            if not all(map(math.isfinite, (*each.weights.values(), each.intercept))) or not 0 <= each.threshold <= 1:
                raise ModelError(f"{path}: holds a number that is out of range; {advice}")
        if bool(unread) != fit.needs_reader or (unread and unread.needs_reader):
            raise ModelError(f"{path}: does not say what holds for questions without a reader; {advice}")
        return replace(fit, unread=unread)

    @classmethod
    def _read(cls, data: Mapping[str, Any]) -> "Confidence":
        weights = {str(name): float(weight) for name, weight in data["weights"].items()}
        sure, likely = float(data.get("sure", SURE)), float(data.get("likely", LIKELY))
        return cls(weights, float(data["intercept"]), float(data["threshold"]), sure, likely)

    @property
    def needs_reader(self) -> bool:
        """Whether it weighs what a reader says."""
        return any(name in self.weights for name in READ_FEATURES)

    def level(self, chance: float) -> Level:
        """The chance in a word."""
        return "sure" if chance >= self.sure else "likely" if chance >= self.likely else "unsure"

    def without_reader(self) -> "Confidence":
        """The fit that holds where nothing was read."""
        return self.unread or self
