"""What the quality bench reports: figures beside both baselines, as tables, as JSON and as a picture."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.reporting.plots import COLOURS, GREY, saved_axes
from eval.reporting.tables import CHANGE_HEADER, Grid, Json, change_cells, markdown_report, score_cell
from eval.runs.records import BM25, DENSE, HYBRID, Run
from eval.scoring.compare import Change
from eval.scoring.scores import Score


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure on one set: the score of each ranking that has one, and what the hybrid gains over each baseline."""

    dataset: str
    measure: str
    scores: Mapping[str, Score]
    gains: Mapping[str, Change]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """All figures, the runs that they are from, and notes of what was missing or could not be used."""

    created: str
    settings: Mapping[str, str | int | None]
    runs: tuple[Run, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]

    def grids(self) -> tuple[Grid, Grid]:
        """The scores of the rankings, and the hybrid's gains with their tests."""
        rows = []
        for figure in self.figures:
            cells = (
                score_cell(figure.scores[ranking]) if ranking in figure.scores else "-"
                for ranking in (HYBRID, BM25, DENSE)
            )
            rows.append((figure.dataset, figure.measure, *cells, str(figure.scores[HYBRID].n)))
        header = ("set", "measure", HYBRID, f"{BM25} alone", f"{DENSE} alone", "n")
        gains = (
            (figure.dataset, f"over {baseline}", *change_cells(gain))
            for figure in self.figures
            for baseline, gain in figure.gains.items()
            if gain.verdict != "not judged"
        )
        return (
            Grid("Quality, with 95 % intervals", header, tuple(rows)),
            Grid("What the hybrid gains over each baseline", ("set", "against", *CHANGE_HEADER), tuple(gains)),
        )


def write_quality(report: QualityReport, folder: Path) -> tuple[Path, Path, Path]:
    """Write quality.md, quality.json and quality.png; returns their paths."""
    paths = folder / "quality.md", folder / "quality.json", folder / "quality.png"
    runs = {f"run of {run.dataset}": f"{run.id}, {len(run.records)} questions" for run in report.runs}
    facts = {"created": report.created, **report.settings, **runs}
    folder.mkdir(parents=True, exist_ok=True)
    paths[0].write_text(markdown_report("Quality", facts, report.notes, report.grids()), "utf-8")
    paths[1].write_text(json.dumps(_as_json(report), indent=1, allow_nan=False) + "\n", "utf-8")
    quality_plot(report.figures, paths[2])
    return paths


def _as_json(report: QualityReport) -> dict[str, Json]:
    figures: list[Json] = [
        {
            "set": figure.dataset,
            "measure": figure.measure,
            "n": figure.scores[HYBRID].n,
            **{name: {"value": s.value, "low": s.low, "high": s.high} for name, s in figure.scores.items()},
            "gains": {
                baseline: {
                    "difference": gain.difference,
                    "low": gain.interval.low,
                    "high": gain.interval.high,
                    "p": gain.p,
                    "verdict": gain.verdict,
                }
                for baseline, gain in figure.gains.items()
            },
        }
        for figure in report.figures
    ]
    runs: dict[str, Json] = {run.dataset: run.id for run in report.runs}
    return {
        "created": report.created,
        "settings": dict(report.settings),
        "runs": runs,
        "figures": figures,
        "notes": list(report.notes),
    }


def quality_plot(figures: Sequence[Figure], path: Path) -> None:
    """Draw every share of every set with its 95 % interval, the baselines below the hybrid."""
    shown = [figure for figure in figures if "latency" not in figure.measure and figure.scores[HYBRID].n][::-1]
    title, height = "Quality, with 95 % intervals", 1.6 + 0.42 * len(shown)  # inches
    with saved_axes(path, title, "hybrid blue, BM25 alone orange, dense alone green", height) as axes:
        for y, figure in enumerate(shown):
            for offset, ranking in zip((0.22, 0.0, -0.22), (HYBRID, BM25, DENSE), strict=True):
                score = figure.scores.get(ranking)
                if score and score.value is not None and score.low is not None and score.high is not None:
                    colour = COLOURS[ranking]
                    axes.plot([score.low, score.high], [y + offset] * 2, color=colour, linewidth=2, alpha=0.6)
                    axes.plot([score.value], [y + offset], "o", color=colour, markersize=4)
            if y and shown[y - 1].dataset != figure.dataset:
                axes.axhline(y - 0.5, color=GREY, linewidth=0.6)
        axes.set_yticks(range(len(shown)), [f"{figure.dataset}  {figure.measure}" for figure in shown])
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.set_xlim(right=1.015)
