"""The reader's network as one ONNX graph: its folder, each file compared with its checksum, and running it.

The graph reads one row without padding: `ids` and `types` (tokens,) -> `starts` and `ends` (tokens,) logits, or, of a
cross-encoder, one `score` (1,). Before it is used it reads a few texts whose logits are known, because integer kernels
are not the same on all processors.
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
SPANS, SCORE = ["starts", "ends"], ["score"]  # what a graph may give
MOST_OFF = 1.0  # by which a logit of a probe may differ from what the manifest says; logits lie within -15 and 15

# Questions and texts that every graph must read as it did when it was made.
PROBES = (
    ("Who leads the laboratory?", "Amara Diallo has led the laboratory since 2019. Before her, Jonas Weber did."),
    ("When did the museum open?", "The museum opened on 3 May 1987. Its new wing was added in 2004 and closed again."),
    ("How much is the late fee?", "Members borrow up to twelve books. A copy of a lost book is charged to them."),
)


@dataclass(frozen=True, slots=True)
class ReaderFiles:
    """A folder of a reader. `sha256` is that of the graph; `probes` are the logits of `PROBES`, by output."""

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


class Graph:
    """Runs a graph over rows, one at a time on each of `threads` threads. Safe to call from several threads."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        try:
            self._session = open_session(path)
        except Exception as error:  # the library raises classes of its own
            raise ModelError(f"{path}: is no graph that can be run ({error}); {ADVICE}") from error
        inputs, outputs = (
            [value.name for value in values] for values in (self._session.get_inputs(), self._session.get_outputs())
        )
        if inputs != ["ids", "types"] or outputs not in (SPANS, SCORE):
            raise ModelError(
                f"{path}: reads {inputs} and gives {outputs}, not ids, types, and starts, ends or a score; {ADVICE}"
            )
        self.outputs = outputs
        self._threads = threads
        self._pool: tuple[int, ThreadPoolExecutor] | None = None  # with the process it belongs to

    @property
    def marks_words(self) -> bool:
        """Whether it gives logits of spans, and not one score of the row."""
        return self.outputs == SPANS

    def logits(self, row: Row) -> list[Vectors]:
        """The outputs for a row."""
        types = (np.arange(len(row.ids)) >= row.second).astype(np.int64)
        return list(self._session.run(None, {"ids": row.ids.astype(np.int64), "types": types}))

    def run(self, rows: Sequence[Row]) -> Iterable[list[Vectors]]:
        """The outputs for each row, in order."""
        if self._threads == 1 or len(rows) == 1:
            return map(self.logits, rows)
        if self._pool is None or self._pool[0] != os.getpid():  # a forked process has none of the threads
            self._pool = os.getpid(), ThreadPoolExecutor(self._threads, "reader")
        return self._pool[1].map(self.logits, rows)


class OnnxScorer:
    """A graph of spans as a `Scorer`."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def score(self, rows: Sequence[Row]) -> Iterable[RowScores]:
        """As `Scorer.score`."""
        for row, (starts, ends) in zip(rows, self._graph.run(rows), strict=True):
            kept = np.r_[0, row.text : row.last]
            yield RowScores(starts[kept], ends[kept])


class OnnxCrossEncoder:
    """A graph of scores as a `PairScorer`."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def score(self, rows: Sequence[Row]) -> Iterable[float]:
        """As `PairScorer.score`."""
        return (float(score[0]) for (score,) in self._graph.run(rows))


def read_probes(graph: Graph, tokenizer: RowTokenizer) -> list[dict[str, list[float]]]:
    """The logits of `PROBES`, by the name of the output."""
    read = []
    for question, text in PROBES:
        row = tokenizer.windows(tokenizer.encode(question), tokenizer.encode(""), tokenizer.encode(text), 1)[0]
        read.append({name: values.tolist() for name, values in zip(graph.outputs, graph.logits(row), strict=True)})
    return read


def check_probes(files: ReaderFiles, graph: Graph, tokenizer: RowTokenizer) -> None:
    """Raise ModelError where the graph does not read `PROBES` as it did when it was made."""
    for (question, _), expected, found in zip(PROBES, files.probes, read_probes(graph, tokenizer), strict=True):
        for name in graph.outputs:
            right, ours = np.array(expected.get(name, ())), np.array(found[name])
            if right.shape != ours.shape:
                raise ModelError(f"{files.folder}: its tokenizer is not the one it was trained with; {ADVICE}")
            if not np.all(np.abs(right - ours) <= MOST_OFF):  # false for NaN too
                off = float(np.abs(right - ours).max())
                raise ModelError(
                    f"{files.folder}: reads {question!r} otherwise on this machine (by {off:.2f}); {ADVICE}"
                )
