"""Question sets by what their path names: JSON lines, a SQuAD file or a BEIR folder."""

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import DatasetError
from eval.datasets.beir import read_beir
from eval.datasets.json_lines import read_lines
from eval.datasets.questions import Dataset
from eval.datasets.squad import read_squad


def load(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """Read a question set, `distractors` adding the documents of further SQuAD files; raises DatasetError."""
    if path.is_dir():
        reader = read_beir
    elif path.suffix in (".json", ".jsonl"):
        reader = read_squad if path.suffix == ".json" else read_lines
    else:
        raise DatasetError(f"{path}: give a .jsonl file, a SQuAD .json file or a BEIR folder that exists")
    return reader(path, distractors)
