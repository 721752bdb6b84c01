"""A gated release: build beside, evaluate, and activate only what holds its floors and is no worse than before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from corpus.documents import Document
from corpus.errors import ConflictError, DatasetError, GateError, InputError
from corpus.passages import Chunking
from eval.datasets.questions import Dataset
from eval.reporting.tables import Json, as_json
from eval.runs.evaluate import evaluate
from eval.runs.prepare import snapshot_engine
from eval.runs.records import Run
from eval.scoring.compare import Comparison, compare
from eval.scoring.measures import Score, measure, score
from index.build import TOKEN_LIMIT, Progress, build, silent
from index.encoding.encoder import Encoder
from index.snapshots.store import Store

GATED = ("hit@1", "hit@3", "MRR@10", "nDCG@10", "answer_accuracy", "AUROC")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A snapshot built beside the active one, its run, and the `reasons` why it may not replace it, if any."""

    snapshot: str
    active: str | None
    run: Run
    scores: tuple[Score, ...]
    comparison: Comparison | None
    reasons: tuple[str, ...]

    def release(self, store: Store, *, activate: bool = True) -> None:
        """Make it the active snapshot; raises GateError where it did not pass, ConflictError where it was overtaken."""
        if self.reasons:
            stays = f"{self.active} stays active" if self.active else "nothing is active"
            raise GateError(f"{self.snapshot} was built but not activated, {stays}: {'; '.join(self.reasons)}")
        if not activate:
            return
        if store.current() != self.active:
            raise ConflictError(f"another snapshot became active while {self.snapshot} was judged; release it again")
        store.activate(self.snapshot)


def parse_floors(given: Sequence[str]) -> dict[str, float]:
    """`hit@3=0.9` as a measure's name and the least it may be (the most, where lower is better); raises InputError."""
    floors = {}
    for one in given:
        name, _, value = one.rpartition("=")
        try:
            floors[measure(name).name] = float(value)
        except ValueError:
            raise InputError(f"floor {one!r}: {value!r} is no number; write it as hit@3=0.9") from None
        if not isfinite(float(value)):
            raise InputError(f"floor {one!r}: give a finite number, as in hit@3=0.9")
    return floors


def shortfalls(scores: Iterable[Score], floors: Mapping[str, float]) -> list[str]:
    """Which measures miss their floors; one that could not be measured does."""
    values = {one.name: one.value for one in scores}
    missed = []
    for name, floor in floors.items():
        value, higher = values[name], measure(name).higher_is_better
        if value is None:
            missed.append(f"{name} could not be measured, and its floor is {floor:g}")
        elif value < floor if higher else value > floor:
            missed.append(f"{name} is {value:.4g}, {'below its floor' if higher else 'above its ceiling'} of {floor:g}")
    return missed


def build_candidate(
    store: Store,
    documents: Iterable[Document],
    encoder: Encoder,
    dataset: Dataset,
    floors: Mapping[str, float],
    *,
    no_worse: bool = False,
    chunking: Chunking = Chunking(),
    token_limit: int = TOKEN_LIMIT,
    add: bool = False,
    progress: Progress = silent,
) -> Candidate:
    """Build a snapshot beside the active one, judge it, and attach the report to it; nothing is activated."""
    if dataset.documents is not None:
        raise DatasetError(f"{dataset.name}: brings its own documents; a release needs questions about the corpus")
    active = store.current()
    built = build(
        store, documents, encoder, chunking, add=add, activate=False, token_limit=token_limit, progress=progress
    )
    run = evaluate(snapshot_engine(store, built.snapshot, encoder), dataset, progress=progress)
    scores = score(run)
    reasons = shortfalls(scores, floors)
    comparison = None
    if no_worse and active:
        before = evaluate(snapshot_engine(store, active, encoder), dataset, progress=progress)
        comparison = compare(before, run)
        reasons += worse(comparison)
    candidate = Candidate(built.snapshot, active, run, scores, comparison, tuple(reasons))
    store.annotate(built.snapshot, _report(candidate, floors))
    return candidate


def worse(comparison: Comparison) -> list[str]:
    """The gated measures on which the new run is significantly worse."""
    return [
        f"{change.name} fell from {change.old:.3f} to {change.new:.3f} (p {change.p:.3f})"
        for change in comparison.changes
        if change.name in GATED and change.verdict == "worse"
    ]


def _report(candidate: Candidate, floors: Mapping[str, float]) -> dict[str, Json]:
    gate: dict[str, Json] = {
        "passed": not candidate.reasons,
        "reasons": list(candidate.reasons),
        "floors": dict(floors),
        "no_worse_than": candidate.active if candidate.comparison else None,
    }
    return {**as_json(candidate.run, candidate.scores), "gate": gate}
