"""The shipped questions that readers learn from."""

from pathlib import Path

from eval.datasets.load import load_dataset

TRAINING = Path(__file__).resolve().parents[3] / "eval/data/training"


def test_the_sets_to_learn_from_are_whole() -> None:
    folders = sorted(path.parent for path in TRAINING.glob("*/questions.jsonl"))
    assert len(folders) == 214
    for folder in folders:
        load_dataset(folder)
