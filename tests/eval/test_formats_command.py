"""Tables of quotes and the format of TREC, on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.snapshots.store import Store
from tests.eval.samples import TEXTS

pytestmark = pytest.mark.slow

Command = Callable[..., tuple[int, str, str]]

TABLE = """id,question,quote,split
q1,Which town is on the river?,old town on the river,test
q2,What was rebuilt after the war?,Caen was rebuilt,test
q3,Who keeps silver?,silver,test
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "set.csv"
    path.write_text(TABLE)
    return path


def test_a_table_is_asked_and_its_rankings_are_written(
    command: Command, table: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    fill(TEXTS)
    files = (tmp_path / "run.trec", tmp_path / "qrels.trec")
    status, out, err = command("run", "--dataset", table, "--trec", files[0], "--qrels", files[1], "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["notes"] == [
        f"{table}: questions whose quote stands in no document, left out: 1 (line 4: 'q3')"
    ]
    assert {line.split()[0] for line in files[0].read_text().splitlines()} == {"q1", "q2"}
    assert files[1].read_text() == "q1 0 rouen:0-60 1\nq2 0 caen:0-31 1\n"
    status, _, err = command("compare", "dense=1", files[0], "--dataset", table)
    assert status == 2
    assert "run.trec: a TREC run ranks documents, but set judges spans" in err
    assert command("compare", "dense=1", "dense=1,lexical=0", "--dataset", table)[0] == 0


def test_a_release_finds_quotes_in_what_it_releases(command: Command, table: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, text in TEXTS.items():
        (source / f"{name}.txt").write_text(text)
    status, out, err = command("release", source, "--dataset", table, "--floor", "hit@3=0.9", "--json")
    assert (status, err) == (0, "")
    snapshot = json.loads(out.splitlines()[-1])["snapshot"]
    (source / "caen.txt").write_text("Bells ring.")
    status, _, err = command("release", source, "--dataset", table, "--floor", "hit@3=0.9", "--json")
    assert status == 1
    assert "hit@3 is 0.5, below its floor of 0.9" in err
    assert Store(tmp_path / "var").current() == snapshot


def test_a_document_with_only_a_title_is_found(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "towns"
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": number, "text": text} for number, text in enumerate(TEXTS.values())]
    corpus.append({"_id": 7, "title": "Opening hours of the mill"})
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": 1, "text": "opening hours of the mill"}))
    (folder / "qrels" / "dev.tsv").write_text("1\t7\t0.5\n")
    status, out, _ = command("run", "--dataset", folder, "--json")
    summary = json.loads(out)
    assert status == 0
    assert summary["measures"]["hit@1"]["value"] == 1
    assert summary["notes"] == [f"{folder}/qrels: there is no test.tsv; dev.tsv is used"]
