"""How build time, size, memory, search time and recall grow with the number of passages.

Passages are real sentences recombined, with a quarter of their words replaced by made-up ones, so that the vocabulary
grows as that of real text does. The first of them get vectors from the real encoder, the others perturbations of those:
their cosine with the vector that they are made from is about .86. Token vectors are left out.
"""

import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

import numpy as np

from corpus.errors import InputError
from corpus.sources import read_source
from eval.benches.growth_report import GrowthPoint, SearchFigures, describe, growth_plot, markdown_table
from eval.benches.synthetic import ScaledEncoder, Texts
from index.build import Progress, build, silent
from index.console import show_progress
from index.encoding.encoder import Encoder
from index.encoding.open import open_encoder
from index.retrieval.fusion import Ranking
from index.search import Searcher
from index.snapshots.store import Store

TOP_K = 10  # passages of a search
MEBIBYTE = 1 << 20  # bytes

Search: TypeAlias = Callable[[Path, Sequence[str]], SearchFigures]
"""Ask the active snapshot of the store at a path these questions."""


def search_in_fresh_process(root: Path, questions: Sequence[str]) -> SearchFigures:
    """`search_times` in a process of its own, whose memory holds nothing of the build."""
    command = (sys.executable, "-m", "eval", "growth-search", str(root))
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, input="\n".join(questions))
    return SearchFigures(**json.loads(ended.stdout))


def parse_sizes(text: str) -> list[int]:
    """Numbers of passages separated by commas; raises InputError."""
    try:
        return [int(size) for size in text.split(",")]
    except ValueError:
        raise InputError(f"sizes {text!r}: give numbers of passages, as in 10000,100000") from None


def bench_growth(
    sizes: Sequence[int], texts: Path, real: int, var: Path, search: Search = search_in_fresh_process
) -> None:
    """Measure each size (passages), and write scale.json, scale.md and scale.png under var/bench.

    `texts` is a folder whose sentences are recombined. `real` passages have vectors of the encoder's own.
    """
    folder = var / "bench"
    source = Texts(read_source(texts))
    with show_progress() as progress:
        opened = open_encoder(var / "models", progress=progress)
    encoder = ScaledEncoder(opened, real, folder / f"encoded-{len(source.sentences)}.npz")
    points = []
    for size in sizes:
        with show_progress() as progress:
            store = Store(folder / f"scale-{size}")
            points.append(measure_size(store, source, encoder, size, progress=progress, search=search))
        encoder.save()
        print(describe(points[-1]))
        machine = {"machine": platform.machine(), "cores": os.cpu_count(), "load": os.getloadavg()}
        result = {**machine, "real": real, "points": [asdict(point) for point in points]}
        (folder / "scale.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        (folder / "scale.md").write_text(markdown_table(points), "utf-8")
        growth_plot(points, folder / "scale.png")
    print(f"\n{markdown_table(points)}", end="")


def measure_size(
    store: Store,
    texts: Texts,
    encoder: ScaledEncoder,
    size: int,
    *,
    progress: Progress = silent,
    search: Search = search_in_fresh_process,
) -> GrowthPoint:
    """Build about `size` passages, rebuild with one document in a hundred changed, then search."""
    path = texts.write(store.root.with_suffix(".jsonl"), size)
    real = encoder.real
    phases = _PhaseTimes(f"{size} ", progress)
    started = perf_counter()
    report = build(store, read_source(path), encoder, token_limit=0, progress=phases)
    built = perf_counter()
    real = encoder.real - real
    texts.write(path, size, version=1)
    changed = perf_counter()
    rebuild = build(store, read_source(path), encoder, token_limit=0)
    rebuilt = perf_counter()
    memory = _peak_memory()
    figures = search(store.root, texts.questions())
    manifest = store.verify(rebuild.snapshot)
    return GrowthPoint(
        passages=report.passages,
        real=real,
        build=built - started,
        phases=phases.seconds,
        rebuild=rebuilt - changed,
        rebuild_encoded=rebuild.encoded,
        build_memory=memory,
        bytes_per_passage=manifest.bytes / rebuild.passages,
        dense=manifest.dense.kind,
        probes=manifest.dense.probes,
        recall=manifest.dense.recall,
        **asdict(figures),
    )


class _PhaseTimes:
    """A `Progress` that adds up the seconds of each phase, and passes everything on under a longer name."""

    def __init__(self, prefix: str, progress: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self._prefix = prefix
        self._progress = progress
        self._phase = "read"  # the first, from before it is told of
        self._last = perf_counter()

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = perf_counter()
        self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + now - self._last
        self._last, self._phase = now, phase
        self._progress(self._prefix + phase, done, total)


def search_times(root: Path, questions: Sequence[str], encoder: Encoder) -> SearchFigures:
    """Ask the active snapshot of the store at `root` each question once, in this process."""
    searcher = Searcher(Store(root).open(), encoder, Ranking())
    times, encoding = [], []  # milliseconds
    for question in questions:
        started = perf_counter()
        encoder.encode_queries([question])
        encoded = perf_counter()
        searcher.search(question, TOP_K)
        encoding.append(1000 * (encoded - started))
        times.append(1000 * (perf_counter() - encoded))
    p50, p99 = (float(value) for value in np.percentile(times, (50, 99)))
    return SearchFigures(p50, p99, float(np.median(encoding)), *_resident_and_own_memory())


def print_search_times(root: Path) -> None:
    """Ask the questions on standard input, one a line, of a store under var/bench; prints the figures as JSON."""
    encoder = open_encoder(root.parent.parent / "models")
    print(json.dumps(asdict(search_times(root, sys.stdin.read().splitlines(), encoder))))


def _resident_and_own_memory() -> tuple[float, float]:
    """Those of this process, as in `SearchFigures`; where there is no /proc, its peak for both."""
    status = Path("/proc/self/status")
    if not status.exists():
        return _peak_memory(), _peak_memory()
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
    resident, own = (int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))  # given in kibibytes
    return resident, own


def _peak_memory() -> float:
    """The most that this process had resident, in units of 1,048,576 bytes."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes on Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MEBIBYTE
