"""Which paths name a question set."""

from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.datasets.load import load_dataset


def test_other_paths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"set.jsonl: cannot be read \(No such file or directory\); check the path$"):
        load_dataset(tmp_path / "set.jsonl")
    with pytest.raises(DatasetError, match=r"set.txt: give a .jsonl or .csv file, a SQuAD .json file or a BEIR folder"):
        load_dataset(tmp_path / "set.txt")
