"""Pictures of runs: how well they rank, how far confidence can be trusted, what changed."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from eval import formulas as metrics
from eval.runs.records import BM25, DENSE, HYBRID
from eval.scoring import significance
from eval.scoring.measures import Measure, by_rank, confidences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from eval.runs.records import Ranked, Record, Run
    from eval.scoring.compare import Comparison

COLOURS = {HYBRID: "#1f5fa8", BM25: "#c8782d", DENSE: "#4f9a6b"}
_NAMES = {HYBRID: "hybrid", BM25: "BM25 alone", DENSE: "dense alone"}
GREY, _INK = "#9a9a9a", "#333333"


def draw(run: Run, folder: Path) -> tuple[Path, ...]:
    """Every plot that the run has the numbers for; returns where they are."""
    drawn = []
    if any(record.answerable for record in run.records):
        drawn.append(ranking_curve(run, folder / "ranking.png"))
    confidence, right = confidences(run)
    if len(right):
        drawn.append(risk_coverage_curve(confidence, right, folder / "risk-coverage.png"))
        drawn.append(reliability_diagram(confidence, right, folder / "reliability.png"))
    return tuple(drawn)


def ranking_curve(run: Run, path: Path) -> Path:
    """hit@k for k of 1 to 10, each ranking with its 95 % band."""
    answerable = [record for record in run.records if record.answerable]
    with drawn_axes(
        path, f"Where the evidence is found: {run.dataset}", f"{len(answerable)} answerable questions"
    ) as axes:
        ends = {}
        for name in (DENSE, BM25, HYBRID):
            if any(name in record.rankings for record in answerable):
                values, low, high = _hits(answerable, name)
                depths = range(1, 11)
                axes.fill_between(depths, low, high, color=COLOURS[name], alpha=0.13, linewidth=0)
                axes.plot(depths, values, color=COLOURS[name], marker="o", markersize=4)
                ends[name] = values[-1]
        bottom, top = axes.get_ylim()
        axes.set_ylim(bottom, min(1.005, top))
        _label_ends(axes, 10.2, ends)
        axes.set_xlim(0.8, 12.2)
        axes.set_xticks(range(1, 11))
        axes.set_xlabel("k, passages looked at" if run.unit == "span" else "k, documents looked at")
        axes.set_ylabel("hit@k: share of questions")
    return path


def _hits(records: Sequence[Record], ranking: str) -> tuple[list[float], list[float], list[float]]:
    draws = significance.draw([str(at) for at in range(len(records))])
    values, low, high = [], [], []
    for k in range(1, 11):
        statistic, _ = Measure(f"hit@{k}", by_rank(ranking, partial(_hit_at, k))).statistic(records)
        value = float(statistic(np.ones((1, len(records))))[0])
        interval = significance.interval(statistic, draws) or significance.Interval(value, value)
        values.append(value)
        low.append(interval.low)
        high.append(interval.high)
    return values, low, high


def _hit_at(k: int, _: Record, ranked: Ranked) -> float:
    return metrics.hit_at(ranked.grades, k)


def _label_ends(axes: Axes, x: float, ends: dict[str, float]) -> None:
    """Name each line at its end, pushed apart where they would overlap."""
    bottom, top = axes.get_ylim()
    gap, last = 0.06 * (top - bottom), float("inf")
    for name, y in sorted(ends.items(), key=lambda end: -end[1]):
        last = min(y, last - gap)
        axes.text(x, last, _NAMES[name], color=COLOURS[name], va="center", fontsize=10)


def risk_coverage_curve(confidence: metrics.Values, right: metrics.Values, path: Path, when: str = "") -> Path:
    """The share of wrong answers against the share of questions answered, most confident first."""
    coverage, risk = metrics.risk_coverage(confidence, right)
    area = f"AUROC {float(metrics.auroc(confidence, right)[0]):.3f}" if 0 < right.mean() < 1 else "one outcome only"
    safe = float(metrics.coverage_at_risk(confidence, right)[0])
    subtitle = f"{when}{len(right)} questions, {area}, {100 * safe:.0f} % can be answered with 5 % wrong"
    with drawn_axes(path, "Answering less, and erring less", subtitle) as axes:
        axes.axhline(0.05, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate("5 % wrong", (1, 0.05), (0, -4), textcoords="offset points", color=GREY, ha="right", va="top")
        axes.plot(coverage, risk, color=COLOURS[HYBRID], drawstyle="steps-post")
        if safe > 0:
            at = int(np.flatnonzero(np.isclose(coverage, safe))[0])
            axes.plot([safe], [risk[at]], "o", color=COLOURS[HYBRID])
        top = max(0.12, 1.1 * float(risk.max()))
        axes.set_xlim(0, 1.01)
        axes.set_ylim(-0.03 * top, top)
        axes.set_xlabel("coverage: share of questions answered")
        axes.set_ylabel("risk: share of those answered wrongly")
    return path


def reliability_diagram(confidence: metrics.Values, right: metrics.Values, path: Path, when: str = "") -> Path:
    """How often answers were right against how confident they were, in tenths, with counts."""
    error = float(metrics.calibration_error(confidence, right)[0])
    title, subtitle = (
        "Does confidence mean what it says?",
        f"{when}{len(right)} questions, calibration error {error:.3f}",
    )
    with drawn_axes(path, title, subtitle) as axes:
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (4, 3)))
        axes.text(0.985, 0.9, "perfect", color=GREY, fontsize=9, ha="right", va="top")
        bins = metrics.reliability(confidence, right)
        for each in bins:
            axes.plot([each.confidence] * 2, [each.confidence, each.accuracy], color=COLOURS[HYBRID], alpha=0.35)
            above = each.accuracy >= each.confidence
            place = (0, 9 if above else -9)
            axes.annotate(
                str(each.n),
                (each.confidence, each.accuracy),
                place,
                textcoords="offset points",
                ha="center",
                va="bottom" if above else "top",
                fontsize=9,
                color=_INK,
            )
        sizes = [20 + 180 * each.n / max(b.n for b in bins) for each in bins]
        axes.scatter([b.confidence for b in bins], [b.accuracy for b in bins], s=sizes, color=COLOURS[HYBRID], zorder=3)
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.08, 1.1)
        axes.set_yticks(np.arange(0, 1.01, 0.2))
        axes.set_xlabel("mean confidence of the questions in each tenth")
        axes.set_ylabel("share of them answered rightly")
    return path


def comparison_plot(comparison: Comparison, path: Path) -> Path:
    """The difference of every share with its 95 % interval; coloured where it is beyond noise."""
    changes = [c for c in comparison.changes if c.verdict != "not judged"][::-1]
    latency = next((c for c in comparison.changes if c.name == "latency_p50"), None)
    speed = f"; p50 {latency.old:.1f} -> {latency.new:.1f} ms" if latency else ""
    colours = {"better": COLOURS[DENSE], "worse": "#b5403a"}
    title = f"{comparison.new.id} against {comparison.old.id}"
    with drawn_axes(path, title, f"{comparison.new.dataset}{speed}", height=1.6 + 0.34 * len(changes)) as axes:
        axes.axvline(0, color=GREY, linewidth=1)
        for at, change in enumerate(changes):
            colour = colours.get(change.verdict, GREY)
            axes.plot([change.interval.low, change.interval.high], [at, at], color=colour, linewidth=2)
            axes.plot([change.difference], [at], "o", color=colour)
            beside = f"{change.old:.3f} -> {change.new:.3f}"
            axes.text(1.02, at, beside, transform=axes.get_yaxis_transform(), va="center", fontsize=9, color=colour)
        axes.set_yticks(range(len(changes)), [change.name for change in changes])
        axes.set_ylim(-0.7, len(changes) - 0.3)
        axes.set_xlabel("new less old, with 95 % intervals; green better, red worse, grey no difference beyond noise")
    return path


@contextmanager
def drawn_axes(path: Path, title: str, subtitle: str, height: float = 4.4) -> Iterator[Axes]:
    """One pair of axes in the common look, saved when done."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=13, color=_INK, pad=27)
    axes.annotate(subtitle, (0, 1), (0, 9), "axes fraction", "offset points", fontsize=10, color="#777777")
    axes.grid(color="#ececec", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=_INK, length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    yield axes
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
