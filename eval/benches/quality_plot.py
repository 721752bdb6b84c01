"""Every figure of quality in one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.reporting.plots import COLOURS, GREY, drawn_axes
from eval.runs.records import BM25, DENSE, HYBRID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eval.benches.quality import Figure


def quality_plot(figures: Sequence[Figure], path: Path) -> Path:
    """Every share of every set with its 95 % interval, the baselines beside."""
    shown = [figure for figure in figures if "latency" not in figure.measure and figure.scores[HYBRID].n][::-1]
    title, height = "Quality, with 95 % intervals", 1.6 + 0.42 * len(shown)
    with drawn_axes(path, title, "hybrid blue, BM25 alone orange, dense alone green", height) as axes:
        for at, figure in enumerate(shown):
            for offset, name in zip((0.22, 0.0, -0.22), (HYBRID, BM25, DENSE), strict=True):
                one = figure.scores.get(name)
                if one and one.value is not None and one.low is not None and one.high is not None:
                    axes.plot([one.low, one.high], [at + offset] * 2, color=COLOURS[name], linewidth=2, alpha=0.6)
                    axes.plot([one.value], [at + offset], "o", color=COLOURS[name], markersize=4)
            if at and shown[at - 1].dataset != figure.dataset:
                axes.axhline(at - 0.5, color=GREY, linewidth=0.6)
        axes.set_yticks(range(len(shown)), [f"{figure.dataset}  {figure.measure}" for figure in shown])
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.set_xlim(right=1.015)
    return path
