"""The runs that are kept, as a table."""

from pathlib import Path

from corpus.errors import InputError
from eval.reporting.tables import Grid, figure_cell
from eval.runs.records import load_run, run_paths
from eval.scoring.groups import figure_of

MEASURES = ("hit@1", "answer_accuracy")  # more would break the ids in a terminal of 80 columns


def kept_grid(var: Path, limit: int) -> Grid:
    """The newest `limit` runs under var/eval; of one that this version cannot read, only its name is known."""
    paths = run_paths(var)
    rows = tuple(_row(path) for path in paths[:limit])
    return Grid(f"{len(rows)} of {len(paths)} runs, newest first", ("run", "dataset", *MEASURES), rows)


def _row(path: Path) -> tuple[str, ...]:
    try:
        run = load_run(path)
    except InputError:
        return (path.parent.name, "of another version", *("-" for _ in MEASURES))
    split = run.settings.get("split")
    dataset = f"{run.dataset} {split}" if split else run.dataset
    return (path.parent.name, dataset, *(figure_cell(figure_of(name, run.records)) for name in MEASURES))
