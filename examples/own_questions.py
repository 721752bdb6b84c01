"""Let questions of your own decide whether new text goes live: a release with a gate.

    .venv/bin/python -m examples.own_questions FOLDER VAR QUESTIONS.jsonl

A line of the question file: {"id": "q1", "question": "Who signs contracts?", "answerable": true, "evidence":
[{"document": "policy", "start": 120, "end": 140, "quote": "the managing director"}]}; one that the text does not answer
has "answerable": false and no evidence.
"""

import sys
from pathlib import Path

from corpus.errors import GateError
from corpus.sources import read_source
from eval.datasets.load import load_dataset
from eval.gate import build_and_judge
from index.encoding.open import open_encoder
from index.snapshots.store import Store


def main(folder: Path, var: Path, questions: Path) -> int:
    """Build beside the active snapshot; activate only where the right passage is among the first three for 9 of 10."""
    store = Store(var)
    judged = build_and_judge(
        store,
        read_source(folder),
        open_encoder(var / "models"),
        load_dataset(questions),
        floors={"hit@3": 0.9},
        no_worse=True,
    )
    try:
        judged.release(store)
    except GateError as error:
        print(f"refused: {error}")
        return error.exit_code
    print(f"released: {judged.snapshot}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4])))
