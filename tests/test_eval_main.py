"""The command line: what it prints, what it leaves under var/, and how it ends."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.__main__ import app
from index.cli import run as run_app
from index.encoder import Encoder
from index.store import Store

TEXTS = {
    "rouen": "Rouen is an old town on the river. It has a large cathedral.",
    "caen": "Caen was rebuilt after the war.",
    "bayeux": "Bayeux keeps a famous tapestry.",
}


def line(name: str, text: str, document: str, quote: str, split: str = "test") -> str:
    start = TEXTS[document].index(quote) if quote else 0
    evidence = [{"document": document, "start": start, "end": start + len(quote), "quote": quote}] if quote else []
    return json.dumps(
        {"id": name, "question": text, "split": split, "answerable": bool(quote), "evidence": evidence}
    )  # fmt: skip


LINES = [
    line("q1", "Which town is on the river?", "rouen", "old town on the river"),
    line("q2", "What was rebuilt after the war?", "caen", "Caen"),
    line("q3", "Who keeps a famous tapestry?", "bayeux", "Bayeux", "dev"),
    line("q4", "How do I bake bread?", "caen", ""),
]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(LINES))
    return path


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], encoder: Encoder, tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """Runs `python -m eval` in this process; returns status, stdout and stderr."""
    for module in ("eval.engines", "service.engine", "index.model"):
        monkeypatch.setattr(f"{module}.open_encoder", lambda folder, variant: encoder)

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["eval", *map(str, arguments), "--var", str(tmp_path / "var")])
        with pytest.raises(SystemExit) as ended:
            run_app(app)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return command


Command = Callable[..., tuple[int, str, str]]


def test_run_prints_tables_and_leaves_a_run_behind(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    fill(TEXTS)
    status, out, _ = command("run", "--dataset", questions, "--floor", "hit@3=0.5", "--failures")
    assert status == 0
    assert "hit@1" in out
    assert "Against bm25 alone" in out
    (folder,) = tmp_path.glob("var/eval/2*")
    assert {path.name for path in folder.iterdir()} == {
        "run.json", "report.md", "ranking.png", "risk-coverage.png", "reliability.png",
    }  # fmt: skip
    assert "- split: test" in (folder / "report.md").read_text()


def test_json_is_all_that_run_prints(command: Command, questions: Path, fill: Callable[..., Store]) -> None:
    store = fill(TEXTS)
    status, out, _ = command("run", "--dataset", questions, "--split", "all", "--limit", 4, "--json", "--by-group")
    found = json.loads(out)
    assert status == 0
    assert (found["snapshot"], found["questions"]) == (store.current(), 4)
    assert found["measures"]["hit@3"]["n"] == 3
    assert (Path(found["folder"]) / "run.json").is_file()


def test_below_a_floor_run_fails_and_says_which(command: Command, questions: Path, fill: Callable[..., Store]) -> None:
    fill({"rouen": TEXTS["rouen"]})
    status, out, err = command("run", "--dataset", questions, "--floor", "hit@3=0.9", "--json")
    assert status == 1
    assert err == "error: hit@3 is 0.5, below its floor of 0.9\n"
    assert json.loads(out.splitlines()[0])["notes"] == [
        "questions about text that is not in the snapshot, counted as missed: 1 (q2)"
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--floor", "hit@2=1"], "no measure is called 'hit@2'; give one of hit@1, hit@3"),
        (["run", "--dataset", "none.jsonl"], "none.jsonl: cannot be read (No such file or directory); check the path"),
        (["compare", "r1", "r2"], "'r1' is no saved run, snapshot or ranking; see "),
        (["failures", "r1"], "run.json: cannot be read (No such file or directory); `python -m eval run` makes runs"),
        (["failures", "r1", "--cause", "bad luck"], "no cause is called 'bad luck'; give one of: not in the corpus; "),
        (["release", "--no-worse-than", "yesterday"], "--no-worse-than 'yesterday': give active or nothing"),
    ],
)
def test_bad_input_is_one_line_and_status_2(command: Command, arguments: list[str], message: str) -> None:
    status, out, err = command(*arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_without_a_snapshot_run_says_what_to_do(command: Command, questions: Path) -> None:
    status, _, err = command("run", "--dataset", questions)
    assert status == 3
    assert re.fullmatch(r"error: there is no index in .*; run `python -m index build`\n", err)


def test_failures_are_printed_by_cause(command: Command, questions: Path, fill: Callable[..., Store]) -> None:
    fill({"rouen": TEXTS["rouen"]})
    _, out, _ = command("run", "--dataset", questions, "--json")
    run = json.loads(out)["run"]
    status, out, _ = command("failures", run, "--cause", "not in the corpus")
    assert status == 0
    assert out.startswith("q2  not in the corpus\n  question    What was rebuilt after the war?\n")
    assert command("failures", run, "--cause", "cut by passage boundaries")[1] == "no failures\n"


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


def test_release_speaks_the_jobs_language(command: Command, questions: Path, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text)
    status, out, _ = command("release", folder, "--dataset", questions, "--floor", "hit@3=0.5", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert {line["phase"] for line in lines[:-1]} == {"read", "encode", "index", "publish", "ask"}
    assert lines[-1] == {"snapshot": Store(tmp_path / "var").current()}


def test_a_release_that_fails_its_gate_says_why(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    store = fill(TEXTS)
    active = store.current()
    path = tmp_path / "more.jsonl"
    path.write_text('{"id": "rouen", "text": "Nothing of the kind."}\n')
    status, out, err = command("release", path, "--dataset", questions, "--floor", "hit@3=0.9", "--json")
    assert status == 1
    reason = "hit@3 is 0, below its floor of 0.9"
    assert json.loads(out.splitlines()[-1]) == {"error": {"type": "GateError", "detail": err[len("error: ") : -1]}}
    assert err.endswith(f"but not activated, {active} stays active: {reason}\n")
    assert store.current() == active
    status, out, _ = command("release", path, "--dataset", questions, "--add", "--no-activate")
    assert status == 0
    assert store.current() == active
    assert "passed; `python -m index activate` makes it the active one" in out
