"""Index a folder of your own texts in a place of its own, and search it.

.venv/bin/python -m examples.own_corpus FOLDER VAR "a question"
"""

import sys
from pathlib import Path

from corpus.sources import read_source
from index.build import build
from index.encoding.open import open_encoder
from index.snapshots.store import Store
from service.answering.engine import Engine


def main(folder: Path, var: Path, question: str) -> None:
    """Build a snapshot of the folder under `var`, then print the three best passages."""
    store = Store(var)
    report = build(store, read_source(folder), open_encoder(var / "models"))
    print(f"{report.snapshot}: {report.documents} documents, {report.passages} passages")
    for hit in Engine.open(store).search(question, top_k=3).hits:
        print(f"{hit.rank}. {hit.passage.id}  score {hit.score:.2f}\n   {hit.passage.text}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
