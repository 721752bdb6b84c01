"""The operands of `compare`: saved runs, runs in TREC's format, snapshots and rankings, each made a run."""

from dataclasses import asdict, replace
from math import inf
from pathlib import Path
from typing import Any

from corpus.errors import InputError, NotFoundError
from eval.datasets.questions import Dataset
from eval.runs.evaluate import evaluate
from eval.runs.prepare import engine_for
from eval.runs.records import BM25, DENSE, Run, baseline_run, load_run, run_path
from eval.runs.trec import TREC_SUFFIXES, read_trec
from index.build import Progress, silent
from index.retrieval.fusion import Ranking
from index.snapshots.store import Store


def parse_ranking(text: str) -> Ranking:
    """`dense=1,lexical=0` as a ranking, everything else as by default; raises InputError."""
    types: dict[str, type[int] | type[float]] = {name: type(value) for name, value in asdict(Ranking()).items()}
    values: dict[str, Any] = {}
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        if name not in types:
            raise InputError(f"ranking {text!r}: no weight is called {name!r}; give {', '.join(types)}")
        try:
            values[name] = types[name](value)
        except ValueError:
            raise InputError(f"ranking {text!r}: {value!r} is no value for {name}; write dense=0.5") from None
        if not 0 <= values[name] < inf:
            raise InputError(f"ranking {text!r}: {name} is {value}; a weight is finite and not below 0")
    return Ranking(**values)


def run_of(
    operand: str,
    dataset: Dataset,
    var: Path,
    variant: str = "auto",
    model: Path | None = None,
    progress: Progress = silent,
) -> Run:
    """The run that an operand stands for; a snapshot or a ranking is evaluated on the dataset first.

    `variant` and `model` are those of the documents that a ranking is tried on, as `engine_for` takes them.

    A saved run is named by its id or its file; with `@bm25` or `@dense` behind it, it stands for that baseline. A
    file in TREC's format is a run as well. Raises
    NotFoundError where nothing has that name, InputError where a snapshot cannot be asked the dataset's questions.
    """
    name, _, ranking = operand.rpartition("@") if operand.endswith((f"@{BM25}", f"@{DENSE}")) else (operand, "", "")
    path = run_path(name, var)
    if path.is_file():
        run = read_trec(path, dataset) if path.suffix.lower() in TREC_SUFFIXES else load_run(path)
        return baseline_run(run, ranking) if ranking else run
    if "=" in operand:
        ranking_of = parse_ranking(operand)
        engine = engine_for(dataset, var, ranking=ranking_of, variant=variant, model=model, progress=progress)
        return replace(evaluate(engine, dataset, settings={"ranking": operand}, progress=progress), id=operand)
    if operand not in {info.id for info in Store(var).list()}:
        raise NotFoundError(f"{operand!r} is no saved run, snapshot or ranking; see var/eval or `python -m index list`")
    if dataset.documents is not None:
        raise InputError(f"snapshot {operand} cannot be judged by {dataset.name}, which brings its own documents")
    return replace(evaluate(engine_for(dataset, var, snapshot=operand), dataset, progress=progress), id=operand)
