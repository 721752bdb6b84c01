"""A gated release: build beside the active snapshot, ask the questions, activate only what passes.

It passes where every floor is held and no gated measure is significantly worse than the active snapshot's.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from statistics import fmean

from corpus.documents import Document
from corpus.errors import CentreQAError, ConflictError, DatasetError, GateError, InputError
from corpus.passages import Chunking
from eval.datasets.questions import Dataset
from eval.reporting.tables import Json, run_summary
from eval.runs.evaluate import evaluate
from eval.runs.prepare import snapshot_engine
from eval.runs.records import Run
from eval.scoring.compare import Comparison, compare
from eval.scoring.measures import measure_named
from eval.scoring.scores import Score, score
from index.build import TOKEN_LIMIT, Progress, build, silent
from index.edits import Edit
from index.encoding.encoder import Encoder
from index.snapshots.store import Store
from service.answering.reader.reader import SHIPPED

GATED = ("hit@1", "hit@3", "MRR@10", "nDCG@10", "answer_accuracy", "AUROC")  # measures that may not get worse


@dataclass(frozen=True, slots=True)
class JudgedSnapshot:
    """A snapshot that was built beside the active one, and judged.

    `snapshot` and `active` are ids, `active` that of the snapshot it was compared with, None where there was none.
    `comparison` is None where none was wanted. `reasons` say why it may not become active; none where it passed.
    """

    snapshot: str
    active: str | None
    run: Run
    scores: tuple[Score, ...]
    comparison: Comparison | None
    reasons: tuple[str, ...]

    def release(self, store: Store, *, activate: bool = True) -> None:
        """Make it the active snapshot, unless told not to.

        Raises GateError where it did not pass, ConflictError where another snapshot became active in the meantime.
        """
        if self.reasons:
            stays = f"{self.active} stays active" if self.active else "nothing is active"
            raise GateError(f"{self.snapshot} was built but not activated, {stays}: {'; '.join(self.reasons)}")
        if not activate:
            return
        if store.current() != self.active:
            raise ConflictError(f"another snapshot became active while {self.snapshot} was judged; release it again")
        store.activate(self.snapshot)


def parse_floors(texts: Sequence[str]) -> dict[str, float]:
    """Floors such as `hit@3=0.9`: the least that a measure may be, or the most where lower is better.

    Raises InputError.
    """
    floors = {}
    for text in texts:
        name, _, value = text.rpartition("=")
        try:
            floors[measure_named(name).name] = float(value)
        except ValueError:
            raise InputError(f"floor {text!r}: {value!r} is no number; write it as hit@3=0.9") from None
        if not isfinite(float(value)):
            raise InputError(f"floor {text!r}: give a finite number, as in hit@3=0.9")
    return floors


def shortfalls(scores: Iterable[Score], floors: Mapping[str, float]) -> list[str]:
    """Which measures miss their floors, and by what; a measure that has no value misses its floor."""
    values = {score.name: score.value for score in scores}
    missed = []
    for name, floor in floors.items():
        value, higher = values[name], measure_named(name).higher_is_better
        if value is None:
            missed.append(f"{name} could not be measured, and its floor is {floor:g}")
        elif value < floor if higher else value > floor:
            missed.append(f"{name} is {value:.4g}, {'below its floor' if higher else 'above its ceiling'} of {floor:g}")
    return missed


def check_floors(scores: Iterable[Score], floors: Mapping[str, float]) -> None:
    """Raise GateError where a measure misses its floor."""
    if missed := shortfalls(scores, floors):
        raise GateError("; ".join(missed))


def build_and_judge(
    store: Store,
    documents: Iterable[Document],
    encoder: Encoder,
    dataset: Dataset,
    floors: Mapping[str, float],
    *,
    no_worse: bool = False,
    chunking: Chunking = Chunking(),
    token_limit: int = TOKEN_LIMIT,
    reader: str = SHIPPED,
    edit: Edit = Edit(),
    progress: Progress = silent,
) -> JudgedSnapshot:
    """Build a snapshot beside the active one, judge it, and attach the report to it; nothing is activated.

    With `no_worse`, the active snapshot is asked the same questions. Both answer with the `reader`, as for
    `open_reader`. Raises DatasetError where the questions bring their own documents, and what `build` raises.
    """
    if dataset.documents is not None:
        raise DatasetError(f"{dataset.name}: brings its own documents; a release needs questions about the corpus")
    active = store.current()
    built = build(
        store, documents, encoder, chunking, edit=edit, activate=False, token_limit=token_limit, progress=progress
    )
    try:
        run = evaluate(snapshot_engine(store, built.snapshot, encoder, reader), dataset, progress=progress)
        scores = score(run)
        reasons = shortfalls(scores, floors)
        comparison = None
        if no_worse and active:
            before = evaluate(snapshot_engine(store, active, encoder, reader), dataset, progress=progress)
            comparison = compare(before, run)
            reasons += losses(comparison)
        judged = JudgedSnapshot(built.snapshot, active, run, scores, comparison, tuple(reasons))
        store.annotate(built.snapshot, _report(judged, floors))
    except BaseException:
        with suppress(CentreQAError):  # nobody can release what was not judged to the end
            store.delete(built.snapshot)
        raise
    return judged


def losses(comparison: Comparison) -> list[str]:
    """The gated measures on which the new run is significantly worse, and by what."""
    return [
        f"{change.name} fell from {change.old:.3f} to {change.new:.3f} (p {change.p:.3f})"
        for change in comparison.changes
        if change.name in GATED and change.verdict == "worse"
    ]


def _report(judged: JudgedSnapshot, floors: Mapping[str, float]) -> dict[str, Json]:
    """What is kept beside the snapshot, and shown in the list of snapshots."""
    gate: dict[str, Json] = {
        "passed": not judged.reasons,
        "reasons": list(judged.reasons),
        "floors": dict(floors),
        "no_worse_than": judged.active if judged.comparison else None,
    }
    return {**run_summary(judged.run, judged.scores), "confidence": _mean_confidence(judged.run), "gate": gate}


def _mean_confidence(run: Run) -> float | None:
    """Over all questions, answered or refused, for a service to compare its own with; None where none was asked."""
    confidences = [record.confidence for record in run.records if record.confidence is not None]
    return fmean(confidences) if confidences else None
