"""What a run records: one record a question, saved as one JSON file that needs nothing else to be read.

The names of the fields are the keys of that file.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from corpus.errors import InputError
from eval.datasets.questions import Gold, Unit
from service.answering.answer import Evidence

Settings: TypeAlias = Mapping[str, str | int | float | None]

# The rankings of a record: the service's own, and its two baselines, which rank by one signal alone.
HYBRID, DENSE, BM25 = "hybrid", "dense", "bm25"

LATEST = "latest"  # names the newest run that is kept


@dataclass(frozen=True, slots=True)
class Ranked:
    """What one ranking returned for a question, best first: `ids` and, beside each, how relevant it is (`grades`).

    The ids are those of passages or, where whole documents are judged, of documents. `recall` and `precision` are those
    of the gold characters in the first 5 passages; `recall_2000` and `recall_4000` the recall in the first 2,000 and
    4,000 characters. All four are None where documents are judged. `took_ms` is None where it was not timed.
    """

    ids: tuple[str, ...]
    grades: tuple[float, ...]
    recall: float | None
    precision: float | None
    took_ms: float | None
    recall_2000: float | None = None
    recall_4000: float | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A question and what came back.

    `gold` is where the labelled answers stand in the snapshot, `context` the text around the first, `absent` whether
    the snapshot holds none of them, `judged` the relevance of everything relevant in the snapshot.

    `right` says whether the best answer found is right, given or withheld; None where there is no answer to judge.
    `confidence` is the chance of that, None where no answer was asked for; `features` are what it was computed from.
    `level` says it in a word. `short` are the words that answer, None where there are none. `abstained` is the code of
    a refusal. `signals` are those of the first relevant hit.
    """

    id: str
    text: str
    kind: str
    group: str
    answerable: bool
    absent: bool
    gold: tuple[Gold, ...]
    context: str
    judged: tuple[float, ...]
    rankings: Mapping[str, Ranked]
    evidence: tuple[Evidence, ...]
    right: bool | None
    confidence: float | None
    abstained: str | None
    features: Mapping[str, float]
    signals: Mapping[str, float]
    genre: str = ""
    level: str | None = None
    short: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Every record of one dataset on one snapshot; `created` is ISO 8601 in UTC, `sha256` that of the dataset."""

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
    """The rank of the first relevant id of one ranking; None where it returned nothing relevant."""
    ranked = record.rankings.get(ranking)
    return next((rank for rank, grade in enumerate(ranked.grades, 1) if grade), None) if ranked else None


def baseline_run(run: Run, ranking: str) -> Run:
    """The run as if the service ranked as that baseline does, without answers.

    Raises InputError where the run has no such ranking.
    """
    if not any(ranking in record.rankings for record in run.records):
        raise InputError(f"run {run.id} has no ranking {ranking!r}; it has those of {BM25} and {DENSE} where it asked")
    records = (
        replace(
            record,
            rankings={HYBRID: record.rankings[ranking]},
            evidence=(),
            right=None,
            confidence=None,
            abstained=None,
            features={},
            signals={},
        )
        for record in run.records
        if ranking in record.rankings
    )
    return replace(run, id=f"{run.id}@{ranking}", records=tuple(records))


def run_paths(var: Path) -> list[Path]:
    """The files of the runs that are kept, newest first: an id begins with the time of its run."""
    return sorted((var / "eval").glob("*/run.json"), key=lambda path: path.parent.name, reverse=True)


def run_path(name: str, var: Path) -> Path:
    """The file of a saved run that is named by its id, by that file, or as `latest`; it need not exist."""
    if name == LATEST and (newest := run_paths(var)):
        return newest[0]
    return Path(name) if Path(name).is_file() else var / "eval" / name / "run.json"


def save_run(run: Run, path: Path) -> None:
    """Write the run as JSON, and the folder for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(run), ensure_ascii=False, allow_nan=False), "utf-8")


def load_run(path: Path) -> Run:
    """Read a saved run; raises InputError."""
    try:
        values = json.loads(path.read_text("utf-8"))
        records = tuple(_read_record(record) for record in values.pop("records"))
        return Run(**{**values, "notes": tuple(values["notes"])}, records=records)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); `python -m eval run` makes runs") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(f"{path}: not a saved run of this version; make it again with `python -m eval run`") from None


def _read_record(values: dict[str, Any]) -> Record:
    nested = {
        "gold": tuple(Gold(**gold) for gold in values["gold"]),
        "judged": tuple(values["judged"]),
        "rankings": {name: _read_ranked(ranked) for name, ranked in values["rankings"].items()},
        "evidence": tuple(Evidence(**evidence) for evidence in values["evidence"]),
    }
    return Record(**{**values, **nested})


def _read_ranked(values: dict[str, Any]) -> Ranked:
    return Ranked(**{**values, "ids": tuple(values["ids"]), "grades": tuple(values["grades"])})
