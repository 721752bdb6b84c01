"""Reads a question set by what its path names: JSON lines, a table, a SQuAD file or a BEIR folder."""

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import DatasetError
from eval.datasets.beir import read_beir
from eval.datasets.csv_questions import Texts, read_question_table
from eval.datasets.fields import read_json_lines
from eval.datasets.json_lines import QUESTIONS, read_question_folder, read_question_lines
from eval.datasets.questions import Dataset
from eval.datasets.squad import read_squad
from eval.datasets.squad_layouts import holds_row


def load_dataset(path: Path, distractors: Sequence[Path] = (), texts: Texts | None = None) -> Dataset:
    """Read a question set; raises DatasetError.

    `distractors` are SQuAD files whose documents are added, `texts` those in which the quotes of a table are found.
    """
    if path.is_dir():
        is_own = (path / QUESTIONS).is_file()
        return read_question_folder(path, distractors) if is_own else read_beir(path, distractors)
    suffix = path.suffix.lower()
    if suffix == ".json":
        return read_squad(path, distractors)
    if suffix == ".jsonl":
        _, first = next(read_json_lines(path), ("", None))
        return read_squad(path, distractors) if holds_row(first) else read_question_lines(path, distractors)
    if suffix in (".csv", ".tsv"):
        return read_question_table(path, distractors, texts)
    raise DatasetError(f"{path}: give a .jsonl or .csv file, a SQuAD .json file or a BEIR folder that exists")
