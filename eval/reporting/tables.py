"""Runs and comparisons as tables, for a terminal, for Markdown and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from rich.table import Table

from eval.formulas import Values, reliability
from eval.runs.records import BM25, DENSE, HYBRID, Run, baseline
from eval.scoring.compare import Change, Comparison, compare
from eval.scoring.failures import CAUSES, Failure, counts
from eval.scoring.measures import Score, confidences

if TYPE_CHECKING:
    pass

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

ENOUGH = 10  # questions of a tenth
_WORDS = ("by", "text", "verdict", "measure", "against")
CHANGE_HEADER = ("measure", "old", "new", "difference", "p", "won/lost/tied", "verdict")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table before it is drawn: the first column names the row."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def rich(self) -> Table:
        """The table for a terminal."""
        table = Table(title=self.title, title_justify="left", title_style="bold", box=None, header_style="dim")
        table.min_width = len(self.title)  # or the title would be folded
        for at, name in enumerate(self.header):
            table.add_column(name, justify="right" if at and name not in _WORDS else "left", overflow="fold")
        for row in self.rows:
            table.add_row(*(cell.replace("[", r"\[") for cell in row))
        return table

    def markdown(self) -> str:
        """The table in Markdown, its title a heading."""
        rule = ("---", *("---" if name in _WORDS else "--:" for name in self.header[1:]))
        lines = (
            "| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |"
            for row in (self.header, rule, *self.rows)
        )
        return f"## {self.title}\n\n" + "\n".join(lines) + "\n"


def grids(run: Run, scores: Sequence[Score], failed: Sequence[Failure]) -> tuple[Grid, ...]:
    """The ranking beside its baselines, what is gained over them, answers and confidence, and why questions failed."""
    answers = _answers(scores)
    return (
        _ranking(scores),
        *(_gains(run, name) for name in (BM25, DENSE) if any(name in record.rankings for record in run.records)),
        *([answers] if any(row[1] != "-" for row in answers.rows) else []),
        *([judged] if (judged := reliability_grid(*confidences(run), title="Reliability")).rows else []),
        _failures(run, failed),
    )


def _ranking(scores: Sequence[Score]) -> Grid:
    by_name = {one.name: one for one in scores}
    base = [name.split("/")[1] for name in by_name if name.startswith(f"{BM25}/")]
    rows = (
        (
            name,
            show(by_name[name]),
            show(by_name[f"{BM25}/{name}"]),
            show(by_name[f"{DENSE}/{name}"]),
            str(by_name[name].n),
        )
        for name in base
    )
    return Grid(
        "Ranking, with 95 % intervals", ("measure", HYBRID, f"{BM25} alone", f"{DENSE} alone", "n"), tuple(rows)
    )


def _answers(scores: Sequence[Score]) -> Grid:
    ranked = {one.name.split("/")[1] for one in scores if "/" in one.name}
    rest = (one for one in scores if "/" not in one.name and one.name not in ranked)
    return Grid(
        "Answers and confidence, with 95 % intervals",
        ("measure", HYBRID, "n"),
        tuple((one.name, show(one), str(one.n)) for one in rest),
    )


def reliability_grid(confidence: Values, right: Values, title: str) -> Grid:
    """How confident and how often right the questions of each tenth are; a few questions in a tenth tell nothing."""
    bins = [each for each in reliability(confidence, right) if each.n >= ENOUGH]
    rows = (
        (
            f"{each.low:.1f} to {each.low + 0.1:.1f}",
            str(each.n),
            f"{each.confidence:.3f}",
            f"{each.accuracy:.3f}",
            f"{each.accuracy - each.confidence:+.3f}",
        )
        for each in bins
    )
    header = ("confidence", "questions", "mean confidence", "share right", "difference")
    return Grid(f"{title}: tenths with at least {ENOUGH} questions", header, tuple(rows))


def _gains(run: Run, name: str) -> Grid:
    compared = compare(baseline(run, name), run, names=("hit@1", "hit@3", "MRR@10", "nDCG@10"))
    return Grid(f"Against {name} alone", CHANGE_HEADER, tuple(change_cells(change) for change in compared.changes))


def _failures(run: Run, failed: Sequence[Failure]) -> Grid:
    tally = counts(failed)
    rows = sorted(tally, key=lambda key: (CAUSES.index(key[0]), key[1]))
    return Grid(
        f"Failures: {len(failed)} of {len(run.records)} questions",
        ("cause", "by", "questions"),
        tuple((cause, signal or "-", str(tally[cause, signal])) for cause, signal in rows),
    )


def change_cells(change: Change) -> tuple[str, ...]:
    """One row under CHANGE_HEADER."""
    tally = change.tally
    return (
        change.name,
        _number(change.name, change.old),
        _number(change.name, change.new),
        f"{change.difference:+.3f} {_between(change.interval.low, change.interval.high, '+.3f')}",
        "-" if change.p is None else f"{change.p:.4f}",
        f"{tally.wins}/{tally.losses}/{tally.ties}" if tally else "-",
        change.verdict,
    )


def comparison_grids(comparison: Comparison, most: int = 20) -> tuple[Grid, ...]:
    """Every measure in both runs, and up to `most` of the questions that changed."""
    flips = comparison.flips[:most]
    return (
        Grid(
            f"{comparison.new.id} against {comparison.old.id}",
            CHANGE_HEADER,
            tuple(change_cells(change) for change in comparison.changes),
        ),
        Grid(
            f"{len(flips)} of {len(comparison.flips)} questions that changed",
            ("question", "rank", "answer right", "text"),
            tuple(
                (
                    flip.id,
                    f"{flip.old_rank or '-'} -> {flip.new_rank or '-'}",
                    f"{_yes(flip.old_right)} -> {_yes(flip.new_right)}",
                    flip.text,
                )
                for flip in flips
            ),
        ),
    )


def markdown(title: str, facts: Mapping[str, object], notes: Sequence[str], tables: Sequence[Grid]) -> str:
    """A report: what was run on what, what could not be used, the tables."""
    lines = [f"- {name}: {value}" for name, value in facts.items() if value not in (None, "")]
    remarks = [f"> {note}" for note in notes]
    return "\n".join([f"# {title}\n", *lines, "", *remarks, "", *(table.markdown() for table in tables)])


def facts(run: Run) -> dict[str, object]:
    """What identifies a run."""
    known = {"dataset": run.dataset, "dataset sha256": run.sha256, "snapshot": run.snapshot, "created": run.created}
    return {**known, "questions": len(run.records), **run.settings}


def as_json(run: Run, scores: Sequence[Score]) -> dict[str, Json]:
    """A run's scores without its records; null where there is nothing to measure."""
    measures: dict[str, Json] = {
        one.name: {"n": one.n, "value": one.value, "low": one.low, "high": one.high} for one in scores
    }
    return {
        "run": run.id,
        "created": run.created,
        "dataset": run.dataset,
        "sha256": run.sha256,
        "snapshot": run.snapshot,
        "questions": len(run.records),
        "settings": dict(run.settings),
        "notes": list(run.notes),
        "measures": measures,
    }


def show(one: Score) -> str:
    """Value and interval, `-` where there is nothing to measure."""
    if one.value is None or one.low is None or one.high is None:
        return "-"
    form = ".1f" if "latency" in one.name else ".3f"
    return f"{_number(one.name, one.value)} {_between(one.low, one.high, form)}"


def _number(name: str, value: float) -> str:
    return f"{value:.1f} ms" if "latency" in name else f"{value:.3f}"


def _between(low: float, high: float, form: str) -> str:
    return f"[{low:{form}}, {high:{form}}]"


def _yes(right: bool | None) -> str:
    return "-" if right is None else "yes" if right else "no"
