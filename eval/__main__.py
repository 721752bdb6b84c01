"""Command line: evaluate, compare, look at failures, release through a gate."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from corpus.errors import GateError, InputError
from index.cli import run as run_app
from index.cli import show_progress

if TYPE_CHECKING:
    from eval.measures import Score
    from eval.questions import Dataset
    from eval.records import Run
    from eval.report import Grid

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

CENTRE = Path("eval/data/centre.jsonl")
VAR = Path("var")

Questions = Annotated[Path, typer.Option(help="A .jsonl question set, a SQuAD .json file or a BEIR folder.")]
Distractors = Annotated[list[Path] | None, typer.Option(help="SQuAD file with more documents; repeatable.")]
Split = Annotated[str | None, typer.Option(help="test, dev or all.", show_default="test, where there are splits")]
Limit = Annotated[int | None, typer.Option(min=1, help="Ask at most this many, evenly spaced.")]
Var = Annotated[Path, typer.Option(envvar="CENTREQA_VAR", help="The folder that holds everything built.")]
Floor = Annotated[list[str] | None, typer.Option(help="hit@3=0.9, the least a measure may be; repeatable.")]
Encoder = Annotated[str, typer.Option(envvar="CENTREQA_ENCODER", help="auto, onnx-fp32, onnx-int8, torch")]
ByGroup = Annotated[bool, typer.Option("--by-group", help="Draw whole facts or articles for the intervals.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one value a line.")]


@app.command()
def run(
    dataset: Questions = CENTRE,
    distractors: Distractors = None,
    split: Split = None,
    limit: Limit = None,
    floor: Floor = None,
    var: Var = VAR,
    encoder: Encoder = "auto",
    by_group: ByGroup = False,
    failures: Annotated[bool, typer.Option("--failures", help="Print every case that failed.")] = False,
    as_json: Json = False,
) -> None:
    """Ask every question of a set and report how well it went; ends with status 1 below a floor."""
    from eval.engines import engine_for
    from eval.measures import score
    from eval.release import parse_floors, shortfalls
    from eval.report import as_json as summary
    from eval.run import evaluate

    floors = parse_floors(floor or ())
    questions = load_questions(dataset, distractors).part(split, limit)
    with show_progress() as progress:
        engine = engine_for(questions, var, encoder=encoder, progress=progress)
        done = evaluate(engine, questions, settings={"limit": limit}, progress=progress)
    scores = score(done, by_group=by_group)
    folder = _keep(done, scores, var, show=not as_json, cases=failures)
    if as_json:
        print(json.dumps({**summary(done, scores), "folder": str(folder)}, allow_nan=False))
    if missed := shortfalls(scores, floors):
        raise GateError("; ".join(missed))


@app.command()
def compare(
    old: Annotated[str, typer.Argument(help="A run's id or file (+ @bm25, @dense), a snapshot, or dense=1,lexical=0.")],
    new: Annotated[str, typer.Argument(help="The same; judged against the first.")],
    dataset: Questions = CENTRE,
    distractors: Distractors = None,
    split: Split = None,
    limit: Limit = None,
    var: Var = VAR,
    encoder: Encoder = "auto",
    by_group: ByGroup = False,
) -> None:
    """Say of every measure whether NEW is better than OLD, worse, or no different beyond noise."""
    from eval import report
    from eval.compare import compare as compare_runs
    from eval.engines import run_of
    from eval.plots import comparison_plot

    questions = load_questions(dataset, distractors).part(split, limit)
    with show_progress() as progress:
        runs = [run_of(operand, questions, var, encoder, progress) for operand in (old, new)]
    compared = compare_runs(*runs, by_group=by_group)
    tables = report.comparison_grids(compared)
    folder = var / "eval" / "compared"
    picture = comparison_plot(compared, folder / "differences.png")
    facts = {"old": old, "new": new, "dataset": compared.new.dataset}
    text = report.markdown("Comparison", facts, compared.notes, report.comparison_grids(compared, len(compared.flips)))
    (folder / "report.md").write_text(text, "utf-8")
    _print(compared.notes, tables)
    print(f"{folder / 'report.md'}, {picture}")


@app.command()
def failures(
    saved: Annotated[str, typer.Argument(metavar="RUN", help="A run's id or its run.json.")],
    cause: Annotated[str | None, typer.Option(help="Only cases of this cause.")] = None,
    var: Var = VAR,
) -> None:
    """Print every case of a run that failed, and why."""
    from eval.failures import CAUSES, describe
    from eval.failures import failures as find
    from eval.records import load

    if cause is not None and cause not in CAUSES:
        raise InputError(f"no cause is called {cause!r}; give one of: {'; '.join(CAUSES)}")
    path = Path(saved) if Path(saved).is_file() else var / "eval" / saved / "run.json"
    found = [failure for failure in find(load(path)) if cause in (None, failure.cause)]
    print("\n\n".join(map(describe, found)) or "no failures")


@app.command()
def release(
    source: Annotated[
        Path, typer.Argument(envvar="CENTREQA_CORPUS", help="A folder of .txt and .md files, one such file, or .jsonl.")
    ] = Path("corpus/texts"),
    dataset: Questions = CENTRE,
    split: Split = None,
    floor: Floor = None,
    no_worse_than: Annotated[str, typer.Option(help="active, or nothing: only the floors count.")] = "active",
    var: Var = VAR,
    add: Annotated[bool, typer.Option("--add", help="Keep the active snapshot's other documents.")] = False,
    activate: Annotated[bool, typer.Option(help="Make the new snapshot the active one where it passes.")] = True,
    encoder: Encoder = "auto",
    as_json: Json = False,
) -> None:
    """Build a snapshot beside the active one, and activate it if it holds its floors and is no worse."""
    from corpus.sources import read_source
    from eval.release import build_candidate, parse_floors
    from index.model import open_encoder
    from index.store import Store

    if no_worse_than not in ("active", "nothing"):
        raise InputError(f"--no-worse-than {no_worse_than!r}: give active or nothing")
    store, floors = Store(var), parse_floors(floor or ())
    with show_progress(as_json) as progress:
        candidate = build_candidate(
            store,
            read_source(source),
            open_encoder(var / "models", encoder),
            load_questions(dataset).part(split),
            floors,
            no_worse=no_worse_than == "active",
            add=add,
            progress=progress,
        )
    _keep(candidate.run, candidate.scores, var, show=not as_json)
    candidate.release(store, activate=activate)
    state = "passed and is active" if activate else "passed; `python -m index activate` makes it the active one"
    print(json.dumps({"snapshot": candidate.snapshot}) if as_json else f"{candidate.snapshot} {state}")


@app.command()
def calibrate(
    dataset: Questions = CENTRE,
    split: Annotated[str, typer.Option(help="test, dev or all.")] = "dev",
    risk: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of given answers that may be wrong.")] = 0.15,
    out: Annotated[Path | None, typer.Option(help="Where to.", show_default="confidence.json under --var")] = None,
    var: Var = VAR,
    encoder: Encoder = "auto",
) -> None:
    """Fit confidence and the refusal threshold on labelled questions; the next build puts them into its snapshot."""
    from eval.calibrate import calibrate as fit_confidence
    from eval.engines import engine_for
    from eval.plots import calibration_plots

    questions = load_questions(dataset).part(split)
    with show_progress() as progress:
        fit = fit_confidence(engine_for(questions, var, encoder=encoder, progress=progress), questions, risk)
    path = out or var / "confidence.json"
    fit.save(path)
    pictures = calibration_plots(fit, var / "eval" / "calibration")
    given = fit.chances >= fit.confidence.threshold
    wrong = f"{1 - fit.labels[given].mean():.3f}" if given.any() else "-"
    print(f"{len(fit.labels)} questions, {fit.labels.mean():.3f} of the best answers right")
    print(f"AUROC {fit.auroc(fit.before):.3f} before, {fit.auroc(fit.chances):.3f} now (cross-validated)")
    print(
        f"threshold {fit.confidence.threshold:.3f}: answers {given.mean():.3f} of the questions, {wrong} of them wrong"
    )
    print(f"{path}, {', '.join(map(str, pictures))}")
    if out is None:
        print("run `python -m index build` to put it into a snapshot")


def load_questions(dataset: Path, distractors: Sequence[Path] | None = None) -> "Dataset":
    """Read a question set, without importing what reads it before it is needed."""
    from eval.questions import load

    return load(dataset, distractors or ())


def _keep(done: "Run", scores: "Sequence[Score]", var: Path, *, show: bool, cases: bool = False) -> Path:
    """Save a run with its report and plots, and print the report; returns its folder."""
    from eval import failures, plots, records, report

    folder, failed = var / "eval" / done.id, failures.failures(done)
    tables = report.grids(done, scores, failed)
    records.save(done, folder / "run.json")
    (folder / "report.md").write_text(report.markdown(done.dataset, report.facts(done), done.notes, tables), "utf-8")
    plots.draw(done, folder)
    if show:
        _print(done.notes, tables)
        print(*(f"\n{failures.describe(failure)}" for failure in failed if cases), sep="\n", end="")
        print(f"{folder}: run.json, report.md, plots")
    return folder


def _print(notes: "Sequence[str]", tables: "Sequence[Grid]") -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    for note in notes:
        console.print(f"note: {note}", style="yellow", markup=False)
    for table in tables:
        console.print(table.rich())
        console.print()


if __name__ == "__main__":
    run_app(app)
