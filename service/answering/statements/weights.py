"""The chance that a text supports a statement: a logistic regression, with its numbers in weights.json."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import ModelError
from service.answering.confidence import Regression
from service.answering.statements.comparison import FEATURES, TEXT_FEATURES

SHIPPED = Path(__file__).with_name("weights.json")
ADVICE = "run `python -m eval fit-support`"


@dataclass(frozen=True, slots=True)
class SupportWeights:
    """The fit for statements that a reader was asked about, and the one for those that it was not."""

    read: Regression
    unread: Regression

    @classmethod
    def load(cls, path: Path = SHIPPED) -> "SupportWeights":
        """Read the fitted numbers from a file; raises ModelError."""
        try:
            data = json.loads(path.read_text("utf-8"))
            read, unread = (_fit(data[name], features) for name, features in _PARTS)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{path}: cannot be read ({error!r}); {ADVICE}") from error
        return cls(read, unread)


_PARTS = (("read", FEATURES), ("unread", TEXT_FEATURES))


def _fit(data: Mapping[str, Any], features: tuple[str, ...]) -> Regression:
    """One of the two; raises ValueError where a number is out of range or a feature unknown."""
    weights = {str(name): float(weight) for name, weight in data["weights"].items()}
    fit = Regression(weights, float(data["intercept"]), float(data["threshold"]))
    if unknown := weights.keys() - set(features):
        raise ValueError(f"unknown features {sorted(unknown)}")
    if not all(map(math.isfinite, (*weights.values(), fit.intercept))) or not 0 <= fit.threshold <= 1:
        raise ValueError("a number is out of range")
    return fit
