"""Ask labelled questions, compare runs, explain failures, release through a gate, calibrate, measure."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from eval.adopt import adopt
from eval.benches.commands import bench, growth, growth_search, poison
from eval.defaults import CENTRE, VAR
from eval.fit_commands import calibrate, fit_choice
from eval.options import (
    ByGroup,
    Distractors,
    Encoder,
    Floor,
    Json,
    Limit,
    Qrels,
    Questions,
    Reader,
    Split,
    Trec,
    Var,
    WithinGroup,
    Workers,
    load_questions,
)
from eval.reader_commands import export_reader, measure_reader, pair_questions, train_reader, unpack_reader
from eval.release import release
from eval.support_commands import fit_support, measure_support
from index.console import ModelFolder, show_progress
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
    model: ModelFolder = None,
    reader: Reader = "shipped",
    by_group: ByGroup = False,
    workers: Workers = 1,
    failures: Annotated[bool, typer.Option("--failures", help="Print every case that failed.")] = False,
    trec: Trec = None,
    qrels: Qrels = None,
    as_json: Json = False,
) -> None:
    """Ask every question of a set and report how well it went; ends with status 1 below a floor.

    A set without documents of its own is asked of the active snapshot.
    With --max-tokens, --min-tokens or --overlap, its documents are cut anew
    for this run; whichever of the three is not given is as by default. With
    --model, they are encoded anew by that model, unless it made the snapshot.
    """
    from eval.gate import check_floors, parse_floors
    from eval.reporting.save import print_run, print_summary, save_report
    from eval.runs.evaluate import evaluate
    from eval.runs.prepare import chunking_for, engine_for
    from eval.runs.trec import write_trec
    from eval.scoring.scores import score

    floors = parse_floors(floor or ())
    questions = load_questions(dataset, distractors, split, limit, within_group=within_group, var=var)
    chunking = chunking_for(questions, max_tokens, min_tokens, overlap)
    settings: dict[str, str | int | float | None] = {"limit": limit, **(asdict(chunking) if chunking else {})}
    with show_progress() as progress:
        engine = engine_for(
            questions, var, chunking=chunking, variant=encoder, model=model, reader=reader, progress=progress
        )
        settings["model"] = str(engine.model)
        done = evaluate(engine, questions, settings=settings, workers=workers, progress=progress)
    write_trec(engine, questions, done, trec, qrels)
    scores = score(done, by_group=by_group)
    saved = save_report(done, scores, var)
    if as_json:
        print_summary(done, scores, saved)
    else:
        print_run(done, saved, with_failures=failures)
    check_floors(scores, floors)


@app.command(epilog="Example: python -m eval compare dense=1,lexical=0 dense=0.4,lexical=0.6 --split dev")
def compare(
    old: Annotated[
        str, typer.Argument(help="A run (latest, id or file, + @bm25 or @dense), .trec, snapshot or dense=1,lexical=0")
    ],
    new: Annotated[str, typer.Argument(help="The same; judged against the first.")],
    dataset: Questions = CENTRE,
    distractors: Distractors = None,
    split: Split = None,
    limit: Limit = None,
    within_group: WithinGroup = False,
    var: Var = VAR,
    encoder: Encoder = "auto",
    model: ModelFolder = None,
    by_group: ByGroup = False,
) -> None:
    """Say of every measure whether NEW is better than OLD, worse, or no different beyond noise."""
    from eval.reporting.save import print_tables, save_comparison
    from eval.reporting.tables import comparison_grids
    from eval.runs.operands import run_of
    from eval.scoring.compare import compare as compare_runs

    questions = load_questions(dataset, distractors, split, limit, within_group=within_group, var=var)
    with show_progress() as progress:
        runs = [run_of(operand, questions, var, encoder, model, progress) for operand in (old, new)]
    comparison = compare_runs(*runs, by_group=by_group)
    print_tables(comparison.notes, comparison_grids(comparison))
    print(*save_comparison(comparison, old, new, var), sep=", ")


@app.command("list", epilog="Example: python -m eval list --limit 5")
def list_runs(
    limit: Annotated[int, typer.Option(min=1, help="List at most this many.")] = 20,
    var: Var = VAR,
) -> None:
    """List the runs that are kept under var/eval, newest first: those of releases, too."""
    from eval.reporting.kept import kept_grid
    from eval.reporting.save import print_tables

    print_tables((), [kept_grid(var, limit)])


@app.command(epilog="Example: python -m eval failures latest --cause 'ranked too low'")
def failures(
    saved: Annotated[str, typer.Argument(metavar="RUN", help="A run's id, its run.json, or latest.")],
    cause: Annotated[str | None, typer.Option(help="Only cases of this cause.")] = None,
    var: Var = VAR,
) -> None:
    """Print every case of a run that failed, and why."""
    from eval.runs.records import load_run, run_path
    from eval.scoring.failures import check_cause, describe, find_failures

    check_cause(cause)
    cases = [case for case in find_failures(load_run(run_path(saved, var))) if cause in (None, case.cause)]
    print("\n\n".join(map(describe, cases)) or "no failures")


app.command(epilog="Example: python -m eval release corpus/texts --floor hit@3=0.9 --floor answer_accuracy=0.8")(
    release
)


app.command(epilog="Example: python -m eval adopt --list")(adopt)
app.command(epilog="Example: python -m eval calibrate --split dev --risk 0.1")(calibrate)
app.command(epilog="Example: python -m eval fit-choice --dataset eval/data/genres --split dev")(fit_choice)


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


app.command(epilog="Example: python -m eval train-reader MiniLM-L6 var/reader new_wiki.json squad2.json@dev")(
    train_reader
)
app.command(epilog="Example: python -m eval pair-questions eval/data/training/genres pairs.json")(pair_questions)
app.command(epilog="Example: python -m eval export-reader var/reader/last service/answering/reader/shipped")(
    export_reader
)
app.command(epilog="Example: python -m eval unpack-reader service/answering/reader/shipped var/reader/begin")(
    unpack_reader
)
app.command(epilog="Example: python -m eval measure-reader service/answering/reader/shipped squad2.json@test")(
    measure_reader
)
app.command(epilog="Example: python -m eval measure-support --given five")(measure_support)
app.command(epilog="Example: python -m eval fit-support --out service/answering/statements/weights.json")(fit_support)
app.command(epilog="Example: python -m eval bench --texts squad2_half.json --no-peer")(bench)
app.command(epilog="Example: python -m eval growth --sizes 10000,100000 --texts corpus/texts")(growth)
app.command(epilog="Example: python -m eval poison --dataset eval/data/genres --split dev")(poison)
app.command(epilog="Example: python -m eval growth-search var/bench/scale-10000", hidden=True)(growth_search)

if __name__ == "__main__":
    run_app(app)
