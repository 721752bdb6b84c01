"""A question set becomes pairs with the passages that the search puts first."""

import json
from collections.abc import Callable
from pathlib import Path

from eval.datasets.questions import Dataset, Gold, Question
from eval.fitting.reader.examples.data import SetSpec, read_set
from eval.fitting.reader.examples.pairs import write_compared, write_pairs
from index.snapshots.store import Store
from service.answering.engine import Engine
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

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
    assert write_pairs(engine, dataset, path, others=0.0) == 2 + 2  # passages and quotes
    assert write_pairs(engine, dataset, path) == 4 + 2
    articles = json.loads(path.read_text("utf-8"))["data"]
    assert [article["title"] for article in articles[:2]] == ["Mill", "Fair"]
    pairs = read_set(SetSpec(path))
    assert pairs.has_quotes
    assert [(e.question, e.context[e.start : e.end] if e.answerable else "") for e in pairs.examples] == [
        ("Who ran the mill?", "Ada Brandt"),
        ("Who ran the mill?", ""),
        ("Who ran the mill?", "Ada Brandt"),
        ("Who sold the mill?", ""),
        ("Who sold the mill?", ""),
        ("Who sold the mill?", ""),
    ]
    assert pairs.examples[2].context == "Ada Brandt ran the mill."
    assert pairs.examples[5].context == "The fair of the mill opens in May."  # looks most like the question


def test_quotes_are_paired_as_they_are_read_alone(
    fill: Callable[..., Store], encoder: FakeEncoder, tmp_path: Path
) -> None:
    table = "# Fees\n\n| Boat | Fee |\n|---|---|\n| Punt | 4 crowns |\n| Barge | 9 crowns |\n"
    log = "# Log\n\n## 2.1.0\n\n- Maps open in colour.\n"
    store = fill({"fees": table, "log": log})

    def quotes_of(question: str, document: str, quote: str) -> list[tuple[str, str]]:
        text = store.open().document(document).text
        gold = (Gold(document, text.index(quote), text.index(quote) + len(quote), quote),)
        dataset = Dataset("set", None, (Question("q", question, True, gold, "what", "", "f"),), "span", "0" * 64)
        write_pairs(Engine(store.open(), encoder), dataset, tmp_path / "pairs.json")
        articles = json.loads((tmp_path / "pairs.json").read_text("utf-8"))["data"]
        asked = [(paragraph["context"], paragraph["qas"][0]) for (paragraph,) in (a["paragraphs"] for a in articles)]
        return [(text, item["answers"][0]["text"]) for text, item in asked if "quote" in item["id"] and item["answers"]]

    assert quotes_of("What is the fee of the barge?", "fees", "9 crowns") == [
        ("Boat: Barge; Fee: 9 crowns", "9 crowns")
    ]
    assert quotes_of("In which version do maps open in colour?", "log", "2.1.0") == [
        ("2.1.0\n- Maps open in colour.", "2.1.0")
    ]


def test_quotes_are_paired_as_they_are_compared(
    fill: Callable[..., Store], encoder: FakeEncoder, tmp_path: Path
) -> None:
    gold = (Gold("mill", 8, 18, "Ada Brandt"),)
    asked = (
        Question("q1", "Who ran the mill?", True, gold, "who", "", "f1"),
        Question("q2", "Who ran the fair?", True, (), "who", "", "f2"),
        Question("q3", "Who sold the mill?", False, (), "near-miss", "", "f3"),
    )
    dataset, path = Dataset("set", None, asked, "span", "0" * 64), tmp_path / "pairs.json"
    engine = Engine(fill(TEXTS).open(), encoder, reader=FakeReader(**{"Ada Brandt": 9.0, "May": 3.0}))
    assert write_compared(engine, dataset, path) == 3
    answered, _, refused = read_set(SetSpec(path)).examples
    assert answered.context[answered.start : answered.end] == "Ada Brandt"
    lines = sorted(answered.context.splitlines())
    assert lines == ["Fair: The fair of the mill opens in May.", "Mill: Ada Brandt ran the mill."]
    assert not refused.answerable
    assert write_compared(engine, dataset, path, others=0.0) == 2  # an answerable one that no quote answers is left out
