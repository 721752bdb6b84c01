"""The reader's network as one ONNX graph: its folder, each file compared with its checksum, and running it.

The graph reads one row without padding: `ids` and `types` (tokens,) -> `starts` and `ends` (tokens,) logits. Before it
is used it reads a few texts whose logits are known, because integer kernels are not the same on all processors.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.errors import ModelError
from index.arrays import Vectors
from index.encoding.derived import check_file
from index.encoding.onnx import open_session
from service.answering.reader.rows import Row, RowTokenizer
from service.answering.reader.spans import RowScores

SCHEMA = 1  # of the folder
GRAPH, TOKENIZER, MANIFEST = "reader.onnx", "tokenizer.json", "manifest.json"
MOST_OFF = 1.0  # by which a logit of a probe may differ from what the manifest says; logits lie within -15 and 15

# Questions and texts that every graph must read as it did when it was made.
PROBES = (
    ("Who leads the laboratory?", "Amara Diallo has led the laboratory since 2019. Before her, Jonas Weber did."),
    ("When did the museum open?", "The museum opened on 3 May 1987. Its new wing was added in 2004 and closed again."),
    ("How much is the late fee?", "Members borrow up to twelve books. A copy of a lost book is charged to them."),
)


@dataclass(frozen=True, slots=True)
class ReaderFiles:
    """A folder of a reader. `sha256` is that of the graph; `probes` are the logits of `PROBES`, starts and ends."""

    folder: Path
    sha256: str
    probes: Sequence[Mapping[str, Sequence[float]]]

    @classmethod
    def open(cls, folder: Path) -> "ReaderFiles":
        """Read the manifest and compare both files with it; raises ModelError."""
        path = folder / MANIFEST
        try:
            manifest = json.loads(path.read_text("utf-8"))
            files = dict(manifest["files"])
            opened = cls(folder, str(files[GRAPH]), list(manifest["probes"]))
            schema = manifest["schema"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path}: cannot be read ({error}); {ADVICE}") from error
        if schema != SCHEMA:
            raise ModelError(f"{path}: made by another version; {ADVICE}")
        for name in (GRAPH, TOKENIZER):
            check_file(folder / name, files.get(name), ADVICE)
        return opened


ADVICE = "restore the folder, or set CENTREQA_READER=off to answer without a reader"


class OnnxScorer:
    """Runs a graph over rows, one at a time on each of `threads` threads. Safe to call from several threads."""

    def __init__(self, graph: Path, threads: int = 1) -> None:
        try:
            self._session = open_session(graph)
        except Exception as error:  # the library raises classes of its own
            raise ModelError(f"{graph}: is no graph that can be run ({error}); {ADVICE}") from error
        names = [value.name for value in (*self._session.get_inputs(), *self._session.get_outputs())]
        if names != ["ids", "types", "starts", "ends"]:
            raise ModelError(f"{graph}: reads and gives {names}, not ids, types, starts and ends; {ADVICE}")
        self._threads = threads
        self._pool: tuple[int, ThreadPoolExecutor] | None = None  # with the process it belongs to

    def score(self, rows: Sequence[Row]) -> Iterable[RowScores]:
        """As `Scorer.score`."""
        if self._threads == 1 or len(rows) == 1:
            return map(self._score, rows)
        if self._pool is None or self._pool[0] != os.getpid():  # a forked process has none of the threads
            self._pool = os.getpid(), ThreadPoolExecutor(self._threads, "reader")
        return self._pool[1].map(self._score, rows)

    def _score(self, row: Row) -> RowScores:
        starts, ends = self.logits(row)
        kept = np.r_[0, row.text : row.last]
        return RowScores(starts[kept], ends[kept])

    def logits(self, row: Row) -> tuple[Vectors, Vectors]:
        """Start and end logits (tokens,) of a row."""
        types = (np.arange(len(row.ids)) >= row.second).astype(np.int64)
        starts, ends = self._session.run(None, {"ids": row.ids.astype(np.int64), "types": types})
        return starts, ends


def read_probes(scorer: OnnxScorer, tokenizer: RowTokenizer) -> list[dict[str, list[float]]]:
    """The logits of `PROBES`, start and end."""
    read = []
    for question, text in PROBES:
        row = tokenizer.windows(tokenizer.encode(question), tokenizer.encode(""), tokenizer.encode(text), 1)[0]
        starts, ends = scorer.logits(row)
        read.append({"starts": [float(value) for value in starts], "ends": [float(value) for value in ends]})
    return read


def check_probes(files: ReaderFiles, scorer: OnnxScorer, tokenizer: RowTokenizer) -> None:
    """Raise ModelError where the graph does not read `PROBES` as it did when it was made."""
    for (question, _), expected, found in zip(PROBES, files.probes, read_probes(scorer, tokenizer), strict=True):
        for name in ("starts", "ends"):
            right, ours = np.array(expected[name]), np.array(found[name])
            if right.shape != ours.shape:
                raise ModelError(f"{files.folder}: its tokenizer is not the one it was trained with; {ADVICE}")
            if not np.all(np.abs(right - ours) <= MOST_OFF):  # false for NaN too
                off = float(np.abs(right - ours).max())
                raise ModelError(
                    f"{files.folder}: reads {question!r} otherwise on this machine (by {off:.2f}); {ADVICE}"
                )
