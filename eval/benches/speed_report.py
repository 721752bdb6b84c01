"""What the speed bench reports: its figures, and how far they are from the targets."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from corpus.errors import GateError
from eval.benches.workload import Workload

Figures: TypeAlias = dict[str, list[float]]
"""One value a round for each name; the name ends with the unit."""

CLIENTS = (8, 32)  # at a time
FEW, MANY = 16, 200  # clients: what the service does for few, it must do for many
RIGHT = 0.85  # share of the known questions whose paragraph must be among the first 10


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio of two figures (one figure where `base` is empty) and the most it should be, or with `least` the least.

    `work` says in words what the ratio is.
    """

    work: str
    figure: str
    base: str
    limit: float
    least: bool = False

    def ratio(self, medians: Mapping[str, float]) -> float | None:
        """None where a figure was not measured."""
        base = medians.get(self.base) if self.base else 1.0
        return medians[self.figure] / base if base and self.figure in medians else None

    def is_met(self, ratio: float) -> bool:
        """Whether a ratio is good enough."""
        return ratio >= self.limit if self.least else ratio <= self.limit


TARGETS = (
    Target("search p50, one client / the encoder's", "own p50 ms", "encoder p50 ms", 1.3),
    Target("search p50, one client / the peer's", "own p50 ms", "peer p50 ms", 1 / 6),
    *(Target(f"requests/s, {n} clients / the peer's", f"own {n} req/s", f"peer {n} req/s", 10, True) for n in CLIENTS),
    *(Target(f"requests/s, {n} clients / the encoder's", f"own {n} req/s", "encoder /s", 0.6, True) for n in CLIENTS),
    *(Target(f"requests refused or failed, {n} clients", f"own {n} errors", "", 0) for n in CLIENTS),
    Target(f"requests/s, {MANY} clients / {FEW} clients", f"own {MANY} req/s", f"own {FEW} req/s", 0.9, True),
    Target(f"requests refused or failed, {MANY} clients", f"own {MANY} errors", "", 0),
    Target("answer p50, one client, ms", "own ask p50 ms", "", 40),
    Target("start to first correct answer, s", "own start s", "", 0.8),
    Target("start to first correct answer / the peer's", "own start s", "peer start s", 1 / 7),
    Target("resident memory, MB", "own MB", "", 290),
    Target("passages/s of a build / the encoder's on the same batches", "build /s", "encoding /s", 0.9, True),
    Target("rebuild after 1 % changed / the full build", "rebuild s", "full build s", 0.03),
)


def take_medians(figures: Figures) -> dict[str, float]:
    """The median of each figure over its rounds."""
    return {name: median(values) for name, values in figures.items()}


def write_report(figures: Figures, workload: Workload, machine: Mapping[str, object], path: Path) -> None:
    """Write figures, targets and what they were measured on as JSON."""
    medians = take_medians(figures)
    documents = workload.documents
    report = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": dict(machine),
        "texts": {"documents": len(documents), "characters": sum(len(document.text) for document in documents)},
        "figures": {name: {"median": medians[name], "rounds": values} for name, values in figures.items()},
        "targets": [asdict(target) | {"measured": target.ratio(medians)} for target in TARGETS],
    }
    path.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def print_report(figures: Figures, workload: Workload, machine: Mapping[str, object]) -> None:
    """Print the machine, a table of figures with their spread over the rounds, and a table of targets."""
    medians = take_medians(figures)
    console = Console(highlight=False)
    console.print(", ".join(f"{name} {value}" for name, value in machine.items()), soft_wrap=True)
    rounds = len(next(iter(figures.values())))
    console.print(f"{len(workload.documents)} paragraphs, {rounds} rounds", soft_wrap=True)
    measured = Table("figure", "median", "spread", box=None)
    for name, values in figures.items():
        spread = (max(values) - min(values)) / medians[name] if medians[name] else 0.0
        measured.add_row(name, f"{medians[name]:.4g}", f"{spread:.0%}")
    targets = Table("work", "measured", "target", "", box=None)
    for target in TARGETS:
        ratio = target.ratio(medians)
        verdict = "not measured" if ratio is None else "met" if target.is_met(ratio) else "missed"
        limit = f"{'>=' if target.least else '<='} {target.limit:.3g}"
        targets.add_row(target.work, "" if ratio is None else f"{ratio:.3g}", limit, verdict)
    console.print(measured, "", targets, sep="\n")


def check_right(medians: Mapping[str, float]) -> None:
    """Raise GateError where a service does not find what it should: its speed would mean nothing."""
    for name, share in medians.items():
        if name.endswith("right") and share < RIGHT:
            raise GateError(f"{name}: {share:.0%} of the known questions, not {RIGHT:.0%}; the figures mean nothing")
