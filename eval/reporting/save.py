"""Reports saved under var/eval, and tables printed in a terminal."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from eval.reporting.overview import OVERVIEW, overview
from eval.reporting.plots import comparison_plot, draw_run
from eval.reporting.tables import Grid, comparison_grids, markdown_report, run_facts, run_grids, run_summary
from eval.runs.records import Run, save_run
from eval.scoring.compare import Comparison
from eval.scoring.failures import describe, find_failures
from eval.scoring.scores import Score
from index.files import replace_file

PLAIN_WIDTH = 120  # columns of a table where the output is no terminal


@dataclass(frozen=True, slots=True)
class SavedReport:
    """The folder of a run, and the tables of its report."""

    folder: Path
    grids: tuple[Grid, ...]


def save_report(run: Run, scores: Sequence[Score], var: Path) -> SavedReport:
    """Save a run under var/eval/<its id>: run.json, report.md, plots, and overview.json for the service."""
    folder = var / "eval" / run.id
    grids = run_grids(run, scores, find_failures(run))
    save_run(run, folder / "run.json")
    pictures = [path.name for path in draw_run(run, folder)]
    report = markdown_report(run.dataset, run_facts(run), run.notes, grids, pictures)
    (folder / "report.md").write_text(report, "utf-8")
    replace_file(folder / OVERVIEW, json.dumps(overview(run, scores), ensure_ascii=False, allow_nan=False))
    return SavedReport(folder, grids)


def save_comparison(comparison: Comparison, old: str, new: str, var: Path) -> tuple[Path, Path]:
    """Save report.md and differences.png under var/eval/compared, and return their paths.

    `old` and `new` are the operands as they were given. The report lists every question that changed.
    """
    folder = var / "eval" / "compared"
    picture = comparison_plot(comparison, folder / "differences.png")
    facts = {"old": old, "new": new, "dataset": comparison.new.dataset}
    grids = comparison_grids(comparison, len(comparison.flips))
    report = folder / "report.md"
    report.write_text(markdown_report("Comparison", facts, comparison.notes, grids, [picture.name]), "utf-8")
    return report, picture


def print_run(run: Run, saved: SavedReport, *, with_failures: bool) -> None:
    """Print the tables of a run, every case that failed where that is wanted, and where it was saved."""
    print_tables(run.notes, saved.grids)
    failures = find_failures(run) if with_failures else ()
    print(*(f"\n{describe(failure)}" for failure in failures), sep="\n", end="")
    print(f"{saved.folder}: run.json, report.md, plots")


def print_summary(run: Run, scores: Sequence[Score], saved: SavedReport) -> None:
    """Print the figures of a run and where it was saved, as one line of JSON."""
    print(json.dumps({**run_summary(run, scores), "folder": str(saved.folder)}, allow_nan=False))


def print_tables(notes: Sequence[str], grids: Sequence[Grid]) -> None:
    """Print notes and tables, as wide as the terminal."""
    console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    for note in notes:
        console.print(f"note: {note}", style="yellow", markup=False)
    for grid in grids:
        console.print(grid.rich())
        console.print()
