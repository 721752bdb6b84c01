"""Ask labelled questions, compare runs, explain failures, release through a gate, calibrate, measure."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import InputError
from corpus.passages import Chunking
from eval.benches.commands import bench, growth, growth_search
from eval.defaults import CENTRE, TEXTS, VAR
from eval.options import (
    ByGroup,
    Distractors,
    Encoder,
    Floor,
    Json,
    Limit,
    Questions,
    Source,
    Split,
    Var,
    WithinGroup,
    Workers,
    load_questions,
)
from index.build import TOKEN_LIMIT
from index.console import CHUNKING, KEEP, MaxTokens, Overlap, TokenLimit, show_progress
from index.console import run as run_app

app = typer.Typer(
    help=__doc__,
    epilog="Example: python -m eval run --split test",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command(epilog="Example: python -m eval run --split test --floor hit@3=0.9")
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
    """Ask every question of a set and report how well it went; ends with status 1 below a floor.

    A set without documents of its own is asked of the active snapshot.
    With --max-tokens, --min-tokens or --overlap, its documents are cut anew
    for this run; whichever of the three is not given is as by default.
    """
    from eval.gate import check_floors, parse_floors
    from eval.reporting.save import print_run, save_report
    from eval.reporting.tables import run_summary
    from eval.runs.evaluate import evaluate
    from eval.runs.prepare import chunking_for, engine_for
    from eval.scoring.scores import score

    floors = parse_floors(floor or ())
    questions = load_questions(dataset, distractors, split, limit, within_group=within_group)
    chunking = chunking_for(questions, max_tokens, min_tokens, overlap)
    settings = {"limit": limit, **(asdict(chunking) if chunking else {})}
    with show_progress() as progress:
        engine = engine_for(questions, var, chunking=chunking, variant=encoder, progress=progress)
        done = evaluate(engine, questions, settings=settings, workers=workers, progress=progress)
    scores = score(done, by_group=by_group)
    saved = save_report(done, scores, var)
    if as_json:
        print(json.dumps({**run_summary(done, scores), "folder": str(saved.folder)}, allow_nan=False))
    else:
        print_run(done, saved, with_failures=failures)
    check_floors(scores, floors)


@app.command(epilog="Example: python -m eval compare dense=1,lexical=0 dense=0.4,lexical=0.6 --split dev")
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
    from eval.reporting.save import print_tables, save_comparison
    from eval.reporting.tables import comparison_grids
    from eval.runs.operands import run_of
    from eval.scoring.compare import compare as compare_runs

    questions = load_questions(dataset, distractors, split, limit, within_group=within_group)
    with show_progress() as progress:
        runs = [run_of(operand, questions, var, encoder, progress) for operand in (old, new)]
    comparison = compare_runs(*runs, by_group=by_group)
    paths = save_comparison(comparison, old, new, var)
    print_tables(comparison.notes, comparison_grids(comparison))
    print(*paths, sep=", ")


@app.command(
    epilog="Example: python -m eval failures var/eval/20260101T120000-abcdef/run.json --cause 'ranked too low'"
)
def failures(
    saved: Annotated[str, typer.Argument(metavar="RUN", help="A run's id or its run.json.")],
    cause: Annotated[str | None, typer.Option(help="Only cases of this cause.")] = None,
    var: Var = VAR,
) -> None:
    """Print every case of a run that failed, and why."""
    from eval.runs.records import load_run, run_path
    from eval.scoring.failures import CAUSES, describe, find_failures

    if cause is not None and cause not in CAUSES:
        raise InputError(f"no cause is called {cause!r}; give one of: {'; '.join(CAUSES)}")
    cases = [failure for failure in find_failures(load_run(run_path(saved, var))) if cause in (None, failure.cause)]
    print("\n\n".join(map(describe, cases)) or "no failures")


@app.command(epilog="Example: python -m eval release corpus/texts --floor hit@3=0.9 --floor answer_accuracy=0.8")
def release(
    source: Source = TEXTS,
    dataset: Questions = CENTRE,
    split: Split = None,
    floor: Floor = None,
    no_worse_than: Annotated[str, typer.Option(help="active, or nothing: only the floors count.")] = "active",
    var: Var = VAR,
    add: Annotated[bool, typer.Option("--add", help="Keep the active snapshot's other documents.")] = False,
    activate: Annotated[bool, typer.Option(help="Make the new snapshot the active one where it passes.")] = True,
    keep: Annotated[int, typer.Option(min=1, help="Delete all but this many of the newest.")] = KEEP,
    token_limit: TokenLimit = TOKEN_LIMIT,
    max_tokens: MaxTokens = CHUNKING.max_tokens,
    overlap: Overlap = CHUNKING.overlap,
    encoder: Encoder = "auto",
    as_json: Json = False,
) -> None:
    """Build a snapshot beside the active one, and activate it if it holds its floors and is no worse."""
    from corpus.sources import read_source
    from eval.gate import build_and_judge, parse_floors
    from eval.reporting.save import print_tables, save_report
    from index.encoding.open import open_encoder
    from index.snapshots.store import Store

    if no_worse_than not in ("active", "nothing"):
        raise InputError(f"--no-worse-than {no_worse_than!r}: give active or nothing")
    store, floors = Store(var), parse_floors(floor or ())
    with show_progress(as_json) as progress:
        judged = build_and_judge(
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
    saved = save_report(judged.run, judged.scores, var)
    if not as_json:
        print_tables(judged.run.notes, saved.grids)
    try:
        judged.release(store, activate=activate)
    finally:
        store.prune(keep)
    state = "passed and is active" if activate else "passed; `python -m index activate` makes it the active one"
    print(json.dumps({"snapshot": judged.snapshot}) if as_json else f"{judged.snapshot} {state}")


@app.command(epilog="Example: python -m eval calibrate --split dev --risk 0.1")
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
    from eval.datasets.load import load_dataset
    from eval.fitting.calibrate import ask_for_fit, fit_confidence
    from eval.fitting.plots import calibration_plots
    from eval.fitting.tables import calibration_grids
    from eval.reporting.save import print_tables

    whole = load_dataset(dataset, distractors or ())
    questions = whole.part(split or ("dev" if whole.splits else "all"), limit)
    with show_progress() as progress:
        run = ask_for_fit(questions, var, variant=encoder, workers=workers, progress=progress)
    fit = fit_confidence(run, risk)
    path = out or var / "confidence.json"
    fit.save(path)
    pictures = calibration_plots(fit, var / "eval" / "calibration")
    print_tables((), calibration_grids(fit))
    print(path, *pictures, sep=", ")
    if out is None:
        print("run `python -m index build` to put it into a snapshot")


@app.command(epilog="Example: python -m eval quality sets/squad sets/beir --limit 200")
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
    from eval.benches.quality import measure_quality
    from eval.benches.quality_report import write_quality
    from eval.reporting.save import print_tables

    with show_progress() as progress:
        report = measure_quality(
            squad, beir, var, split, limit, encoder, by_group=by_group, workers=workers, progress=progress
        )
    print_tables(report.notes, report.grids())
    print(*write_quality(report, var / "eval"), sep=", ")


app.command(epilog="Example: python -m eval bench --texts squad2_half.json --no-peer")(bench)
app.command(epilog="Example: python -m eval growth --sizes 10000,100000 --texts corpus/texts")(growth)
app.command(epilog="Example: python -m eval growth-search var/bench/scale-10000", hidden=True)(growth_search)

if __name__ == "__main__":
    run_app(app)
