"""The chance that an answer is right: a logistic regression over its features, with its numbers in confidence.json."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ModelError
from index.snapshots.manifest import CONFIDENCE
from service.answering.features import FEATURES

SHIPPED = Path(__file__).with_name("confidence.json")


@dataclass(frozen=True, slots=True)
class Confidence:
    """Weights by feature and intercept of the regression, and the threshold: below it, answers are withheld.

    `python -m eval calibrate` fits them.
    """

    weights: Mapping[str, float]
    intercept: float
    threshold: float

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
        try:
            data = json.loads(text)
            weights = {str(name): float(weight) for name, weight in data["weights"].items()}
            numbers = float(data["intercept"]), float(data["threshold"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{path}: cannot be read ({error!r}); run `python -m eval calibrate`") from error
        if unknown := weights.keys() - FEATURES:
            raise ModelError(f"{path}: names unknown features {sorted(unknown)}; run `python -m eval calibrate`")
        if not all(map(math.isfinite, (*weights.values(), *numbers))) or not 0 <= numbers[1] <= 1:
            raise ModelError(f"{path}: holds a number that is out of range; run `python -m eval calibrate`")
        return cls(weights, *numbers)

    def chance(self, features: Mapping[str, float]) -> float:
        """The chance (0..1) that an answer with these features is right."""
        logit = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
