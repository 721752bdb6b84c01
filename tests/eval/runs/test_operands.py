"""What `compare` may be given: saved runs, snapshots and rankings."""

from collections.abc import Callable

import pytest

from corpus.errors import InputError, NotFoundError
from corpus.sources import make_document
from eval.datasets.questions import Dataset, Gold, Question
from eval.runs.evaluate import evaluate
from eval.runs.operands import parse_ranking, run_of
from eval.runs.prepare import engine_for
from eval.runs.records import BM25, run_path, save_run
from index.retrieval.fusion import Ranking
from index.snapshots.store import Store

TEXTS = {"rouen": "Rouen is an old town on the river.", "caen": "Caen was rebuilt after the war."}
QUESTION = Question("q1", "Which town is on the river?", True, (Gold("rouen", 0, 5, "Rouen"),), "", "", "q1")
ABOUT_SNAPSHOT = Dataset("set", None, (QUESTION,), "span", "ab")
WITH_DOCUMENTS = Dataset("own", (make_document("rouen", TEXTS["rouen"]),), (QUESTION,), "span", "cd")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dense=1,lexical=0", Ranking(dense=1.0, lexical=0.0)),
        ("pool=20, late=.25", Ranking(pool=20, late=0.25)),
    ],
)
def test_a_ranking_is_the_default_except_for_what_is_given(text: str, expected: Ranking) -> None:
    assert parse_ranking(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bm25=1", r"^ranking 'bm25=1': no weight is called 'bm25'; give dense, lexical, "),
        ("dense=much", r"^ranking 'dense=much': 'much' is no value for dense; write dense=0.5$"),
        ("pool=1.5", r"'1.5' is no value for pool"),
        ("dense=nan", r"dense is nan; a weight is finite and not below 0$"),
        ("dense=-1", r"dense is -1; a weight is finite and not below 0$"),
    ],
)
def test_a_ranking_that_means_nothing_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_ranking(text)


@pytest.mark.usefixtures("without_model")
def test_an_operand_is_a_run_a_ranking_or_a_snapshot(fill: Callable[..., Store]) -> None:
    store = fill(TEXTS)
    run = evaluate(engine_for(ABOUT_SNAPSHOT, store.root), ABOUT_SNAPSHOT)
    path = run_path(run.id, store.root)
    assert path == store.root / "eval" / run.id / "run.json"
    save_run(run, path)

    def named(operand: str) -> str:
        return run_of(operand, ABOUT_SNAPSHOT, store.root).id

    assert (named(run.id), named(str(path)), named(f"{run.id}@bm25")) == (run.id, run.id, f"{run.id}@{BM25}")
    snapshot = store.current()
    assert snapshot is not None
    assert (named("dense=1"), named(snapshot)) == ("dense=1", snapshot)
    with pytest.raises(NotFoundError, match=r"^'r9' is no saved run, snapshot or ranking; see "):
        named("r9")
    with pytest.raises(InputError, match="cannot be judged by own, which brings its own documents"):
        run_of(snapshot, WITH_DOCUMENTS, store.root)
