"""Running, comparing and looking at failures: what is printed, and what is left under var/."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.passages import CHUNKING_VERSION
from eval.runs.records import load_run
from index.snapshots.store import Store
from tests.eval.samples import SQUAD, TEXTS

pytestmark = pytest.mark.slow

Command = Callable[..., tuple[int, str, str]]


def test_run_prints_tables_and_leaves_a_run_behind(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    fill(TEXTS)
    questions.write_text(questions.read_text().replace('"split"', '"kind": "which", "split"'))
    status, out, _ = command("run", "--dataset", questions, "--floor", "hit@3=0.5", "--failures")
    assert status == 0
    assert "hit@1" in out
    assert "Against bm25 alone" in out
    (folder,) = tmp_path.glob("var/eval/2*")
    assert {path.name for path in folder.iterdir()} == {
        "run.json", "overview.json", "report.md", "ranking.png", "risk-coverage.png", "reliability.png",
    }  # fmt: skip
    report = (folder / "report.md").read_text()
    assert "- split: test" in report
    assert "## By kind" in report
    shown = re.findall(r"!\[.+\]\((.+)\)", report)
    assert sorted(shown) == sorted(path.name for path in folder.glob("*.png"))


def test_json_is_all_that_run_prints(command: Command, questions: Path, fill: Callable[..., Store]) -> None:
    store = fill(TEXTS)
    status, out, _ = command("run", "--dataset", questions, "--split", "all", "--limit", 4, "--json", "--by-group")
    summary = json.loads(out)
    assert status == 0
    assert (summary["snapshot"], summary["questions"]) == (store.current(), 4)
    assert summary["measures"]["hit@3"]["n"] == 3
    assert (Path(summary["folder"]) / "run.json").is_file()


def test_below_a_floor_run_fails_and_says_which(command: Command, questions: Path, fill: Callable[..., Store]) -> None:
    fill({"rouen": TEXTS["rouen"]})
    status, out, err = command("run", "--dataset", questions, "--floor", "hit@3=0.9", "--json")
    assert status == 1
    assert err == "error: hit@3 is 0.5, below its floor of 0.9\n"
    assert json.loads(out.splitlines()[0])["notes"] == [
        "questions about text that is not in the snapshot, counted as missed: 1 (q2)"
    ]


def test_failures_are_printed_by_cause(command: Command, questions: Path, fill: Callable[..., Store]) -> None:
    fill({"rouen": TEXTS["rouen"]})
    _, out, _ = command("run", "--dataset", questions, "--json")
    run = json.loads(out)["run"]
    status, out, _ = command("failures", run, "--cause", "not in the corpus")
    assert status == 0
    assert out.startswith("q2  not in the corpus\n  question    What was rebuilt after the war?\n")
    assert command("failures", run, "--cause", "cut by passage boundaries")[1] == "no failures\n"


def test_runs_are_listed_and_the_latest_is_named_so(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    assert command("list")[1].startswith("0 of 0 runs, newest first ")
    assert "latest/run.json: cannot be read" in command("failures", "latest")[2]
    fill({"rouen": TEXTS["rouen"]})
    asked = [command("run", "--dataset", questions, "--split", split, "--json")[1] for split in ("all", "test")]
    other = tmp_path / "var" / "eval" / "20200101T000000-abcdef"
    other.mkdir()
    (other / "run.json").write_text("{}")
    status, out, _ = command("list")
    assert status == 0
    title, _, *rows = out.splitlines()
    names = [row.split()[0] for row in rows if row.strip()]
    assert (title.strip(), names[-1]) == ("3 of 3 runs, newest first", other.name)
    assert set(names[:2]) == {json.loads(out)["run"] for out in asked}
    newest = names[0]
    assert "of another version" in out
    assert command("failures", "latest") == command("failures", newest)
    assert [row.split()[0] for row in command("list", "--limit", 1)[1].splitlines()[2:] if row.strip()] == [newest]


def test_compare_says_what_changed(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    fill(TEXTS)
    _, out, _ = command("run", "--dataset", questions, "--json")
    run = json.loads(out)["run"]
    status, out, _ = command("compare", f"{run}@dense", "dense=1,lexical=0", "--dataset", questions)
    assert status == 0
    assert f"dense=1,lexical=0 against {run}@dense" in out
    assert "hit@1" in out
    assert {path.name for path in (tmp_path / "var/eval/compared").iterdir()} == {"report.md", "differences.png"}


def test_a_set_with_documents_may_be_cut_otherwise_and_asked_by_article(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(json.dumps(SQUAD))
    cut = ("--max-tokens", 5, "--min-tokens", 0, "--overlap", 1, "--workers", 2)
    status, out, _ = command("run", "--dataset", path, "--within-group", *cut, "--json")
    assert status == 0
    summary = json.loads(out)
    assert summary["settings"] == {
        "split": None, "within": "article", "limit": None, "max_tokens": 5, "min_tokens": 0, "overlap": 1,
        "version": CHUNKING_VERSION, "model": "fake (fake, 000000000000)",
    }  # fmt: skip
    assert "every question is asked of its own article only" in summary["notes"]
    whole = json.loads(command("run", "--dataset", path, "--json")[1])
    assert whole["settings"]["max_tokens"] == 254
    for record in load_run(Path(summary["folder"]) / "run.json").records:
        assert {name.split("/")[0] for ranked in record.rankings.values() for name in ranked.ids} == {record.group}
    status, out, _ = command("compare", whole["run"], summary["run"], "--dataset", path)
    assert status == 0
    assert "note: only one of the runs asked every question of its own article" in out
    asked = command("compare", "dense=1", f"{summary['run']}@bm25", "--dataset", path, "--within-group")
    assert "only one of the runs" not in asked[1]


OLD, LARGE, BELLS, SHIPS = (
    "Rouen is an old town on the river.",
    "It has a large cathedral.",
    "Its bells ring.",
    "Ships.",
)


@pytest.mark.parametrize(
    ("options", "recorded", "passages"),
    [
        (["--min-tokens", 3], (254, 3, 0), [f"{OLD} {LARGE} {BELLS}", SHIPS]),
        (["--max-tokens", 10], (10, 48, 0), [OLD, f"{LARGE} {BELLS}", SHIPS]),
        (["--max-tokens", 15, "--overlap", 1], (15, 48, 1), [f"{OLD} {LARGE}", f"{LARGE} {BELLS}\n\n{SHIPS}"]),
    ],
)
def test_a_set_without_documents_may_have_those_of_the_snapshot_cut_otherwise(
    command: Command,
    questions: Path,
    fill: Callable[..., Store],
    options: list[object],
    recorded: tuple[int, int, int],
    passages: list[str],
) -> None:
    store = fill(TEXTS | {"rouen": f"{OLD} {LARGE} {BELLS}\n\n{SHIPS}"})
    active = store.current()
    status, out, err = command("run", "--dataset", questions, *options, "--json")
    assert (status, err) == (0, "")
    summary = json.loads(out)
    settings = summary["settings"]
    assert (settings["max_tokens"], settings["min_tokens"], settings["overlap"]) == recorded
    assert (summary["notes"], summary["measures"]["hit@1"]["n"]) == ([], 2)
    (folder,) = store.root.glob("eval/stores/*")
    indexed = Store(folder).open()
    assert summary["snapshot"] == indexed.id != active
    assert [passage.text for passage in indexed.passages("rouen")] == passages
    assert (store.current(), len(store.names())) == (active, 1)  # the snapshots in use are left alone
