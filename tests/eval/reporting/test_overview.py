"""What a run leaves for the service: figures, groups, failures; the service reads all of it."""

import json
from dataclasses import replace
from pathlib import Path

from eval.datasets.questions import Gold
from eval.reporting.overview import MOST_FAILURES, MOST_QUOTED, MOST_QUOTES, overview
from eval.reporting.save import save_report
from eval.runs.records import Record, Run
from eval.scoring.groups import GROUP_MEASURES, score_groups
from eval.scoring.scores import score
from service.answering.answer import Evidence
from service.runtime.evaluation import last_evaluation
from tests.eval.reporting.test_tables import RUN, record

TEXT = "é" * (MOST_QUOTED + 10)


def missed(number: int, **changes: object) -> Record:
    """A question whose answer was withheld."""
    gold = (Gold("notes", 5, 10, "gold!"),) * (MOST_QUOTES + 1)
    evidence = (Evidence("notes", 40, 40 + len(TEXT), TEXT, 1),)
    changed = replace(record(1), gold=gold, evidence=evidence, right=True, abstained="low_confidence", kind="who")
    return replace(changed, id=f"q{number}", **changes)  # type: ignore[arg-type]


def run_of(*records: Record) -> Run:
    return replace(RUN, id="20260102T030405-a1b2c3", records=records)


def test_the_service_reads_what_is_saved(tmp_path: Path) -> None:
    run = run_of(*RUN.records, missed(40))
    save_report(run, score(run), tmp_path)
    read = last_evaluation(tmp_path)
    assert (read.run, read.questions, read.notes) == (run.id, 41, ["a note"])
    assert read.failures[-1].question == run.records[-1].text
    assert json.loads(read.model_dump_json()) == overview(run, score(run))


def test_a_failure_says_what_was_expected_and_what_was_given() -> None:
    absurd = missed(2, answerable=False, abstained=None, kind="near-miss")
    values = json.loads(json.dumps(overview(run_of(missed(1), absurd), ())))
    first, second = values["failures"]
    assert (first["cause"], first["abstained"], first["kind"]) == ("wrongly refused", "low_confidence", "who")
    assert first["expected"] == [{"document": "notes", "start": 5, "end": 10, "quote": "gold!"}] * MOST_QUOTES
    given = {"document": "notes", "start": 40, "end": 40 + MOST_QUOTED, "quote": TEXT[:MOST_QUOTED]}
    assert first["given"] == [given]
    assert (second["cause"], second["expected"]) == ("wrongly answered", [])


def test_many_failures_are_counted_and_the_first_listed() -> None:
    values = overview(run_of(*map(missed, range(MOST_FAILURES + 3))), ())
    failures = values["failures"]
    assert isinstance(failures, list)
    assert (values["failed"], len(failures)) == (MOST_FAILURES + 3, MOST_FAILURES)


def test_groups_have_the_measures_that_the_tables_show() -> None:
    run = run_of(missed(1), missed(2, abstained=None), missed(3, kind="", answerable=False, abstained=None))
    assert score_groups(run, "genre") == ()
    none, who = score_groups(run, "kind")
    assert (none.name, none.questions, who.name, who.questions) == ("-", 1, "who", 2)
    assert tuple(who.measures) == GROUP_MEASURES
    assert (who.measures["answer_accuracy"].value, who.measures["wrongly_refused"].value) == (1.0, 0.5)
    assert (who.measures["wrongly_answered"].n, who.measures["wrongly_answered"].value) == (0, None)
    assert (none.measures["wrongly_answered"].n, none.measures["wrongly_answered"].value) == (1, 1.0)
