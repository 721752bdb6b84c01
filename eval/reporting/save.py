"""Runs kept under var/eval with their reports and plots, and shown in a terminal."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from eval.reporting.tables import Grid
    from eval.runs.records import Run
    from eval.scoring.measures import Score


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
