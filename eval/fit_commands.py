"""The commands that fit numbers to labelled questions."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.defaults import CENTRE, VAR
from eval.options import Distractors, Encoder, Limit, Reader, Var, Workers, load_whole
from index.console import ModelFolder, show_progress

if TYPE_CHECKING:
    from eval.datasets.questions import Dataset

Datasets = Annotated[list[Path], typer.Option("--dataset", help="A question set; repeatable.")]
FitSplit = Annotated[str | None, typer.Option(help="dev, test or all.", show_default="dev, else all")]


def calibrate(
    datasets: Datasets = [CENTRE],  # noqa: B006
    distractors: Distractors = None,
    split: FitSplit = None,
    limit: Limit = None,
    risk: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of given answers that may be wrong.")] = 0.15,
    out: Annotated[Path | None, typer.Option(help="Where to.", show_default="confidence.json under --var")] = None,
    var: Var = VAR,
    encoder: Encoder = "auto",
    model: ModelFolder = None,
    reader: Reader = "shipped",
    workers: Workers = 2,
    force: Annotated[bool, typer.Option("--force", help="Write the fit though it is no better.")] = False,
) -> None:
    """Fit confidence and the refusal threshold on labelled questions; the next build puts them into its snapshot."""
    from eval.fitting.calibrate import ask_for_fit, check_better, fit_confidence
    from eval.fitting.plots import calibration_plots
    from eval.fitting.tables import calibration_grids
    from eval.reporting.save import print_tables
    from service.answering.features import UNREAD_FEATURES
    from service.answering.reader.reader import OFF

    parts = _parts_to_fit_on(datasets, distractors, split, limit, var)
    with show_progress() as progress:
        unread, *read = (
            [
                ask_for_fit(p, var, variant=encoder, model=model, reader=each, workers=workers, progress=progress)
                for p in parts
            ]
            for each in dict.fromkeys((OFF, reader))
        )
    fit = fit_confidence(read[0], risk) if read else fit_confidence(unread, risk, UNREAD_FEATURES)
    # Without a reader as many right answers are given, and more wrong ones.
    without = fit_confidence(unread, risk, UNREAD_FEATURES, fit.withheld) if read else fit
    path = out or var / "confidence.json"
    if not force:
        check_better(fit)
    fit.save(path, without if read else None)
    print_tables((), calibration_grids(fit))
    print(path, *calibration_plots(fit, var / "eval" / "calibration"), sep=", ")
    if out is None:
        print("run `python -m index build` to put it into a snapshot")


def fit_choice(
    datasets: Datasets = [CENTRE],  # noqa: B006
    distractors: Distractors = None,
    split: FitSplit = None,
    limit: Limit = None,
    var: Var = VAR,
    encoder: Encoder = "auto",
    reader: Reader = "shipped",
) -> None:
    """Print what each feature should count when sentences are compared, and how often the first is then right.

    The numbers in use stand in service/answering/choose.py.
    """
    from eval.fitting.choice import compare_sentences, fit_weights, share_right
    from eval.runs.prepare import engine_for
    from service.answering.choosing.scores import READ_WEIGHTS

    parts = _parts_to_fit_on(datasets, distractors, split, limit, var)
    with show_progress() as progress:
        engines = [engine_for(part, var, variant=encoder, reader=reader, progress=progress) for part in parts]
        sets = [compare_sentences(*pair, progress) for pair in zip(engines, parts, strict=True)]
    weights = fit_weights(sets)
    for part, found in zip(parts, sets, strict=True):
        before, after = (round(share_right(found, each), 4) for each in (READ_WEIGHTS, weights))
        typer.echo(
            json.dumps({"set": part.name, "questions": len(found), "right before": before, "right fitted": after})
        )
    typer.echo(json.dumps({name: round(weight, 3) for name, weight in weights.items()}))


def _parts_to_fit_on(
    datasets: Sequence[Path], distractors: Sequence[Path] | None, split: str | None, limit: int | None, var: Path
) -> "list[Dataset]":
    """The questions of each set that the options ask for: without a split, `dev` where a set has splits, else all."""
    wholes = [load_whole(path, distractors, var=var) for path in datasets]
    return [whole.part(split or ("dev" if whole.splits else "all"), limit) for whole in wholes]
