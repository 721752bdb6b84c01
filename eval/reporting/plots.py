"""Pictures of runs: how well they rank, how far confidence can be trusted, what changed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from eval import formulas
from eval.runs.records import BM25, DENSE, HYBRID
from eval.scoring import significance
from eval.scoring.measures import MeanMeasure, of_ranking
from eval.scoring.scores import judged_confidences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from eval.formulas import Values
    from eval.runs.records import Ranked, Record, Run
    from eval.scoring.compare import Comparison

COLOURS = {HYBRID: "#1f5fa8", BM25: "#c8782d", DENSE: "#4f9a6b"}
GREY, GRID, INK = "#9a9a9a", "#ececec", "#333333"
DOTS_PER_INCH = 150
_DASHED = (0, (4, 3))  # points drawn and points left out
_BETTER, _WORSE = COLOURS[DENSE], "#b5403a"
_LABELS = {HYBRID: "hybrid", BM25: "BM25 alone", DENSE: "dense alone"}
_DEPTHS = range(1, 11)  # the k of hit@k


def draw_run(run: Run, folder: Path) -> tuple[Path, ...]:
    """Draw every plot that the run has the numbers for; returns their files."""
    paths = []
    if any(record.answerable for record in run.records):
        paths.append(ranking_curve(run, folder / "ranking.png"))
    judged = judged_confidences(run)
    if len(judged.right):
        paths.append(risk_coverage_curve(judged.confidence, judged.right, folder / "risk-coverage.png"))
        paths.append(reliability_diagram(judged.confidence, judged.right, folder / "reliability.png"))
    return tuple(paths)


def ranking_curve(run: Run, path: Path) -> Path:
    """hit@k for k of 1 to 10: a line with its 95 % band for each ranking."""
    answerable = [record for record in run.records if record.answerable]
    title, subtitle = f"Where the evidence is found: {run.dataset}", f"{len(answerable)} answerable questions"
    with saved_axes(path, title, subtitle) as axes:
        ends = {}
        for ranking in (DENSE, BM25, HYBRID):
            if any(ranking in record.rankings for record in answerable):
                curve = _hit_curve(answerable, ranking)
                colour = COLOURS[ranking]
                axes.fill_between(_DEPTHS, curve.low, curve.high, color=colour, alpha=0.13, linewidth=0)
                axes.plot(_DEPTHS, curve.values, color=colour, marker="o", markersize=4)
                ends[ranking] = curve.values[-1]
        bottom, top = axes.get_ylim()
        axes.set_ylim(bottom, min(1.005, top))
        _label_ends(axes, 10.2, ends)
        axes.set_xlim(0.8, 12.2)
        axes.set_xticks(_DEPTHS)
        axes.set_xlabel("k, passages looked at" if run.unit == "span" else "k, documents looked at")
        axes.set_ylabel("hit@k: share of questions")
    return path


@dataclass(frozen=True, slots=True)
class _Curve:
    """hit@k of a ranking and its 95 % interval, for each of `_DEPTHS`."""

    values: list[float]
    low: list[float]
    high: list[float]


def _hit_curve(records: Sequence[Record], ranking: str) -> _Curve:
    draws = significance.draw([str(row) for row in range(len(records))])
    curve = _Curve([], [], [])
    for k in _DEPTHS:
        statistic = MeanMeasure(f"hit@{k}", of_ranking(ranking, partial(_hit_at, k))).apply(records).statistic
        value = float(statistic(np.ones((1, len(records))))[0])
        interval = significance.interval(statistic, draws) or significance.Interval(value, value)
        curve.values.append(value)
        curve.low.append(interval.low)
        curve.high.append(interval.high)
    return curve


def _hit_at(k: int, _: Record, ranked: Ranked) -> float:
    return formulas.hit_at(ranked.grades, k)


def _label_ends(axes: Axes, x: float, ends: dict[str, float]) -> None:
    """Write each ranking's name at the end of its line, moved down where it would cover the name above."""
    bottom, top = axes.get_ylim()
    gap, last = 0.06 * (top - bottom), float("inf")
    for ranking, y in sorted(ends.items(), key=lambda end: -end[1]):
        last = min(y, last - gap)
        axes.text(x, last, _LABELS[ranking], color=COLOURS[ranking], va="center", fontsize=10)


def risk_coverage_curve(confidence: Values, right: Values, path: Path, when: str = "") -> Path:
    """The share of wrong answers against the share of questions answered, most confident first.

    `confidence` and `right` are (questions,); `when` opens the subtitle.
    """
    coverage, risk = formulas.risk_coverage(confidence, right)
    area = f"AUROC {float(formulas.auroc(confidence, right)[0]):.3f}" if 0 < right.mean() < 1 else "one outcome only"
    safe = float(formulas.coverage_at_risk(confidence, right)[0])
    subtitle = f"{when}{len(right)} questions, {area}, {100 * safe:.0f} % can be answered with 5 % wrong"
    with saved_axes(path, "Answering less, and erring less", subtitle) as axes:
        axes.axhline(0.05, color=GREY, linewidth=1, linestyle=_DASHED)
        axes.annotate("5 % wrong", (1, 0.05), (0, -4), textcoords="offset points", color=GREY, ha="right", va="top")
        axes.plot(coverage, risk, color=COLOURS[HYBRID], drawstyle="steps-post")
        if safe > 0:
            number = int(np.flatnonzero(np.isclose(coverage, safe))[0])
            axes.plot([safe], [risk[number]], "o", color=COLOURS[HYBRID])
        top = max(0.12, 1.1 * float(risk.max()))
        axes.set_xlim(0, 1.01)
        axes.set_ylim(-0.03 * top, top)
        axes.set_xlabel("coverage: share of questions answered")
        axes.set_ylabel("risk: share of those answered wrongly")
    return path


def reliability_diagram(confidence: Values, right: Values, path: Path, when: str = "") -> Path:
    """How often answers were right against how confident they were, in tenths, with counts.

    `confidence` and `right` are (questions,); `when` opens the subtitle.
    """
    error = float(formulas.calibration_error(confidence, right)[0])
    subtitle = f"{when}{len(right)} questions, calibration error {error:.3f}"
    with saved_axes(path, "Does confidence mean what it says?", subtitle) as axes:
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=_DASHED)
        axes.text(0.985, 0.9, "perfect", color=GREY, fontsize=9, ha="right", va="top")
        tenths = formulas.reliability(confidence, right)
        for tenth in tenths:
            line = [tenth.confidence, tenth.accuracy]
            axes.plot([tenth.confidence] * 2, line, color=COLOURS[HYBRID], alpha=0.35)
            above = tenth.accuracy >= tenth.confidence
            axes.annotate(
                str(tenth.n),
                (tenth.confidence, tenth.accuracy),
                (0, 9 if above else -9),
                textcoords="offset points",
                ha="center",
                va="bottom" if above else "top",
                fontsize=9,
                color=INK,
            )
        sizes = [20 + 180 * tenth.n / max(other.n for other in tenths) for tenth in tenths]  # square points
        xs, ys = [tenth.confidence for tenth in tenths], [tenth.accuracy for tenth in tenths]
        axes.scatter(xs, ys, s=sizes, color=COLOURS[HYBRID], zorder=3)
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.08, 1.1)
        axes.set_yticks(np.arange(0, 1.01, 0.2))
        axes.set_xlabel("mean confidence of the questions in each tenth")
        axes.set_ylabel("share of them answered rightly")
    return path


def comparison_plot(comparison: Comparison, path: Path) -> Path:
    """The difference of every share with its 95 % interval; coloured where it is beyond noise."""
    changes = [change for change in comparison.changes if change.verdict != "not judged"][::-1]
    latency = next((change for change in comparison.changes if change.name == "latency_p50"), None)
    speed = f"; p50 {latency.old:.1f} -> {latency.new:.1f} ms" if latency else ""
    colours = {"better": _BETTER, "worse": _WORSE}
    title = f"{comparison.new.id} against {comparison.old.id}"
    with saved_axes(path, title, f"{comparison.new.dataset}{speed}", height=1.6 + 0.34 * len(changes)) as axes:
        axes.axvline(0, color=GREY, linewidth=1)
        for y, change in enumerate(changes):
            colour = colours.get(change.verdict, GREY)
            axes.plot([change.interval.low, change.interval.high], [y, y], color=colour, linewidth=2)
            axes.plot([change.difference], [y], "o", color=colour)
            values = f"{change.old:.3f} -> {change.new:.3f}"
            axes.text(1.02, y, values, transform=axes.get_yaxis_transform(), va="center", fontsize=9, color=colour)
        axes.set_yticks(range(len(changes)), [change.name for change in changes])
        axes.set_ylim(-0.7, len(changes) - 0.3)
        axes.set_xlabel("new less old, with 95 % intervals; green better, red worse, grey no difference beyond noise")
    return path


@contextmanager
def saved_axes(path: Path, title: str, subtitle: str, height: float = 4.4) -> Iterator[Axes]:
    """One pair of axes in the common look, `height` inches high; the picture is saved at the end of the block."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, height), layout="constrained")  # inches
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=13, color=INK, pad=27)
    axes.annotate(subtitle, (0, 1), (0, 9), "axes fraction", "offset points", fontsize=10, color="#777777")
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    yield axes
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DOTS_PER_INCH)
