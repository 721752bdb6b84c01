"""Runs and comparisons as tables, for a terminal and for Markdown, and their scores as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

from rich.table import Table

from eval.formulas import Values, reliability
from eval.runs.records import BM25, DENSE, HYBRID, Run, baseline_run
from eval.scoring.compare import Change, Comparison, compare
from eval.scoring.failures import CAUSES, Failure, count_causes
from eval.scoring.groups import GROUP_MEASURES, By, Figure, score_groups
from eval.scoring.scores import Score, judged_confidences

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

ENOUGH = 10  # questions that a tenth must have for its share of right answers to say something
GAINS = ("hit@1", "hit@3", "MRR@10", "nDCG@10")  # measures by which a run is compared with its baselines
FLIPS = 20  # questions that changed and are listed in a terminal
CHANGE_HEADER = ("measure", "old", "new", "difference", "p", "won/lost/tied", "verdict")
_TEXT_COLUMNS = ("by", "text", "verdict", "measure", "against")  # aligned left, as the first column is


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a table, whatever it is drawn for: the first column names the row."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def rich(self) -> Table:
        """The table for a terminal."""
        table = Table(title=self.title, title_justify="left", title_style="bold", box=None, header_style="dim")
        table.min_width = len(self.title)  # or the title would be folded
        for column, name in enumerate(self.header):
            left = column == 0 or name in _TEXT_COLUMNS
            table.add_column(name, justify="left" if left else "right", overflow="fold")
        for row in self.rows:
            table.add_row(*(cell.replace("[", r"\[") for cell in row))
        return table

    def markdown(self) -> str:
        """The table in Markdown, with its title as a heading."""
        rule = ("---", *("---" if name in _TEXT_COLUMNS else "--:" for name in self.header[1:]))
        lines = (
            "| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |"
            for row in (self.header, rule, *self.rows)
        )
        return f"## {self.title}\n\n" + "\n".join(lines) + "\n"


def run_grids(run: Run, scores: Sequence[Score], failures: Sequence[Failure]) -> tuple[Grid, ...]:
    """The report of a run: ranking, gains over the baselines, answers and confidence, reliability, failures.

    What the run has no numbers for is left out.
    """
    grids = [_ranking_grid(scores)]
    grids += [
        _gains_grid(run, name) for name in (BM25, DENSE) if any(name in record.rankings for record in run.records)
    ]
    answers = _answers_grid(scores)
    if any(value != "-" for _, value, _ in answers.rows):
        grids.append(answers)
        by: tuple[By, ...] = ("kind", "genre")
        grids += [grid for grid in (_groups_grid(run, name) for name in by) if grid.rows]
    judged = judged_confidences(run)
    tenths = reliability_grid(judged.confidence, judged.right, "Reliability")
    if tenths.rows:
        grids.append(tenths)
    return (*grids, _failures_grid(run, failures))


def _ranking_grid(scores: Sequence[Score]) -> Grid:
    by_name = {score.name: score for score in scores}
    names = [name.split("/")[1] for name in by_name if name.startswith(f"{BM25}/")]
    rows = (
        (name, *(score_cell(by_name[prefix + name]) for prefix in ("", f"{BM25}/", f"{DENSE}/")), str(by_name[name].n))
        for name in names
    )
    header = ("measure", HYBRID, f"{BM25} alone", f"{DENSE} alone", "n")
    return Grid("Ranking, with 95 % intervals", header, tuple(rows))


def _answers_grid(scores: Sequence[Score]) -> Grid:
    """The measures that no baseline has."""
    of_rankings = {score.name.split("/")[1] for score in scores if "/" in score.name}
    others = (score for score in scores if "/" not in score.name and score.name not in of_rankings)
    rows = tuple((score.name, score_cell(score), str(score.n)) for score in others)
    return Grid("Answers and confidence, with 95 % intervals", ("measure", HYBRID, "n"), rows)


def _groups_grid(run: Run, name: By) -> Grid:
    """Right answers, refusals and answers given as sure, for each kind of question or genre of text."""
    rows = tuple((group.name, *map(figure_cell, group.measures.values())) for group in score_groups(run, name))
    return Grid(f"By {name}", (name, *GROUP_MEASURES), rows)


def figure_cell(figure: Figure) -> str:
    """A value, and how many questions it is about; `-` where it is about none."""
    return "-" if figure.value is None else f"{figure.value:.3f} of {figure.n}"


def reliability_grid(confidence: Values, right: Values, title: str) -> Grid:
    """How confident and how often right (questions,) the questions of each tenth are; tenths with few are left out."""
    rows = (
        (
            f"{tenth.low:.1f} to {tenth.low + 0.1:.1f}",
            str(tenth.n),
            f"{tenth.confidence:.3f}",
            f"{tenth.accuracy:.3f}",
            f"{tenth.accuracy - tenth.confidence:+.3f}",
        )
        for tenth in reliability(confidence, right)
        if tenth.n >= ENOUGH
    )
    header = ("confidence", "questions", "mean confidence", "share right", "difference")
    return Grid(f"{title}: tenths with at least {ENOUGH} questions", header, tuple(rows))


def _gains_grid(run: Run, ranking: str) -> Grid:
    comparison = compare(baseline_run(run, ranking), run, names=GAINS)
    return Grid(f"Against {ranking} alone", CHANGE_HEADER, tuple(map(change_cells, comparison.changes)))


def _failures_grid(run: Run, failures: Sequence[Failure]) -> Grid:
    counts = count_causes(failures)
    causes = sorted(counts, key=lambda key: (CAUSES.index(key[0]), key[1]))
    return Grid(
        f"Failures: {len(failures)} of {len(run.records)} questions",
        ("cause", "by", "questions"),
        tuple((cause, signal or "-", str(counts[cause, signal])) for cause, signal in causes),
    )


def change_cells(change: Change) -> tuple[str, ...]:
    """The cells of one row under CHANGE_HEADER."""
    tally = change.tally
    return (
        change.name,
        _value_text(change.name, change.old),
        _value_text(change.name, change.new),
        f"{change.difference:+.3f} {_interval_text(change.interval.low, change.interval.high, '+.3f')}",
        "-" if change.p is None else f"{change.p:.4f}",
        f"{tally.wins}/{tally.losses}/{tally.ties}" if tally else "-",
        change.verdict,
    )


def comparison_grids(comparison: Comparison, most: int = FLIPS) -> tuple[Grid, ...]:
    """Every measure in both runs, and at most so many of the questions that changed."""
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
                    f"{_yes_or_no(flip.old_right)} -> {_yes_or_no(flip.new_right)}",
                    flip.text,
                )
                for flip in flips
            ),
        ),
    )


def markdown_report(
    title: str,
    facts: Mapping[str, object],
    notes: Sequence[str],
    grids: Sequence[Grid],
    pictures: Sequence[str] = (),
) -> str:
    """A report: the facts that are known, what could not be used, the tables, the pictures in files of these names."""
    lines = [f"- {name}: {value}" for name, value in facts.items() if value not in (None, "")]
    quoted = [f"> {note}" for note in notes]
    shown = [f"![{name.partition('.')[0]}]({name})\n" for name in pictures]
    return "\n".join([f"# {title}\n", *lines, "", *quoted, "", *(grid.markdown() for grid in grids), *shown])


def run_facts(run: Run) -> dict[str, object]:
    """What identifies a run, by name."""
    facts = {"dataset": run.dataset, "dataset sha256": run.sha256, "snapshot": run.snapshot, "created": run.created}
    return {**facts, "questions": len(run.records), **run.settings}


def run_summary(run: Run, scores: Sequence[Score]) -> dict[str, Json]:
    """A run's scores as JSON, without its records; null where there is nothing to measure.

    `reliability` has the tenths of confidence that hold a question, as `eval.formulas.Bin`.
    """
    judged = judged_confidences(run)
    measures: dict[str, Json] = {
        score.name: {"n": score.n, "value": score.value, "low": score.low, "high": score.high} for score in scores
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
        "reliability": [asdict(tenth) for tenth in reliability(judged.confidence, judged.right)],
    }


def score_cell(score: Score) -> str:
    """Value and interval; `-` where there is nothing to measure."""
    if score.value is None or score.low is None or score.high is None:
        return "-"
    number_format = ".1f" if "latency" in score.name else ".3f"
    return f"{_value_text(score.name, score.value)} {_interval_text(score.low, score.high, number_format)}"


def _value_text(measure: str, value: float) -> str:
    return f"{value:.1f} ms" if "latency" in measure else f"{value:.3f}"


def _interval_text(low: float, high: float, number_format: str) -> str:
    return f"[{low:{number_format}}, {high:{number_format}}]"


def _yes_or_no(right: bool | None) -> str:
    return "-" if right is None else "yes" if right else "no"
