"""What a run leaves behind: one record per question and, saved, one JSON file that needs nothing else to be read."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from corpus.errors import InputError
from eval.datasets.questions import Gold, Unit
from service.answering.answer import Evidence

Settings: TypeAlias = Mapping[str, str | int | float | None]

HYBRID, DENSE, BM25 = "hybrid", "dense", "bm25"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One ranking: what was found, best first, how relevant each is, and its span recall and precision at 5.

    `recall_2000` and `recall_4000` are the span recall in that many characters. Ids are of passages or, where whole
    documents are judged, of documents (recall and precision are None then). `took_ms` is None where it was not timed.
    """

    ids: tuple[str, ...]
    grades: tuple[int, ...]
    recall: float | None
    precision: float | None
    took_ms: float | None
    recall_2000: float | None = None
    recall_4000: float | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One question: `gold` as it stands in the snapshot and its `context`, `judged` the grades of all that is relevant.

    `right` says whether the best answer found is right, given or withheld; it and `confidence` are None where no
    answer was asked for or can be judged. `features` is what the confidence was computed from, `signals` those of the
    first relevant hit.
    """

    id: str
    text: str
    kind: str
    group: str
    answerable: bool
    absent: bool
    gold: tuple[Gold, ...]
    context: str
    judged: tuple[int, ...]
    rankings: Mapping[str, Ranked]
    evidence: tuple[Evidence, ...]
    right: bool | None
    confidence: float | None
    abstained: str | None
    features: Mapping[str, float]
    signals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Run:
    """Every record of one dataset on one snapshot; `sha256` is the dataset's, `created` ISO 8601 in UTC."""

    id: str
    created: str
    dataset: str
    sha256: str
    unit: Unit
    snapshot: str
    settings: Settings
    notes: tuple[str, ...]
    records: tuple[Record, ...]


def first_rank(record: Record, ranking: str = HYBRID) -> int | None:
    """Rank of the first relevant hit of one ranking; None where nothing relevant was found."""
    ranked = record.rankings.get(ranking)
    return next((rank for rank, grade in enumerate(ranked.grades, 1) if grade), None) if ranked else None


def baseline(run: Run, name: str) -> Run:
    """The run as if the service ranked as that baseline does, without answers; raises InputError."""
    if not any(name in record.rankings for record in run.records):
        raise InputError(f"run {run.id} has no ranking {name!r}; it has those of {BM25} and {DENSE} where it asked")
    records = (
        replace(
            record,
            rankings={HYBRID: record.rankings[name]},
            evidence=(),
            right=None,
            confidence=None,
            abstained=None,
            features={},
            signals={},
        )
        for record in run.records
        if name in record.rankings
    )
    return replace(run, id=f"{run.id}@{name}", records=tuple(records))


def save(run: Run, path: Path) -> None:
    """Write the run as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(run), ensure_ascii=False, allow_nan=False), "utf-8")


def load(path: Path) -> Run:
    """Read a saved run; raises InputError."""
    try:
        values = json.loads(path.read_text("utf-8"))
        records = tuple(_record(record) for record in values.pop("records"))
        return Run(**{**values, "notes": tuple(values["notes"])}, records=records)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); `python -m eval run` makes runs") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(f"{path}: not a saved run of this version; make it again with `python -m eval run`") from None


def _record(values: dict[str, Any]) -> Record:
    nested = {
        "gold": tuple(Gold(**gold) for gold in values["gold"]),
        "judged": tuple(values["judged"]),
        "rankings": {name: _ranked(ranked) for name, ranked in values["rankings"].items()},
        "evidence": tuple(Evidence(**evidence) for evidence in values["evidence"]),
    }
    return Record(**{**values, **nested})


def _ranked(values: dict[str, Any]) -> Ranked:
    return Ranked(**{**values, "ids": tuple(values["ids"]), "grades": tuple(values["grades"])})
