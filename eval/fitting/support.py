"""Whether written statements are supported: the check measured on labelled ones, and its weights fitted to them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from scipy.stats import binomtest
from sklearn.model_selection import LeaveOneGroupOut

from corpus.documents import Passage
from corpus.errors import DatasetError
from corpus.passages import Chunking, split
from eval.fitting.regression import fit_regression, share_withheld, threshold_withholding
from eval.fitting.statements import RIGHT, WRONG_KINDS, LabelledStatement
from eval.formulas import Values
from index.encoding.encoder import Encoder
from service.answering.statements.comparison import FEATURES, TEXT_FEATURES
from service.answering.written.support import SupportCheck, Weighed

Given: TypeAlias = Literal["cited", "five"]
GIVEN: tuple[Given, ...] = ("cited", "five")  # the passages that a statement is about, or five with these among them
HITS = 5
INVERSE_PENALTY = 0.1  # scikit-learn's C, for features with mean 0 and standard deviation 1
FEWEST = 10  # supported and unsupported statements, at least, that a fit needs


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`."""

    name: str
    hits: int
    n: int

    def as_json(self) -> dict[str, object]:
        """The share with its 95 % interval (Wilson); null where there is nothing to count."""
        if not self.n:
            return {"measure": self.name, "value": None, "n": 0}
        low, high = binomtest(self.hits, self.n).proportion_ci(method="wilson")
        value, *interval = (round(float(each), 3) for each in (self.hits / self.n, low, high))
        return {"measure": self.name, "value": value, "interval": interval, "n": self.n}


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled statement and the passages that the check is given."""

    labelled: LabelledStatement
    passages: tuple[Passage, ...]


def examples(statements: Iterable[LabelledStatement], encoder: Encoder, given: Given) -> list[Example]:
    """Each statement with its passages, which are cut as an index cuts them."""
    cut: dict[str, list[Passage]] = {}
    made = []
    for each in statements:
        document = each.document
        if document.id not in cut:
            cut[document.id] = split(document, Chunking(), encoder.max_tokens, encoder.count_tokens)
        passages = cut[document.id]
        cited = [p for p in passages if any(p.start < end and start < p.end for start, end in each.source)]
        others = [p for p in passages if p not in cited] if given == "five" else []
        # In the order of the text, so that the place in the list says nothing.
        chosen = sorted((*cited, *others[: max(HITS - len(cited), 0)]), key=lambda passage: passage.start)
        made.append(Example(each, tuple(chosen)))
    return made


def measure(check: SupportCheck, given: Sequence[Example]) -> list[Share]:
    """Precision and recall of "supported", how often its evidence is right, and how much of each kind is caught."""
    found = [(each, check.support(each.labelled.text, each.passages)) for each in given]
    called = [(each.labelled, support) for each, support in found if support.supported]
    right = [(labelled, support) for labelled, support in called if labelled.supported]
    placed = sum(
        any(start < (support.end or 0) and (support.start or 0) < end for start, end in labelled.source)
        for labelled, support in right
    )
    shares = [
        Share("precision of supported", len(right), len(called)),
        Share("recall of supported", len(right), sum(each.labelled.supported for each, _ in found)),
        Share("evidence at its source", placed, len(right)),
    ]
    for kind in WRONG_KINDS:
        of_kind = [support.supported for each, support in found if each.labelled.kind == kind]
        shares.append(Share(f"caught: {kind}", of_kind.count(False), len(of_kind)))
    return shares


def fit_support(check: SupportCheck, given: Sequence[Example], precision: float) -> dict[str, object]:
    """The numbers of a weights file, fitted on what nothing speaks against; raises DatasetError.

    The thresholds are the lowest at which, by chances from fits that did not see the document, that share of the
    statements called supported is.
    """
    weighed = [check.weigh(each.labelled.text, each.passages) for each in given]
    open_ones = [
        (each.labelled, found)
        for each, found in zip(given, weighed, strict=True)
        if found and not found.comparison.against
    ]
    labels = np.array([labelled.kind == RIGHT for labelled, _ in open_ones], float)
    if min(labels.sum(), (1 - labels).sum()) < FEWEST or len({labelled.document.id for labelled, _ in open_ones}) < 2:
        raise DatasetError(f"too few statements to fit; label {FEWEST} right and wrong ones, of two documents or more")
    groups = [labelled.document.id for labelled, _ in open_ones]
    found = [each for _, each in open_ones]
    read = _fit(found, FEATURES, labels, groups, precision)
    # Without a reader as many right statements pass, and more wrong ones.
    unread = _fit(found, TEXT_FEATURES, labels, groups, precision, read.withheld)
    return {"read": read.numbers, "unread": unread.numbers}


@dataclass(frozen=True, slots=True)
class _Fitted:
    """The numbers of one fit, and the share (0..1) of right statements that lie below its threshold."""

    numbers: Mapping[str, object]
    withheld: float


def _fit(
    found: Sequence[Weighed],
    names: Sequence[str],
    labels: Values,
    groups: Sequence[str],
    precision: float,
    most_withheld: float = 1.0,
) -> _Fitted:
    rows = np.array([[each.features[name] for name in names] for each in found])
    folds = list(LeaveOneGroupOut().split(rows, labels, groups))
    fitted = fit_regression(rows, labels, names, folds, INVERSE_PENALTY)
    threshold = threshold_withholding(fitted.chances, labels, 1 - precision, most_withheld)
    numbers = {
        "weights": {name: round(weight, 4) for name, weight in fitted.weights.items()},
        "intercept": round(fitted.intercept, 4),
        "threshold": round(threshold, 4),
    }
    return _Fitted(numbers, share_withheld(fitted.chances, labels, threshold))


def save(numbers: Mapping[str, object], path: Path) -> None:
    """Write the file that `SupportWeights.load` reads."""
    path.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")
