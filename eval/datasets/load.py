"""Reads a question set by what its path names: a JSON-lines file, a SQuAD file or a BEIR folder."""

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import DatasetError
from eval.datasets.beir import read_beir
from eval.datasets.json_lines import read_question_lines
from eval.datasets.questions import Dataset
from eval.datasets.squad import read_squad


def load_dataset(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """Read a question set; `distractors` are SQuAD files whose documents are added. Raises DatasetError."""
    if path.is_dir():
        return read_beir(path, distractors)
    if path.suffix == ".json":
        return read_squad(path, distractors)
    if path.suffix == ".jsonl":
        return read_question_lines(path, distractors)
    raise DatasetError(f"{path}: give a .jsonl file, a SQuAD .json file or a BEIR folder that exists")
