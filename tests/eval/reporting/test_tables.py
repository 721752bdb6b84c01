"""Tables for people, JSON for programs, and plots that can be drawn from whatever a run has."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from eval.reporting import plots
from eval.reporting.tables import (
    Grid,
    comparison_grids,
    markdown_report,
    run_facts,
    run_grids,
    run_summary,
    score_cell,
)
from eval.runs.records import BM25, DENSE, HYBRID, Ranked, Record, Run
from eval.scoring.compare import compare
from eval.scoring.failures import find_failures
from eval.scoring.scores import Score, score


def record(number: int) -> Record:
    def ranked(rank: int) -> Ranked:
        return Ranked(tuple(f"a:{n}" for n in range(10)), tuple(int(n == rank) for n in range(10)), 1.0, 0.1, 2.0)

    rankings = {HYBRID: ranked(number % 2), DENSE: ranked(number % 5), BM25: ranked(number % 3)}
    answerable = number % 4 > 0
    return Record(
        id=f"q{number}",
        text="Who [heads] it | them?",
        kind="",
        group="g",
        answerable=answerable,
        absent=False,
        gold=(),
        context="",
        judged=(1,),
        rankings=rankings if answerable else {HYBRID: ranked(0)},
        evidence=(),
        right=answerable and number % 2 == 0,
        confidence=number / 40,
        abstained=None if number > 15 else "low_confidence",
        features={},
        signals={},
    )


RUN = Run("r", "2026-01-01", "set", "ab", "span", "s", {"split": "test", "limit": None}, ("a note",),
          tuple(record(number) for number in range(40)))  # fmt: skip
DOCUMENTS = replace(
    RUN, unit="document", records=tuple(replace(record, right=None) for record in RUN.records if record.answerable)
)


def test_a_score_shows_its_interval() -> None:
    assert score_cell(Score("hit@1", 9, 0.5, 0.25, 0.75)) == "0.500 [0.250, 0.750]"
    assert score_cell(Score("latency_p50", 9, 4.25, 4.0, 5.0)) == "4.2 ms [4.0, 5.0]"
    assert score_cell(Score("AUROC", 0, None, None, None)) == "-"


def test_a_run_is_shown_beside_both_baselines() -> None:
    ranking, bm25, dense, answers, why = run_grids(RUN, score(RUN), find_failures(RUN))
    assert ranking.header == ("measure", "hybrid", "bm25 alone", "dense alone", "n")
    assert [row[0] for row in ranking.rows][:2] == ["hit@1", "hit@3"]
    assert ranking.rows[0][1].startswith("0.333 [")
    assert ranking.rows[0][4] == "30"
    assert (bm25.title, dense.title) == ("Against bm25 alone", "Against dense alone")
    assert answers.rows[0][0] == "answer_accuracy"
    assert why.title == f"Failures: {len(find_failures(RUN))} of 40 questions"
    assert sum(int(row[2]) for row in why.rows) == len(find_failures(RUN))


def test_reliability_is_shown_for_tenths_that_tell_something() -> None:
    sure = tuple(replace(record(number), confidence=0.95, right=number > 12) for number in range(12 + 1 + 5))
    few = tuple(replace(record(number), confidence=0.35, right=True) for number in range(9))
    enough = tuple(replace(record(number), confidence=0.1, right=number < 2) for number in range(10))
    run = replace(RUN, records=sure + few + enough)
    (tenths,) = [grid for grid in run_grids(run, score(run), ()) if grid.title.startswith("Reliability")]
    assert tenths.title == "Reliability: tenths with at least 10 questions"
    assert tenths.rows == (
        ("0.1 to 0.2", "10", "0.100", "0.200", "+0.100"),
        ("0.9 to 1.0", "18", "0.950", "0.278", "-0.672"),
    )


def test_documents_have_no_answers_to_show() -> None:
    titles = [grid.title for grid in run_grids(DOCUMENTS, score(DOCUMENTS), find_failures(DOCUMENTS))]
    assert titles[1:3] == ["Against bm25 alone", "Against dense alone"]
    assert len(titles) == 4


def test_a_grid_is_markdown_and_a_table() -> None:
    grid = Grid("Changes", ("question", "n", "text"), (("q1", "1", "a | b [c]"),))
    assert grid.markdown() == "## Changes\n\n| question | n | text |\n| --- | --: | --- |\n| q1 | 1 | a \\| b [c] |\n"
    console = Console(width=60, file=StringIO())
    with console.capture() as printed:
        console.print(grid.rich())
    assert [line.split() for line in printed.get().splitlines()] == [
        ["Changes"],
        ["question", "n", "text"],
        ["q1", "1", "a", "|", "b", "[c]"],
    ]


def test_the_markdown_says_what_was_run() -> None:
    text = markdown_report(RUN.dataset, run_facts(RUN), RUN.notes, ())
    assert text.splitlines() == [
        "# set", "", "- dataset: set", "- dataset sha256: ab", "- snapshot: s", "- created: 2026-01-01",
        "- questions: 40", "- split: test", "", "> a note",
    ]  # fmt: skip


def test_json_has_null_where_nothing_was_measured() -> None:
    summary = run_summary(DOCUMENTS, score(DOCUMENTS))
    measures = json.loads(json.dumps(summary, allow_nan=False))["measures"]
    assert measures["AUROC"] == {"n": 0, "value": None, "low": None, "high": None}
    assert measures["hit@1"]["n"] == 30


def test_a_comparison_lists_measures_and_questions() -> None:
    new = replace(RUN, id="r2", records=tuple(replace(record, right=True) for record in RUN.records))
    changes, flips = comparison_grids(compare(RUN, new), most=2)
    assert changes.title == "r2 against r"
    (accuracy,) = [row for row in changes.rows if row[0] == "answer_accuracy"]
    assert accuracy[1:3] == ("0.333", "1.000")
    assert accuracy[5:] == ("20/0/10", "better")
    assert flips.title == "2 of 30 questions that changed"
    assert flips.rows[0] == ("q0", "1 -> 1", "no -> yes", "Who [heads] it | them?")


@pytest.mark.parametrize(
    ("run", "names"),
    [
        (RUN, ["ranking.png", "risk-coverage.png", "reliability.png"]),
        (DOCUMENTS, ["ranking.png"]),
        (replace(RUN, records=RUN.records[1:2]), ["ranking.png", "risk-coverage.png", "reliability.png"]),
        (replace(RUN, records=RUN.records[:1]), ["risk-coverage.png", "reliability.png"]),
    ],
)
def test_plots_are_drawn_from_what_there_is(run: Run, names: list[str], tmp_path: Path) -> None:
    drawn = plots.draw_run(run, tmp_path / "new")
    assert [path.name for path in drawn] == names
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)


def test_a_comparison_is_drawn(tmp_path: Path) -> None:
    path = plots.comparison_plot(compare(RUN, DOCUMENTS), tmp_path / "compared.png")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_answers_are_shown_by_kind_and_by_genre_where_the_set_names_them() -> None:
    records = [replace(record(n), kind="who" if n % 2 else "when", genre="minutes", level="sure") for n in range(40)]
    run = replace(RUN, records=tuple(records))
    by_kind, by_genre = (grid for grid in run_grids(run, score(run), ()) if grid.title.startswith("By "))
    assert [row[0] for row in by_kind.rows] == ["when", "who"]
    assert by_kind.rows[1] == ("who", "0.000 of 20", "0.000 of 20", "-", "0.000 of 12")
    assert by_genre.rows == (("minutes", "0.333 of 30", "0.133 of 30", "0.600 of 10", "0.250 of 24"),)
