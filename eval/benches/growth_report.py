"""What the growth bench measures at each size, and how that is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """Searches of one process: milliseconds, and its memory in units of 1,048,576 bytes.

    `search_*` are of whole searches, encoding the question included; `encode_p50` is of that part alone. `own` is what
    of the `resident` memory belongs to no file: the system can take back the rest when others need it.
    """

    search_p50: float
    search_p99: float
    encode_p50: float
    resident: float
    own: float


@dataclass(frozen=True, slots=True)
class GrowthPoint:
    """What one size takes: times in seconds (searches: milliseconds), memory in units of 1,048,576 bytes.

    `real` passages have the encoder's own vectors. `phases` are the seconds of each phase of the build. `rebuild` is
    after one document in a hundred changed, `rebuild_encoded` how many passages it encoded. `build_memory` is the most
    that the building process had resident. `dense`, `probes` and `recall` say how vectors are searched, and how much of
    the nearest is found. The others are as in `SearchFigures`.
    """

    passages: int
    real: int
    build: float
    phases: dict[str, float]
    rebuild: float
    rebuild_encoded: int
    build_memory: float
    bytes_per_passage: float
    dense: str
    probes: int
    recall: float
    search_p50: float
    search_p99: float
    encode_p50: float
    resident: float
    own: float


def describe(point: GrowthPoint) -> str:
    """One line about one size."""
    return (
        f"{point.passages} passages: build {point.build:.1f} s, rebuild of 1 % {point.rebuild:.1f} s, "
        f"{point.bytes_per_passage:.0f} bytes each, {point.resident:.0f} MB resident ({point.own:.0f} its own), search "
        f"p50 {point.search_p50:.1f} ms and p99 {point.search_p99:.1f} ms (encoding {point.encode_p50:.1f} ms), "
        f"{point.dense} recall@10 {point.recall:.3f}"
    )


def markdown_table(points: Sequence[GrowthPoint]) -> str:
    """Every size as a row of a table in Markdown."""
    columns: dict[str, Callable[[GrowthPoint], str]] = {
        "passages": lambda p: f"{p.passages:,}",
        "real vectors": lambda p: f"{p.real:,}",
        "build": lambda p: f"{p.build:.1f} s",
        "rebuild after 1 % changed": lambda p: f"{p.rebuild:.1f} s",
        "bytes a passage": lambda p: f"{p.bytes_per_passage:,.0f}",
        "resident (own)": lambda p: f"{p.resident:,.0f} MB ({p.own:,.0f})",
        "search p50": lambda p: f"{p.search_p50:.1f} ms",
        "p99": lambda p: f"{p.search_p99:.1f} ms",
        "encoding": lambda p: f"{p.encode_p50:.1f} ms",
        "recall@10": lambda p: f"{p.recall:.3f} ({p.dense})",
    }
    rows = [list(columns), ["---"] * len(columns), *([cell(point) for cell in columns.values()] for point in points)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def growth_plot(points: Sequence[GrowthPoint], path: Path) -> None:
    """Draw how times, memory and size on disk grow with the passages, on logarithmic axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from eval.reporting.plots import DOTS_PER_INCH, GRID  # here, as it would weigh on the process that is weighed

    panels = {  # unit -> field of a point -> label
        "seconds": {"build": "build", "rebuild": "rebuild after 1 % changed"},
        "milliseconds": {"search_p50": "search p50", "search_p99": "search p99", "encode_p50": "encoding alone"},
        "MB resident": {"resident": "searching", "own": "of it its own", "build_memory": "building (most)"},
        "bytes per passage": {"bytes_per_passage": "on disk"},
    }
    figure = Figure(figsize=(9, 6.4), layout="constrained")  # inches
    FigureCanvasAgg(figure)
    figure.suptitle("How it grows with the number of passages", x=0.02, ha="left")
    for axes, (unit, lines) in zip(figure.subplots(2, 2).flat, panels.items(), strict=True):
        for field, label in lines.items():
            values = [getattr(point, field) for point in points]
            axes.loglog([point.passages for point in points], values, marker="o", label=label)
        axes.set_ylabel(unit)
        axes.set_xlabel("passages")
        axes.grid(color=GRID, which="both", linewidth=0.6)
        axes.legend(frameon=False, fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DOTS_PER_INCH)
