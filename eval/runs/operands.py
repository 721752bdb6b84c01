"""What two runs are compared from: saved runs, snapshots, rankings."""

from dataclasses import asdict, replace
from math import inf
from pathlib import Path
from typing import Any

from corpus.errors import InputError, NotFoundError
from eval.datasets.questions import Dataset
from eval.runs.evaluate import evaluate
from eval.runs.prepare import engine_for
from eval.runs.records import BM25, DENSE, Run, baseline, load
from index.build import Progress, silent
from index.retrieval.fusion import Ranking
from index.snapshots.store import Store


def parse_ranking(given: str) -> Ranking:
    """`dense=1,lexical=0` as a ranking, the rest as by default; raises InputError."""
    kinds: dict[str, type[int] | type[float]] = {name: type(weight) for name, weight in asdict(Ranking()).items()}
    values: dict[str, Any] = {}
    for part in given.split(","):
        name, _, value = part.strip().partition("=")
        if name not in kinds:
            raise InputError(f"ranking {given!r}: no weight is called {name!r}; give {', '.join(kinds)}")
        try:
            values[name] = kinds[name](value)
        except ValueError:
            raise InputError(f"ranking {given!r}: {value!r} is no value for {name}; write dense=0.5") from None
        if not 0 <= values[name] < inf:
            raise InputError(f"ranking {given!r}: {name} is {value}; a weight is finite and not below 0")
    return Ranking(**values)


def run_of(operand: str, dataset: Dataset, var: Path, encoder: str = "auto", progress: Progress = silent) -> Run:
    """What `compare` is given as a run: a saved one (its id or file), or a snapshot or ranking to evaluate now.

    A saved run with `@bm25` or `@dense` behind it stands for that baseline. Raises InputError, NotFoundError.
    """
    name, _, part = operand.rpartition("@") if operand.endswith((f"@{BM25}", f"@{DENSE}")) else (operand, "", "")
    saved = Path(name) if Path(name).is_file() else var / "eval" / name / "run.json"
    if saved.is_file():
        return baseline(load(saved), part) if part else load(saved)
    if "=" in operand:
        engine = engine_for(dataset, var, ranking=parse_ranking(operand), encoder=encoder, progress=progress)
        return replace(evaluate(engine, dataset, settings={"ranking": operand}, progress=progress), id=operand)
    if operand not in {info.id for info in Store(var).list()}:
        raise NotFoundError(f"{operand!r} is no saved run, snapshot or ranking; see var/eval or `python -m index list`")
    if dataset.documents is not None:
        raise InputError(f"snapshot {operand} cannot be judged by {dataset.name}, which brings its own documents")
    return replace(evaluate(engine_for(dataset, var, snapshot=operand), dataset, progress=progress), id=operand)
