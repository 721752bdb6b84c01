"""Command line: how build time, size, memory, search time and recall grow with the number of passages.

Passages are real sentences recombined, a quarter of their words replaced by made-up ones, so that the vocabulary
grows as that of real text does. The first of them get vectors from the real encoder, the others plausible perturbations
of those: their cosine with the vector that they are made from is about .86. Token vectors are left out.
"""

import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated

import numpy as np
import typer

from corpus.sources import read_source
from eval.benches.synthetic import ScaledEncoder, Texts
from index.build import build
from index.console import run, show_progress
from index.encoding.encoder import Encoder
from index.encoding.open import open_encoder
from index.retrieval.fusion import Ranking
from index.search import Searcher
from index.snapshots.store import Store

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Point:
    """What one size takes: times in seconds (searches: milliseconds), resident memory in MB.

    `real` passages have the encoder's own vectors. `search_*` are of whole searches, encoding the question included;
    `encode_p50` is of that part alone. `resident` is of the process that searched, `own` what of it is no part of the
    snapshot's files: the rest the system takes back when others need it.
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


def measure(
    store: Store, texts: Texts, encoder: ScaledEncoder, size: int, progress: Callable[[str, int, int], None]
) -> Point:
    """Build, rebuild with one document in a hundred changed, then search from a fresh process."""
    path = texts.write(store.root.with_suffix(".jsonl"), size)
    phases: dict[str, float] = {}
    real = encoder.real
    started = last = perf_counter()
    current = "read"

    def watch(phase: str, done: int, total: int) -> None:
        nonlocal last, current
        now = perf_counter()
        phases[current] = phases.get(current, 0.0) + now - last
        last, current = now, phase
        progress(f"{size} {phase}", done, total)

    report = build(store, read_source(path), encoder, token_limit=0, progress=watch)
    built = perf_counter()
    real = encoder.real - real
    texts.write(path, size, version=1)
    changed = perf_counter()
    again = build(store, read_source(path), encoder, token_limit=0)
    rebuilt = perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (20 if sys.platform == "darwin" else 10))
    found = searched(store.root, texts.questions())
    manifest = store.verify(again.snapshot)
    return Point(
        passages=report.passages,
        real=real,
        build=built - started,
        phases=phases,
        rebuild=rebuilt - changed,
        rebuild_encoded=again.encoded,
        build_memory=memory,
        bytes_per_passage=manifest.bytes / again.passages,
        dense=manifest.dense.kind,
        probes=manifest.dense.probes,
        recall=manifest.dense.recall,
        **found,
    )


def searched(root: Path, questions: Sequence[str]) -> dict[str, float]:
    """`search_times` of a fresh process."""
    command = (sys.executable, "-m", "eval.benches.growth", "search", str(root))
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, input="\n".join(questions))
    found: dict[str, float] = json.loads(done.stdout)
    return found


def search_times(root: Path, questions: Sequence[str], encoder: Encoder) -> dict[str, float]:
    """Ask the store's active snapshot; the last fields of a `Point`."""
    searcher = Searcher(Store(root).open(), encoder, Ranking())
    times, encoding = [], []
    for question in questions:
        started = perf_counter()
        encoder.encode_queries([question])
        between = perf_counter()
        searcher.search(question, 10)
        encoding.append(1000 * (between - started))
        times.append(1000 * (perf_counter() - between))
    p50, p99 = (float(value) for value in np.percentile(times, (50, 99)))
    encoded = float(np.median(encoding))
    return {"search_p50": p50, "search_p99": p99, "encode_p50": encoded, **_memory()}


@app.command()
def bench(
    sizes: Annotated[str, typer.Option(help="Numbers of passages, separated by commas.")] = "10000,100000,1000000",
    texts: Annotated[Path, typer.Option(help="Folder whose sentences are recombined.")] = Path("corpus/texts"),
    short: Annotated[bool, typer.Option("--short", help="10000 passages only.")] = False,
    real: Annotated[int, typer.Option(min=1, help="Passages whose vectors are the encoder's own.")] = 21_000,
    var: Annotated[Path, typer.Option(envvar="CENTREQA_VAR", help="Holds everything built.")] = Path("var"),
) -> None:
    """Measure each size; writes scale.json, scale.md and scale.png under var/bench."""
    folder = var / "bench"
    source = Texts(read_source(texts))
    with show_progress() as progress:
        opened = open_encoder(var / "models", progress=progress)
    encoder = ScaledEncoder(opened, real, folder / f"encoded-{len(source.sentences)}.npz")
    points = []
    for size in map(int, ("10000" if short else sizes).split(",")):
        with show_progress() as progress:
            points.append(measure(Store(folder / f"scale-{size}"), source, encoder, size, progress))
        encoder.save()
        typer.echo(describe(points[-1]))
        machine = {"machine": platform.machine(), "cores": os.cpu_count(), "load": os.getloadavg()}
        result = {**machine, "real": real, "points": [asdict(point) for point in points]}
        (folder / "scale.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        (folder / "scale.md").write_text(table(points), "utf-8")
        draw(points, folder / "scale.png")
    typer.echo(f"\n{table(points)}", nl=False)


@app.command()
def search(root: Path) -> None:
    """Ask the questions on standard input, one a line, of a bench's store; prints JSON."""
    encoder = open_encoder(root.parent.parent / "models")
    typer.echo(json.dumps(search_times(root, sys.stdin.read().splitlines(), encoder)))


def _memory() -> dict[str, float]:
    """`resident` and `own` of this process in MB: now where /proc tells, else the most it ever had for both."""
    status = Path("/proc/self/status")
    if not status.exists():
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
        return {"resident": most, "own": most}
    found = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return {name: int(found[key].split()[0]) / 1024 for name, key in (("resident", "VmRSS"), ("own", "RssAnon"))}


def describe(point: Point) -> str:
    """One line for people."""
    return (
        f"{point.passages} passages: build {point.build:.1f} s, rebuild of 1 % {point.rebuild:.1f} s, "
        f"{point.bytes_per_passage:.0f} bytes each, {point.resident:.0f} MB resident ({point.own:.0f} its own), search "
        f"p50 {point.search_p50:.1f} ms and p99 {point.search_p99:.1f} ms (encoding {point.encode_p50:.1f} ms), "
        f"{point.dense} recall@10 {point.recall:.3f}"
    )


def table(points: Sequence[Point]) -> str:
    """Every size as a row of a table in Markdown."""
    columns: dict[str, Callable[[Point], str]] = {
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
    rows = [list(columns), ["---"] * len(columns), *([show(point) for show in columns.values()] for point in points)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def draw(points: Sequence[Point], path: Path) -> None:
    """How each measure grows, on log axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = {
        "seconds": {"build": "build", "rebuild": "rebuild after 1 % changed"},
        "milliseconds": {"search_p50": "search p50", "search_p99": "search p99", "encode_p50": "encoding alone"},
        "MB resident": {"resident": "searching", "own": "of it its own", "build_memory": "building (most)"},
        "bytes per passage": {"bytes_per_passage": "on disk"},
    }
    figure = Figure(figsize=(9, 6.4), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle("How it grows with the number of passages", x=0.02, ha="left")
    for axes, (unit, lines) in zip(figure.subplots(2, 2).flat, panels.items(), strict=True):
        for name, label in lines.items():
            axes.loglog([p.passages for p in points], [getattr(p, name) for p in points], marker="o", label=label)
        axes.set_ylabel(unit)
        axes.set_xlabel("passages")
        axes.grid(color="#ececec", which="both", linewidth=0.6)
        axes.legend(frameon=False, fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)


if __name__ == "__main__":
    run(app)
