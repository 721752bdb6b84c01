"""BEIR folders as people have them: other ids, scores and splits, titles alone, things given twice."""

import json
from pathlib import Path

import pytest

from eval.datasets.load import load_dataset

CORPUS: tuple[dict[str, object], ...] = (
    {"_id": 1, "title": "Wings", "text": "Wings lift."},
    {"_id": 2, "title": "Opening hours of the mill", "text": ""},
    {"_id": 3, "title": "Rules of the quay"},
    {"_id": 4, "title": "", "text": " "},
)
QUERIES: tuple[dict[str, object], ...] = ({"_id": 1, "text": "What lifts?"}, {"_id": 2, "text": "When?"})


def beir(
    folder: Path, judgements: str, qrels: str = "test.tsv", queries: tuple[dict[str, object], ...] = QUERIES
) -> Path:
    (folder / "qrels").mkdir(exist_ok=True)
    for name, lines in {"corpus": CORPUS, "queries": queries}.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "qrels" / qrels).write_text(judgements)
    return folder


def golds(folder: Path) -> dict[str, dict[str, float]]:
    return {q.id: {gold.document: gold.relevance for gold in q.gold} for q in load_dataset(folder).questions}


def test_ids_may_be_whole_numbers_and_a_title_is_a_text(tmp_path: Path) -> None:
    dataset = load_dataset(beir(tmp_path, "1\t1\t1\n2\t2\t1\n2\t3\t1\n"))
    assert [(document.id, document.info.title, document.text) for document in dataset.documents or ()] == [
        ("1", "Wings", "Wings lift."),
        ("2", "Opening hours of the mill", "Opening hours of the mill"),
        ("3", "Rules of the quay", "Rules of the quay"),
    ]
    assert [(q.id, [gold.document for gold in q.gold]) for q in dataset.questions] == [("1", ["1"]), ("2", ["2", "3"])]
    assert dataset.notes == (f"{tmp_path}/corpus.jsonl: empty documents left out: 1",)


@pytest.mark.parametrize(
    ("score", "relevance"), [("1.0", 1), ("0.5", 0.5), ("2e0", 2), (".25", 0.25), ("0.0", None), ("-1.5", None)]
)
def test_scores_may_have_fractions(tmp_path: Path, score: str, relevance: float | None) -> None:
    found = golds(beir(tmp_path, f"1\t1\t{score}\n2\t2\t1\n"))
    assert found == ({} if relevance is None else {"1": {"1": relevance}}) | {"2": {"2": 1}}
    assert relevance is None or type(found["1"]["1"]) is type(relevance)


@pytest.mark.parametrize("qrels", ["dev.tsv", "train.tsv", "validation.tsv", "dev.trec"])
def test_another_split_is_read_where_there_is_no_test(tmp_path: Path, qrels: str) -> None:
    folder = beir(tmp_path, "1\t1\t1\n2\t2\t1\n", qrels)
    assert golds(folder) == {"1": {"1": 1}, "2": {"2": 1}}
    assert load_dataset(folder).notes[0] == f"{tmp_path}/qrels: there is no test.tsv; {qrels} is used"
    (folder / "qrels" / "test.tsv").write_text("1\t3\t1\n")
    assert golds(folder) == {"1": {"3": 1}}


def test_what_is_given_twice_is_left_out(tmp_path: Path) -> None:
    queries: tuple[dict[str, object], ...] = (*QUERIES, {"_id": "2", "text": "When else?"}, {"_id": 3, "text": ""})
    folder = beir(tmp_path, "1\t1\t1\n1\t1\t0\n2\t2\t0\n2\t2\t3\n2\t3\t1\n", queries=queries)
    dataset = load_dataset(folder)
    assert [q.text for q in dataset.questions] == ["What lifts?", "When?"]
    assert golds(folder) == {"1": {"1": 1}, "2": {"3": 1}}
    assert dataset.notes == (
        f"{folder}/qrels/test.tsv: judgements of a pair that is judged further up, left out: 2",
        f"{folder}/corpus.jsonl: empty documents left out: 1",
        f"{folder}/queries.jsonl: questions whose id is taken, left out: 1 (line 3: '2')",
        f"{folder}/queries.jsonl: questions without words, left out: 1 (line 4: '3')",
    )
