"""A question set becomes pairs with the passages that the search puts first."""

import json
from collections.abc import Callable
from pathlib import Path

from eval.datasets.questions import Dataset, Gold, Question
from eval.fitting.reader.data import SetSpec, read_set
from eval.fitting.reader.pairs import write_pairs
from index.snapshots.store import Store
from service.answering.engine import Engine
from tests.fakes import FakeEncoder

TEXTS = {
    "mill": "# Mill\n\nAda Brandt ran the mill. It closed in 1954.\n",
    "fair": "# Fair\n\nThe fair of the mill opens in May. Gulls eat bread.\n",
}


def test_right_and_wrong_passages_are_paired(fill: Callable[..., Store], encoder: FakeEncoder, tmp_path: Path) -> None:
    gold = (Gold("mill", 8, 18, "Ada Brandt"),)
    asked = (
        Question("q1", "Who ran the mill?", True, gold, "who", "", "f1"),
        Question("q2", "Who sold the mill?", False, (), "near-miss", "", "f2"),
    )
    dataset = Dataset("set", None, asked, "span", "0" * 64)
    path = tmp_path / "pairs.json"
    engine = Engine(fill(TEXTS).open(), encoder)
    assert write_pairs(engine, dataset, path, others=0.0) == 2
    assert write_pairs(engine, dataset, path) == 4
    articles = json.loads(path.read_text("utf-8"))["data"]
    assert [article["title"] for article in articles[:2]] == ["Mill", "Fair"]
    examples = read_set(SetSpec(path)).examples
    assert [(e.question, e.context[e.start : e.end] if e.answerable else "") for e in examples] == [
        ("Who ran the mill?", "Ada Brandt"),
        ("Who ran the mill?", ""),
        ("Who sold the mill?", ""),
        ("Who sold the mill?", ""),
    ]
