"""Every figure of quality that the README gives: public question sets and the shipped one, beside both baselines."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import InputError
from corpus.sources import read_source
from eval.benches.quality_plot import quality_plot
from eval.datasets.load import load_dataset
from eval.datasets.questions import Dataset
from eval.defaults import CENTRE, TEXTS
from eval.reporting.save import keep
from eval.reporting.tables import CHANGE_HEADER, Grid, Json, change_cells, markdown, show
from eval.runs.evaluate import evaluate
from eval.runs.prepare import engine_for
from eval.runs.records import BM25, DENSE, HYBRID, Run, baseline
from eval.scoring.compare import Change, compare
from eval.scoring.measures import Score, score
from index.build import Progress, silent

PARAGRAPHS = ("document_hit@1", "document_MRR@10")  # every paragraph of a SQuAD file is a document
PASSAGES = ("hit@1", "hit@3", "MRR@10", "answer_accuracy")


@dataclass(frozen=True, slots=True)
class Bench:
    """A SQuAD file by its name without suffix, and the measures that it is there for."""

    name: str
    measures: tuple[str, ...]
    distractors: tuple[str, ...] = ()
    within_group: bool = False


SQUAD = (
    Bench("squad2_half", (*PARAGRAPHS, *PASSAGES), ("squad2_distractors",)),
    Bench("qed_nq", (*PARAGRAPHS, *PASSAGES)),
    Bench("covidqa", ("hit@1", "MRR@10", "answer_accuracy", "span_recall@4000")),
    Bench("policyqa", PASSAGES, within_group=True),
    Bench("fairytaleqa", PASSAGES, within_group=True),
)
BEIR = ("hit@1", "MRR@10", "nDCG@10")
SHIPPED = ("hit@1", "hit@3", "MRR@10", "answer_accuracy", "AUROC", "wrongly_refused", "wrongly_answered")
TIMES = ("latency_p50",)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure on one set: the score of each ranking that has one, and what the hybrid gains over each baseline."""

    dataset: str
    measure: str
    scores: Mapping[str, Score]
    gains: Mapping[str, Change]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All figures, the runs that they are from, and what was not as it should be."""

    created: str
    settings: Mapping[str, str | int | None]
    runs: tuple[Run, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]

    def grids(self) -> tuple[Grid, Grid]:
        """Values beside each other, and differences with their tests."""
        rows = []
        for figure in self.figures:
            cells = (show(figure.scores[name]) if name in figure.scores else "-" for name in (HYBRID, BM25, DENSE))
            rows.append((figure.dataset, figure.measure, *cells, str(figure.scores[HYBRID].n)))
        header = ("set", "measure", HYBRID, f"{BM25} alone", f"{DENSE} alone", "n")
        gains = (
            (figure.dataset, f"over {name}", *change_cells(gain))
            for figure in self.figures
            for name, gain in figure.gains.items()
            if gain.verdict != "not judged"
        )
        return (
            Grid("Quality, with 95 % intervals", header, tuple(rows)),
            Grid("What the hybrid gains over each baseline", ("set", "against", *CHANGE_HEADER), tuple(gains)),
        )


def measure(
    squad: Path,
    beir: Path,
    var: Path,
    split: str | None = None,
    limit: int | None = None,
    encoder: str = "auto",
    *,
    by_group: bool = False,
    workers: int = 1,
    progress: Progress = silent,
) -> Sheet:
    """Run every set that the folders hold and the shipped one; raises InputError where they hold none."""
    notes, runs, figures = list[str](), list[Run](), list[Figure]()
    for dataset, names in _sets(squad, beir, split, limit, notes):
        engine = engine_for(dataset, var, encoder=encoder, progress=progress)
        run = evaluate(engine, dataset, settings={"limit": limit}, workers=workers, progress=progress)
        scores = score(run, by_group=by_group)
        keep(run, scores, var)
        runs.append(run)
        figures.extend(_figures(run, scores, (*names, *TIMES), by_group))
        notes.extend(f"{run.dataset}: {note}" for note in run.notes)
    settings: dict[str, str | int | None] = {"split": split, "limit": limit, "encoder": encoder}
    return Sheet(datetime.now(UTC).isoformat(timespec="seconds"), settings, tuple(runs), tuple(figures), tuple(notes))


def _sets(
    squad: Path, beir: Path, split: str | None, limit: int | None, notes: list[str]
) -> Iterator[tuple[Dataset, tuple[str, ...]]]:
    """The sets there are, the part of each that is wanted, with their measures; those missing go into the notes."""
    folders = sorted(path.parent for path in beir.glob("*/corpus.jsonl"))
    if not folders and not any((squad / f"{bench.name}.json").is_file() for bench in SQUAD):
        names = ", ".join(f"{bench.name}.json" for bench in SQUAD)
        raise InputError(f"{squad} holds none of {names}, and {beir} no BEIR folder; give the folders that do")
    for bench in SQUAD:
        files = [squad / f"{name}.json" for name in (bench.name, *bench.distractors)]
        if missing := [str(file) for file in files if not file.is_file()]:
            notes.append(f"{bench.name}: left out, there is no {' and no '.join(missing)}")
            continue
        dataset = load_dataset(files[0], files[1:]).part(split, limit)
        yield dataset.within_group() if bench.within_group else dataset, bench.measures
    if not folders:
        notes.append(f"{beir}: no BEIR folder in it")
    for folder in folders:
        yield load_dataset(folder).part(split, limit), BEIR
    shipped = replace(load_dataset(CENTRE), documents=tuple(read_source(TEXTS)))
    yield shipped.part(split, limit), SHIPPED


def _figures(run: Run, scores: Sequence[Score], names: Sequence[str], by_group: bool) -> Iterator[Figure]:
    known = {one.name: one for one in scores}
    gains = {}
    for other in (BM25, DENSE):
        compared = compare(baseline(run, other), run, by_group=by_group, names=names)
        gains[other] = {change.name: change for change in compared.changes}
    for name in names:
        rankings = {HYBRID: name, BM25: f"{BM25}/{name}", DENSE: f"{DENSE}/{name}"}
        values = {ranking: known[full] for ranking, full in rankings.items() if full in known}
        yield Figure(
            run.dataset.partition("+")[0],
            name,
            values,
            {other: found[name] for other, found in gains.items() if name in found},
        )


def write(sheet: Sheet, folder: Path) -> tuple[Path, Path, Path]:
    """The sheet as quality.md, quality.json and quality.png; returns where they are."""
    paths = folder / "quality.md", folder / "quality.json", folder / "quality.png"
    runs = {f"run of {run.dataset}": f"{run.id}, {len(run.records)} questions" for run in sheet.runs}
    facts = {"created": sheet.created, **sheet.settings, **runs}
    folder.mkdir(parents=True, exist_ok=True)
    paths[0].write_text(markdown("Quality", facts, sheet.notes, sheet.grids()), "utf-8")
    paths[1].write_text(json.dumps(_as_json(sheet), indent=1, allow_nan=False) + "\n", "utf-8")
    quality_plot(sheet.figures, paths[2])
    return paths


def _as_json(sheet: Sheet) -> dict[str, Json]:
    figures: list[Json] = [
        {
            "set": figure.dataset,
            "measure": figure.measure,
            "n": figure.scores[HYBRID].n,
            **{name: {"value": s.value, "low": s.low, "high": s.high} for name, s in figure.scores.items()},
            "gains": {
                name: {
                    "difference": gain.difference,
                    "low": gain.interval.low,
                    "high": gain.interval.high,
                    "p": gain.p,
                    "verdict": gain.verdict,
                }
                for name, gain in figure.gains.items()
            },
        }
        for figure in sheet.figures
    ]
    runs: dict[str, Json] = {run.dataset: run.id for run in sheet.runs}
    return {
        "created": sheet.created,
        "settings": dict(sheet.settings),
        "runs": runs,
        "figures": figures,
        "notes": list(sheet.notes),
    }
