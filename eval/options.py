"""What the commands of `python -m eval` share: their options, how sets are read, how runs are kept and shown."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from eval.datasets.questions import Dataset
    from eval.reporting.tables import Grid
    from eval.runs.records import Run
    from eval.scoring.measures import Score

CENTRE = Path("eval/data/centre.jsonl")
TEXTS = Path("corpus/texts")
VAR = Path("var")

Questions = Annotated[Path, typer.Option(help="A .jsonl question set, a SQuAD .json file or a BEIR folder.")]
Distractors = Annotated[list[Path] | None, typer.Option(help="SQuAD file with more documents; repeatable.")]
Split = Annotated[
    str | None,
    typer.Option(
        help="test, dev or all; a set without splits is halved by article.", show_default="test, where there are splits"
    ),
]
WithinGroup = Annotated[bool, typer.Option("--within-group", help="Ask each question of its own article only.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Ask at most this many, evenly spaced.")]
Workers = Annotated[int, typer.Option(min=1, help="Questions asked at a time; above 1, only a sample is timed.")]
Var = Annotated[Path, typer.Option(envvar="CENTREQA_VAR", help="The folder that holds everything built.")]
Floor = Annotated[list[str] | None, typer.Option(help="hit@3=0.9, the least a measure may be; repeatable.")]
Encoder = Annotated[str, typer.Option(envvar="CENTREQA_ENCODER", help="auto, onnx-fp32, onnx-int8, torch")]
ByGroup = Annotated[bool, typer.Option("--by-group", help="Draw whole facts or articles for the intervals.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one value a line.")]


def load_questions(
    dataset: Path,
    distractors: Sequence[Path] | None = None,
    split: str | None = None,
    limit: int | None = None,
    *,
    within_group: bool = False,
) -> "Dataset":
    """The wanted part of a question set; what reads it is imported only now."""
    from eval.datasets.questions import load

    loaded = load(dataset, distractors or ()).part(split, limit)
    return loaded.within_group() if within_group else loaded


def keep(done: "Run", scores: "Sequence[Score]", var: Path) -> "tuple[Path, Sequence[Grid]]":
    """Save a run with its report and plots; returns its folder and the report's tables."""
    from eval.reporting import plots
    from eval.reporting import tables as report
    from eval.runs import records
    from eval.scoring import failures

    folder = var / "eval" / done.id
    tables = report.grids(done, scores, failures.failures(done))
    records.save(done, folder / "run.json")
    (folder / "report.md").write_text(report.markdown(done.dataset, report.facts(done), done.notes, tables), "utf-8")
    plots.draw(done, folder)
    return folder, tables


def show(notes: "Sequence[str]", tables: "Sequence[Grid]") -> None:
    """Print notes and tables, as wide as the terminal."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    for note in notes:
        console.print(f"note: {note}", style="yellow", markup=False)
    for table in tables:
        console.print(table.rich())
        console.print()
