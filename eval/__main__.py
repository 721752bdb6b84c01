"""Command line: evaluate, compare, look at failures, calibrate, release through a gate, measure quality."""

import json
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import GateError, InputError
from corpus.passages import Chunking
from eval.defaults import CENTRE, TEXTS, VAR
from eval.options import (
    ByGroup,
    Distractors,
    Encoder,
    Floor,
    Json,
    Limit,
    Questions,
    Split,
    Var,
    WithinGroup,
    Workers,
    load_questions,
)
from eval.reporting.save import keep, show
from index.build import TOKEN_LIMIT
from index.console import CHUNKING, KEEP, MaxTokens, Overlap, TokenLimit, show_progress
from index.console import run as run_app

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def run(
    dataset: Questions = CENTRE,
    distractors: Distractors = None,
    split: Split = None,
    limit: Limit = None,
    within_group: WithinGroup = False,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Most tokens of a passage.")] = None,
    min_tokens: Annotated[int | None, typer.Option(min=0, help="Tokens that end a passage with a paragraph.")] = None,
    overlap: Annotated[int | None, typer.Option(min=0, help="Sentences said again in the next passage.")] = None,
    floor: Floor = None,
    var: Var = VAR,
    encoder: Encoder = "auto",
    by_group: ByGroup = False,
    workers: Workers = 1,
    failures: Annotated[bool, typer.Option("--failures", help="Print every case that failed.")] = False,
    as_json: Json = False,
) -> None:
    """Ask every question of a set and report how well it went; ends with status 1 below a floor."""
    from eval.gate import parse_floors, shortfalls
    from eval.reporting.tables import as_json as summary
    from eval.runs.evaluate import evaluate
    from eval.runs.prepare import engine_for, parse_chunking
    from eval.scoring.failures import describe
    from eval.scoring.failures import failures as find
    from eval.scoring.measures import score

    floors = parse_floors(floor or ())
    questions = load_questions(dataset, distractors, split, limit, within_group=within_group)
    chunking, chosen = parse_chunking(questions, max_tokens, min_tokens, overlap)
    with show_progress() as progress:
        engine = engine_for(questions, var, chunking=chunking, encoder=encoder, progress=progress)
        settings = {"limit": limit, **chosen}
        done = evaluate(engine, questions, settings=settings, workers=workers, progress=progress)
    scores = score(done, by_group=by_group)
    folder, tables = keep(done, scores, var)
    if not as_json:
        show(done.notes, tables)
        print(*(f"\n{describe(failure)}" for failure in find(done) if failures), sep="\n", end="")
        print(f"{folder}: run.json, report.md, plots")
    else:
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
    within_group: WithinGroup = False,
    var: Var = VAR,
    encoder: Encoder = "auto",
    by_group: ByGroup = False,
) -> None:
    """Say of every measure whether NEW is better than OLD, worse, or no different beyond noise."""
    from eval.reporting import tables as report
    from eval.reporting.plots import comparison_plot
    from eval.runs.operands import run_of
    from eval.scoring.compare import compare as compare_runs

    questions = load_questions(dataset, distractors, split, limit, within_group=within_group)
    with show_progress() as progress:
        runs = [run_of(operand, questions, var, encoder, progress) for operand in (old, new)]
    compared = compare_runs(*runs, by_group=by_group)
    tables = report.comparison_grids(compared)
    folder = var / "eval" / "compared"
    picture = comparison_plot(compared, folder / "differences.png")
    facts = {"old": old, "new": new, "dataset": compared.new.dataset}
    text = report.markdown("Comparison", facts, compared.notes, report.comparison_grids(compared, len(compared.flips)))
    (folder / "report.md").write_text(text, "utf-8")
    show(compared.notes, tables)
    print(f"{folder / 'report.md'}, {picture}")


@app.command()
def failures(
    saved: Annotated[str, typer.Argument(metavar="RUN", help="A run's id or its run.json.")],
    cause: Annotated[str | None, typer.Option(help="Only cases of this cause.")] = None,
    var: Var = VAR,
) -> None:
    """Print every case of a run that failed, and why."""
    from eval.runs.records import load
    from eval.scoring.failures import CAUSES, describe
    from eval.scoring.failures import failures as find

    if cause is not None and cause not in CAUSES:
        raise InputError(f"no cause is called {cause!r}; give one of: {'; '.join(CAUSES)}")
    path = Path(saved) if Path(saved).is_file() else var / "eval" / saved / "run.json"
    found = [failure for failure in find(load(path)) if cause in (None, failure.cause)]
    print("\n\n".join(map(describe, found)) or "no failures")


@app.command()
def release(
    source: Annotated[
        Path, typer.Argument(envvar="CENTREQA_CORPUS", help="A folder of .txt and .md files, one such file, or .jsonl.")
    ] = TEXTS,
    dataset: Questions = CENTRE,
    split: Split = None,
    floor: Floor = None,
    no_worse_than: Annotated[str, typer.Option(help="active, or nothing: only the floors count.")] = "active",
    var: Var = VAR,
    add: Annotated[bool, typer.Option("--add", help="Keep the active snapshot's other documents.")] = False,
    activate: Annotated[bool, typer.Option(help="Make the new snapshot the active one where it passes.")] = True,
    keep_newest: Annotated[int, typer.Option("--keep", min=1, help="Delete all but this many of the newest.")] = KEEP,
    token_limit: TokenLimit = TOKEN_LIMIT,
    max_tokens: MaxTokens = CHUNKING.max_tokens,
    overlap: Overlap = CHUNKING.overlap,
    encoder: Encoder = "auto",
    as_json: Json = False,
) -> None:
    """Build a snapshot beside the active one, and activate it if it holds its floors and is no worse."""
    from corpus.sources import read_source
    from eval.gate import build_candidate, parse_floors
    from index.encoding.open import open_encoder
    from index.snapshots.store import Store

    if no_worse_than not in ("active", "nothing"):
        raise InputError(f"--no-worse-than {no_worse_than!r}: give active or nothing")
    store, floors = Store(var), parse_floors(floor or ())
    with show_progress(as_json) as progress:
        candidate = build_candidate(
            store,
            read_source(source),
            open_encoder(var / "models", encoder, progress=progress),
            load_questions(dataset, split=split),
            floors,
            no_worse=no_worse_than == "active",
            chunking=Chunking(max_tokens=max_tokens, overlap=overlap),
            token_limit=token_limit,
            add=add,
            progress=progress,
        )
    _, tables = keep(candidate.run, candidate.scores, var)
    if not as_json:
        show(candidate.run.notes, tables)
    try:
        candidate.release(store, activate=activate)
    finally:
        store.prune(keep_newest)
    state = "passed and is active" if activate else "passed; `python -m index activate` makes it the active one"
    print(json.dumps({"snapshot": candidate.snapshot}) if as_json else f"{candidate.snapshot} {state}")


@app.command()
def calibrate(
    dataset: Questions = CENTRE,
    distractors: Distractors = None,
    split: Annotated[str | None, typer.Option(help="dev, test or all.", show_default="dev, else all")] = None,
    limit: Limit = None,
    risk: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of given answers that may be wrong.")] = 0.15,
    out: Annotated[Path | None, typer.Option(help="Where to.", show_default="confidence.json under --var")] = None,
    var: Var = VAR,
    encoder: Encoder = "auto",
    workers: Workers = 2,
) -> None:
    """Fit confidence and the refusal threshold on labelled questions; the next build puts them into its snapshot."""
    from corpus.errors import ModelError
    from eval.datasets.load import load_dataset
    from eval.fitting.calibrate import UNFITTED
    from eval.fitting.calibrate import calibrate as fit_confidence
    from eval.fitting.plots import calibration_plots
    from eval.fitting.tables import calibration_grids
    from eval.runs.evaluate import evaluate
    from eval.runs.prepare import engine_for

    whole = load_dataset(dataset, distractors or ())
    questions = whole.part(split or ("dev" if whole.splits else "all"), limit)
    with show_progress() as progress:
        try:
            engine = engine_for(questions, var, encoder=encoder, progress=progress)
        except ModelError:
            engine = engine_for(questions, var, encoder=encoder, confidence=UNFITTED, progress=progress)
        fit = fit_confidence(evaluate(engine, questions, baselines={}, workers=workers, progress=progress), risk)
    path = out or var / "confidence.json"
    fit.save(path)
    pictures = calibration_plots(fit, var / "eval" / "calibration")
    show((), calibration_grids(fit))
    print(f"{path}, {', '.join(map(str, pictures))}")
    if out is None:
        print("run `python -m index build` to put it into a snapshot")


@app.command()
def quality(
    squad: Annotated[Path, typer.Argument(help="The folder with the SQuAD files.")],
    beir: Annotated[Path, typer.Argument(help="The folder with the BEIR folders.")],
    split: Split = None,
    limit: Limit = None,
    var: Var = VAR,
    encoder: Encoder = "auto",
    by_group: ByGroup = False,
    workers: Workers = 2,
) -> None:
    """Measure every figure of quality that the README gives: public sets and the shipped one, beside both baselines."""
    from eval.benches.quality import measure, write

    with show_progress() as progress:
        sheet = measure(squad, beir, var, split, limit, encoder, by_group=by_group, workers=workers, progress=progress)
    show(sheet.notes, sheet.grids())
    print(*write(sheet, var / "eval"), sep=", ")


if __name__ == "__main__":
    run_app(app)
