"""Runs survive being saved, and a baseline can stand for a run."""

import json
from pathlib import Path

import pytest

from corpus.errors import InputError
from eval.datasets.questions import Gold
from eval.runs.records import BM25, DENSE, HYBRID, Ranked, Record, Run, baseline_run, first_rank, load_run, save_run
from service.answering.answer import Evidence

RECORD = Record(
    id="q1",
    text="Wer heißt so?",
    kind="who",
    group="fact",
    answerable=True,
    absent=False,
    gold=(Gold("a", 1, 3, "xy"),),
    context="wxyz",
    judged=(1,),
    rankings={
        HYBRID: Ranked(("a:0-4", "a:4-8"), (0, 1), 0.5, 0.25, 1.5),
        BM25: Ranked(("a:0-4",), (1,), 0.5, 0.25, 0.5),
    },
    evidence=(Evidence("a", 0, 4, "wxyz", 1),),
    right=True,
    confidence=0.75,
    abstained=None,
    features={"margin": 0.1},
    signals={"dense": 0.5},
)
RUN = Run("r1", "2026-01-01T00:00:00+00:00", "set", "ab", "span", "s1", {"split": "test"}, ("note",), (RECORD,))


def test_a_saved_run_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "r1" / "run.json"
    save_run(RUN, path)
    assert load_run(path) == RUN
    assert "heißt" in path.read_text("utf-8")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"records": [{}]}', '{"records": [], "notes": []}'])
def test_what_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"run.json: not a saved run of this version; make it again"):
        load_run(path)


def test_a_run_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    save_run(RUN, path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "more": 1}))
    with pytest.raises(InputError, match="not a saved run of this version"):
        load_run(path)
    with pytest.raises(InputError, match="cannot be read"):
        load_run(tmp_path / "none.json")


def test_the_first_relevant_rank() -> None:
    assert (first_rank(RECORD), first_rank(RECORD, BM25), first_rank(RECORD, DENSE)) == (2, 1, None)


def test_a_baseline_stands_for_a_run_without_answers() -> None:
    (record,) = baseline_run(RUN, BM25).records
    assert record.rankings == {HYBRID: RECORD.rankings[BM25]}
    assert (record.right, record.confidence, record.evidence) == (None, None, ())
    assert baseline_run(RUN, BM25).id == "r1@bm25"
    with pytest.raises(InputError, match="run r1 has no ranking 'dense'"):
        baseline_run(RUN, DENSE)
