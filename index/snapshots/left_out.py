"""The files of its source that a build left out: a file of the snapshot, written only where there are some."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from corpus.reading.report import LeftOut, ReadingReport
from index.snapshots.manifest import Manifest
from index.snapshots.report import read_listed

LEFT_OUT = "left_out.json"
MOST_NAMED = 100  # files and suffixes that are named: the list of snapshots shows them all


@dataclass(frozen=True, slots=True)
class FilesLeftOut:
    """`count` files could not be read, and `named` are the first of them; `not_read` counts other formats by suffix."""

    count: int
    named: tuple[LeftOut, ...]
    not_read: Mapping[str, int]

    def with_reasons(self, shown: Callable[[str], str]) -> "FilesLeftOut":
        """The same, each reason as `shown` gives it."""
        return replace(self, named=tuple(replace(left, reason=shown(left.reason)) for left in self.named))


def write_left_out(folder: Path, report: ReadingReport) -> None:
    """Write what became of the files into the folder of a snapshot that is being built; nothing where all were read."""
    if not (report.left_out or report.not_read):
        return
    not_read = dict(Counter(report.not_read).most_common(MOST_NAMED))
    left_out = FilesLeftOut(len(report.left_out), tuple(report.left_out[:MOST_NAMED]), not_read)
    (folder / LEFT_OUT).write_text(json.dumps(asdict(left_out), ensure_ascii=False), "utf-8")


def read_left_out(folder: Path, manifest: Manifest) -> FilesLeftOut | None:
    """The files that the build left out; None where the manifest lists none, or where the file was changed since."""
    values = read_listed(folder, manifest, LEFT_OUT)
    if values is None:
        return None
    try:
        named = tuple(LeftOut(**left) for left in values["named"])
        return FilesLeftOut(values["count"], named, values["not_read"])
    except (KeyError, TypeError):
        return None
