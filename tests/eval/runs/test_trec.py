"""Runs in TREC's format: what is written can be read again, and other programs' runs are graded as trec_eval would."""

import re
from collections.abc import Callable
from pathlib import Path

import ir_measures
import pytest

from corpus.errors import InputError
from corpus.sources import make_document
from eval.datasets.questions import Dataset, Gold, Question
from eval.runs.evaluate import evaluate
from eval.runs.operands import run_of
from eval.runs.prepare import engine_for
from eval.runs.records import HYBRID
from eval.runs.trec import read_trec, write_trec
from eval.scoring.compare import compare
from eval.scoring.scores import score
from index.snapshots.store import Store

TEXTS = {
    "old rouen": "Rouen is an old town on the river.",
    "caen": "Caen was rebuilt after the war.",
    "bayeux": "Bayeux keeps a famous tapestry.",
}
DOCUMENTS = tuple(make_document(name, text) for name, text in TEXTS.items())
RIVER, WAR = (
    Question("q 1", "Which old town is on the river?", True, (Gold("old rouen", 0, 0, "", 2),), "", "", "q 1"),
    Question(
        "q2", "What came after the war?", True, (Gold("caen", 0, 0, ""), Gold("bayeux", 0, 0, "", 0.5)), "", "", ""
    ),
)
JUDGED = Dataset("towns", DOCUMENTS, (RIVER, WAR), "document", "ab")
SPANS = Dataset(
    "set", None, (Question("q1", RIVER.text, True, (Gold("old rouen", 0, 5, "Rouen"),), "", "", "q1"),), "span", "cd"
)

pytestmark = pytest.mark.usefixtures("without_model")


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_a_run_that_is_written_is_read_again(tmp_path: Path) -> None:
    engine = engine_for(JUDGED, tmp_path)
    run = evaluate(engine, JUDGED)
    write_trec(engine, JUDGED, run, tmp_path / "new" / "run.trec", tmp_path / "qrels.trec")
    again = read_trec(tmp_path / "new" / "run.trec", JUDGED)
    for old, new in zip(run.records, again.records, strict=True):
        ranked = old.rankings[HYBRID]
        assert (new.id, new.rankings[HYBRID].ids, new.rankings[HYBRID].grades) == (old.id, ranked.ids, ranked.grades)
        assert (new.judged, new.absent, new.right) == (old.judged, old.absent, None)
    assert (tmp_path / "qrels.trec").read_text() == "q%201 0 old%20rouen 2\nq2 0 caen 1\nq2 0 bayeux 0.5\n"
    assert (tmp_path / "new" / "run.trec").read_text().splitlines()[0] == f"q%201 Q0 old%20rouen 1 1.000000 {run.id}"


def test_passages_are_written_where_spans_are_judged(tmp_path: Path, fill: Callable[..., Store]) -> None:
    engine = engine_for(SPANS, fill(TEXTS).root)
    run = evaluate(engine, SPANS)
    write_trec(engine, SPANS, run, tmp_path / "run.trec", tmp_path / "qrels.trec")
    assert (tmp_path / "qrels.trec").read_text() == "q1 0 old%20rouen:0-34 1\n"
    assert (tmp_path / "run.trec").read_text().startswith("q1 Q0 old%20rouen:0-34 1 1.000000 ")


def test_nothing_is_written_where_no_file_is_named(tmp_path: Path) -> None:
    engine = engine_for(JUDGED, tmp_path)
    run = evaluate(engine, JUDGED)
    write_trec(engine, JUDGED, run, None, None)
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(InputError, match=r"/folder: cannot be written \(Is a directory\); name a file in a folder of"):
        write_trec(engine, JUDGED, run, folder, None)


def test_scores_decide_and_not_ranks(tmp_path: Path) -> None:
    path = write(
        tmp_path / "run.trec",
        "q%201 Q0 caen 1 0.1 x", "q%201 Q0 old%20rouen 2 0.9 x", "q%201 Q0 caen 3 0.05 x", "",
        "q2\tQ0\tbayeux\t2\t-1\tx", "q2 0 caen 1 -1 x", "q9 Q0 caen 1 1 x",
    )  # fmt: skip
    run = read_trec(path, JUDGED)
    assert [record.rankings[HYBRID].ids for record in run.records] == [("old rouen", "caen"), ("caen", "bayeux")]
    assert [record.rankings[HYBRID].grades for record in run.records] == [(2, 0), (1, 0.5)]
    assert (run.id, run.notes) == ("run.trec", (f"{path}: queries that are not asked here, left out: 1",))


def test_a_question_without_a_ranking_is_missed(tmp_path: Path) -> None:
    path = write(tmp_path / "run.trec", "q2 Q0 caen 1 1 x")
    run = read_trec(path, JUDGED)
    values = {value.name: value.value for value in score(run)}
    assert (values["hit@1"], values["MRR@10"]) == (0.5, 0.5)
    assert run.notes == (f"{path}: questions without a ranking, counted as missed: 1",)


def test_figures_agree_with_ir_measures(tmp_path: Path) -> None:
    lines = ["q%201 Q0 caen 1 3 x", "q%201 Q0 old%20rouen 2 2 x", "q2 Q0 bayeux 1 9 x", "q2 Q0 caen 2 8 x"]
    whole = Dataset(
        "towns", DOCUMENTS, (RIVER, Question("q2", "?", True, (Gold("caen", 0, 0, ""),), "", "", "")), "document", "a"
    )
    values = {value.name: value.value for value in score(read_trec(write(tmp_path / "run.trec", *lines), whole))}
    qrels = [ir_measures.Qrel("q%201", "old%20rouen", 2), ir_measures.Qrel("q2", "caen", 1)]
    cells = (line.split() for line in lines)
    ranked = [ir_measures.ScoredDoc(query, name, float(score)) for query, _, name, _, score, _ in cells]
    names = {"RR@10": "MRR@10", "nDCG@10": "nDCG@10"}
    theirs = ir_measures.calc_aggregate([ir_measures.parse_measure(name) for name in names], qrels, ranked)
    for measure, value in theirs.items():
        assert values[names[str(measure)]] == pytest.approx(value)


def test_a_run_of_another_program_is_an_operand_of_compare(tmp_path: Path) -> None:
    path = write(tmp_path / "theirs.trec", "q%201 Q0 caen 1 1 x", "q2 Q0 caen 1 1 x")
    theirs, ours = (run_of(operand, JUDGED, tmp_path) for operand in (str(path), "dense=1"))
    changes = {change.name: change for change in compare(theirs, ours).changes}
    assert (changes["hit@1"].n, changes["hit@1"].old) == (2, 0.5)
    with pytest.raises(InputError, match=r"^run theirs.trec has no ranking 'bm25'; "):
        run_of(f"{path}@bm25", JUDGED, tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q2 Q0 caen 1", ":2: expected TREC's query id, Q0, document id, rank, score, tag"),
        ("q2 Q0 caen first 1 x", ":2: expected TREC's query id, Q0, document id, rank, score, tag"),
        ("q2 Q0 caen 1 nan x", ":2: score nan is no number that can be ranked by"),
    ],
)
def test_malformed_runs_are_refused_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = write(tmp_path / "run.trec", "q2 Q0 caen 1 1 x", line)
    with pytest.raises(InputError, match=f"^{re.escape(f'{path}{message}')}$"):
        read_trec(path, JUDGED)


def test_runs_that_do_not_fit_the_set_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "run.trec", "q7 Q0 caen 1 1 x")
    with pytest.raises(InputError, match=r"run.trec: ranks nothing for a question of towns; give the run of that set"):
        read_trec(path, JUDGED)
    with pytest.raises(InputError, match=r"run.trec: a TREC run ranks documents, but set judges spans; give --dataset"):
        read_trec(path, SPANS)
