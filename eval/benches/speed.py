"""How fast the service is, beside its own encoder and its nearest peer: all in one run, on this machine.

Every figure is the median of several rounds, in which the systems take turns; the spread over the rounds says how noisy
the machine was.
"""

import json
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from corpus.documents import Document
from corpus.errors import DatasetError, GateError, UnavailableError
from corpus.sources import make_document, read_source
from eval.benches import txtai as bench_peer
from eval.benches.builds import built, rebuilt
from eval.benches.load import Known, System, free_port, latencies, megabytes, rate, running, share_right, timed
from eval.benches.synthetic import Texts
from eval.datasets.load import load_dataset
from index.console import run, show_progress
from index.encoding.encoder import Encoder
from index.encoding.open import open_encoder
from index.machine import available_threads

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
TEXTS = Path("corpus/texts")
DEPTH = 10
KNOWN = 50  # questions by which a system is checked
SHORTEST = 80  # characters of a paragraph that is worth a question
WORDS = 9  # of a question made from a paragraph
BATCH = 64
CLIENTS = (8, 32)
REBUILT = 3000  # passages of the texts whose hundredth part is changed
RIGHT = 0.85  # share of the known questions whose paragraph must be among the first 10
Figures = dict[str, list[float]]  # name -> one value a round


@dataclass(frozen=True, slots=True)
class Target:
    """One row: a ratio of two figures (of one figure where `base` is empty) and what it should be."""

    work: str
    figure: str
    base: str
    limit: float
    least: bool = False

    def ratio(self, figures: Mapping[str, float]) -> float | None:
        """None where a figure was not measured."""
        base = figures.get(self.base) if self.base else 1.0
        return figures[self.figure] / base if base and self.figure in figures else None

    def met(self, ratio: float) -> bool:
        """Whether that is enough."""
        return ratio >= self.limit if self.least else ratio <= self.limit


TARGETS = (
    Target("search p50, one client / the encoder's", "own p50 ms", "encoder p50 ms", 1.3),
    Target("search p50, one client / the peer's", "own p50 ms", "peer p50 ms", 1 / 6),
    *(Target(f"requests/s, {n} clients / the peer's", f"own {n} req/s", f"peer {n} req/s", 10, True) for n in CLIENTS),
    *(Target(f"requests/s, {n} clients / the encoder's", f"own {n} req/s", "encoder /s", 0.6, True) for n in CLIENTS),
    *(Target(f"requests refused or failed, {n} clients", f"own {n} errors", "", 0) for n in CLIENTS),
    Target("start to first correct answer, s", "own start s", "", 1.5),
    Target("start to first correct answer / the peer's", "own start s", "peer start s", 1 / 7),
    Target("resident memory, MB", "own MB", "", 250),
    Target("passages/s of a build / the encoder's on the same batches", "build /s", "encoding /s", 0.9, True),
    Target("rebuild after 1 % changed / the full build", "rebuild s", "full build s", 0.03),
)


@dataclass(frozen=True, slots=True)
class Work:
    """Paragraphs as documents, and questions that they answer."""

    documents: tuple[Document, ...]
    known: tuple[Known, ...]


@app.command()
def bench(
    texts: Annotated[Path | None, typer.Option(help="SQuAD .json, or a folder; the shipped corpus if none.")] = None,
    folder: Annotated[Path, typer.Option(help="Where everything made goes.")] = Path("var/bench"),
    peer: Annotated[bool, typer.Option(help="Measure txtai as well, installed into FOLDER/peer.")] = True,
    questions: Annotated[int, typer.Option(min=16, help="Asked in each measurement.")] = 320,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Measure, print the table, and write FOLDER/bench.json; fails where a system does not find what it should."""
    work = read_work(texts)
    folder.mkdir(parents=True, exist_ok=True)
    machine, figures = _machine(), Figures()
    with show_progress() as progress:
        encoder = open_encoder(folder / "own" / "models", progress=progress)
    systems = [_own(folder)]
    if peer:
        try:
            systems.append(bench_peer.prepare(folder, work.documents, DEPTH))
        except UnavailableError as error:
            print(f"The peer is left out: {error}.", flush=True)
    for number in range(rounds):
        for name, value in built(work.documents, encoder, folder / "own").items():
            _note(figures, name, value)
        # Other questions in each round: nothing is measured that was remembered from before.
        asked = [work.known[at % len(work.known)].question for at in range(number, number + 4 * questions)][::4]
        _encode(encoder, asked, figures)
        for system in systems:
            _measure(system, work, asked, figures)
    figures |= rebuilt(Texts(work.documents), REBUILT, encoder, folder / "rebuilt", rounds)
    medians = {name: median(values) for name, values in figures.items()}
    report = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine | {"load after": os.getloadavg()[0]},
        "texts": {"documents": len(work.documents), "characters": sum(len(one.text) for one in work.documents)},
        "figures": {name: {"median": medians[name], "rounds": values} for name, values in figures.items()},
        "targets": [asdict(target) | {"measured": target.ratio(medians)} for target in TARGETS],
    }
    (folder / "bench.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    _show(work, figures, medians, machine)
    check(medians)


def read_work(path: Path | None) -> Work:
    """The paragraphs of a SQuAD file with its questions, or of a folder with runs of words from each as questions."""
    if path is not None and path.suffix == ".json":
        dataset = load_dataset(path)
        known = [Known(one.text, one.gold[0].document) for one in dataset.questions if one.gold]
        return Work(dataset.documents or (), tuple(known))
    documents = [
        make_document(f"{document.id}/{number}", part, document.info.title)
        for document in read_source(path or TEXTS)
        for number, part in enumerate(re.split(r"\n\s*\n", document.text))
        if len(part) >= SHORTEST
    ]
    known = []
    for document in documents:
        words = document.text.split()
        known += [Known(" ".join(words[at : at + WORDS]), document.id) for at in range(0, len(words) - WORDS + 1, 3)]
    if not known:
        raise DatasetError(f"{path or TEXTS}: no paragraph has {SHORTEST} characters; give more text")
    return Work(tuple(documents), tuple(known))


def check(medians: Mapping[str, float]) -> None:
    """Raise GateError where a system does not find what it should: its speed would mean nothing."""
    for name, share in medians.items():
        if name.endswith("right") and share < RIGHT:
            raise GateError(f"{name}: {share:.0%} of the known questions, not {RIGHT:.0%}; the figures mean nothing")


def _encode(encoder: Encoder, asked: Sequence[str], figures: Figures) -> None:
    """The bare encoder on the same questions: one at a time, and in batches."""
    times = [timed(lambda: encoder.encode_queries([question])) for question in asked]  # noqa: B023
    _note(figures, "encoder p50 ms", 1000 * median(times))
    batches = [asked[at : at + BATCH] for at in range(0, len(asked), BATCH)]
    _note(figures, "encoder /s", len(asked) / timed(lambda: [encoder.encode_queries(batch) for batch in batches]))


def _own(folder: Path) -> System:
    """The product, remembering nothing, so that every question is answered anew."""
    port = free_port()
    return System(
        "own",
        (sys.executable, "-m", "service", "serve", "--port", str(port), "--var", str(folder / "own")),
        {"CENTREQA_REMEMBERED": "0"},
        port,
        lambda question: ("POST", "/v1/search", json.dumps({"query": question, "top_k": DEPTH})),
        lambda reply: [passage["document"] for passage in reply["passages"]],
        folder / "own.log",
    )


def _measure(system: System, work: Work, asked: Sequence[str], figures: Figures) -> None:
    known = work.known[:: max(1, len(work.known) // KNOWN)]
    with running(system, known[:5]) as (process, seconds):
        _note(figures, f"{system.name} start s", seconds)
        _note(figures, f"{system.name} right", share_right(system, known))
        _note(figures, f"{system.name} p50 ms", median(latencies(system, asked)))
        for clients in CLIENTS:
            per_second, failed = rate(system, asked, clients)
            _note(figures, f"{system.name} {clients} req/s", per_second)
            _note(figures, f"{system.name} {clients} errors", failed)
        if (size := megabytes(process)) is not None:
            _note(figures, f"{system.name} MB", size)


def _note(figures: Figures, name: str, value: float) -> None:
    figures.setdefault(name, []).append(value)


def _machine() -> dict[str, object]:
    """What this ran on."""
    model = platform.processor() or platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    return {
        "processor": model,
        "cores": available_threads(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load before": os.getloadavg()[0],
    }


def _show(work: Work, figures: Figures, medians: Mapping[str, float], machine: Mapping[str, object]) -> None:
    console = Console(highlight=False)
    console.print(", ".join(f"{name} {value}" for name, value in machine.items()), soft_wrap=True)
    console.print(f"{len(work.documents)} paragraphs, {len(next(iter(figures.values())))} rounds", soft_wrap=True)
    measured = Table("figure", "median", "spread", box=None)
    for name, values in figures.items():
        spread = (max(values) - min(values)) / medians[name] if medians[name] else 0.0
        measured.add_row(name, f"{medians[name]:.4g}", f"{spread:.0%}")
    targets = Table("work", "measured", "target", "", box=None)
    for target in TARGETS:
        ratio = target.ratio(medians)
        met = "not measured" if ratio is None else "met" if target.met(ratio) else "missed"
        wanted = f"{'>=' if target.least else '<='} {target.limit:.3g}"
        targets.add_row(target.work, "" if ratio is None else f"{ratio:.3g}", wanted, met)
    console.print(measured, "", targets, sep="\n")


if __name__ == "__main__":
    run(app)
