"""Every figure of quality that the README gives: public question sets and the shipped one, beside both baselines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import InputError
from corpus.sources import read_source
from eval.benches.quality_report import Figure, QualityReport
from eval.datasets.load import load_dataset
from eval.datasets.questions import Dataset
from eval.defaults import CENTRE, GENRES, TEXTS
from eval.reporting.save import save_report
from eval.runs.evaluate import evaluate
from eval.runs.prepare import engine_for
from eval.runs.records import BM25, DENSE, HYBRID, Run, baseline_run
from eval.scoring.compare import compare
from eval.scoring.scores import Score, score
from index.build import Progress, silent

PARAGRAPHS = ("document_hit@1", "document_MRR@10")  # every paragraph of a SQuAD file is a document
# Of sets that hold questions without an answer, or documents enough to be wrong about.
SURENESS = ("AUROC", "AUROC_answerable", "right_when_sure", "sure", "calibration_error", "wrongly_answered")
PASSAGES = ("hit@1", "hit@3", "MRR@10", "answer_accuracy")


@dataclass(frozen=True, slots=True)
class SquadSet:
    """A SQuAD file, and those of its distractors, by their names without suffix, and the measures that are reported.

    With `within_group`, every question is asked of its own article only.
    """

    name: str
    measures: tuple[str, ...]
    distractors: tuple[str, ...] = ()
    within_group: bool = False


SQUAD = (
    SquadSet("squad2_half", (*PARAGRAPHS, *PASSAGES, "short_F1", *SURENESS), ("squad2_distractors",)),
    SquadSet("qed_nq", (*PARAGRAPHS, *PASSAGES, "right_when_sure", "calibration_error")),
    SquadSet("covidqa", ("hit@1", "MRR@10", "answer_accuracy", "span_recall@4000", "right_when_sure")),
    SquadSet("policyqa", PASSAGES, within_group=True),
    SquadSet("fairytaleqa", PASSAGES, within_group=True),
)
BEIR = ("hit@1", "MRR@10", "nDCG@10")  # measures of BEIR folders
SHIPPED = ("hit@1", "hit@3", "MRR@10", "answer_accuracy", *SURENESS, "wrongly_refused")
TIMES = ("latency_p50",)  # measured on every set


def measure_quality(
    squad: Path,
    beir: Path,
    var: Path,
    split: str | None = None,
    limit: int | None = None,
    variant: str = "auto",
    *,
    by_group: bool = False,
    workers: int = 1,
    progress: Progress = silent,
) -> QualityReport:
    """Ask the questions of every set that the folders hold, and of the shipped one.

    Each run is saved under `var` as `python -m eval run` does. Raises InputError where the folders hold no set.
    """
    notes, runs, figures = list[str](), list[Run](), list[Figure]()
    for chosen in _read_sets(squad, beir, split, limit, notes):
        engine = engine_for(chosen.dataset, var, variant=variant, progress=progress)
        settings = {"limit": limit}
        run = evaluate(engine, chosen.dataset, settings=settings, workers=workers, progress=progress)
        scores = score(run, by_group=by_group)
        save_report(run, scores, var)
        runs.append(run)
        figures.extend(_figures(run, scores, (*chosen.measures, *TIMES), by_group))
        notes.extend(f"{run.dataset}: {note}" for note in run.notes)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    all_settings: dict[str, str | int | None] = {"split": split, "limit": limit, "encoder": variant}
    return QualityReport(created, all_settings, tuple(runs), tuple(figures), tuple(notes))


@dataclass(frozen=True, slots=True)
class _MeasuredSet:
    """The part of a set that is asked, and the measures that are reported of it."""

    dataset: Dataset
    measures: tuple[str, ...]


def _read_sets(
    squad: Path, beir: Path, split: str | None, limit: int | None, notes: list[str]
) -> Iterator[_MeasuredSet]:
    """The sets that there are, one by one; those that are missing go into the notes."""
    folders = sorted(path.parent for path in beir.glob("*/corpus.jsonl"))
    if not folders and not any((squad / f"{squad_set.name}.json").is_file() for squad_set in SQUAD):
        names = ", ".join(f"{squad_set.name}.json" for squad_set in SQUAD)
        raise InputError(f"{squad} holds none of {names}, and {beir} no BEIR folder; give the folders that do")
    for squad_set in SQUAD:
        files = [squad / f"{name}.json" for name in (squad_set.name, *squad_set.distractors)]
        if missing := [str(file) for file in files if not file.is_file()]:
            notes.append(f"{squad_set.name}: left out, there is no {' and no '.join(missing)}")
            continue
        dataset = load_dataset(files[0], files[1:]).part(split, limit)
        yield _MeasuredSet(dataset.within_group() if squad_set.within_group else dataset, squad_set.measures)
    if not folders:
        notes.append(f"{beir}: no BEIR folder in it")
    for folder in folders:
        yield _MeasuredSet(load_dataset(folder).part(split, limit), BEIR)
    shipped = replace(load_dataset(CENTRE), documents=tuple(read_source(TEXTS)))
    yield _MeasuredSet(shipped.part(split, limit), SHIPPED)
    yield _MeasuredSet(load_dataset(GENRES).part(split, limit), SHIPPED)


def _figures(run: Run, scores: Sequence[Score], names: Sequence[str], by_group: bool) -> Iterator[Figure]:
    """A figure for each of the named measures."""
    by_name = {score.name: score for score in scores}
    gains = {}
    for baseline in (BM25, DENSE):
        comparison = compare(baseline_run(run, baseline), run, by_group=by_group, names=names)
        gains[baseline] = {change.name: change for change in comparison.changes}
    for name in names:
        score_names = {HYBRID: name, BM25: f"{BM25}/{name}", DENSE: f"{DENSE}/{name}"}
        yield Figure(
            run.dataset.partition("+")[0],
            name,
            {ranking: by_name[score_name] for ranking, score_name in score_names.items() if score_name in by_name},
            {baseline: changes[name] for baseline, changes in gains.items() if name in changes},
        )
