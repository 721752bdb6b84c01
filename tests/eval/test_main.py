"""The command line: what it prints, what it leaves under var/, and how it ends."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import app
from eval.runs.records import load
from index.console import run as run_app
from index.encoding.encoder import Encoder
from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.runtime.rebuild import Job, Order, apply
from service.runtime.rebuild import command as rebuild_command
from service.settings import Settings

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


def given(town: str) -> dict[str, object]:
    return {"text": "walls", "answer_start": 2 * len(town) + 23}


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
    for module in ("eval.runs.prepare", "service.answering.engine", "index.encoding.open"):
        monkeypatch.setattr(f"{module}.open_encoder", lambda folder, variant, threads=None, progress=None: encoder)

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
        (["run", "--overlap", "1"], "centre is asked of a snapshot, whose passages are made; leave out overlap"),
        (["run", "--within-group"], "centre: no documents belong to "),
        (["run", "--dataset", "eval/data/centre.jsonl", "--split", "train"], "no questions in split 'train'"),
        (["quality", "none", "none"], "none holds none of squad2_half.json, "),
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


def test_a_rebuild_over_http_is_a_release_where_a_dataset_is_set(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    store = fill(TEXTS)
    active = store.current()
    path = tmp_path / "more.jsonl"
    path.write_text('{"id": "dieppe", "text": "Dieppe has a harbour."}\n')
    settings = Settings.load(var=store.root, dataset=questions)
    _, _, module, *arguments = rebuild_command(path, Order(add=True), settings)
    assert module == "eval"
    status, out, _ = command(*arguments)
    assert status == 0
    job = Job()
    for line in out.splitlines():
        job = apply(job, line.encode())
    assert (job.error, job.snapshot) == (None, store.current())
    assert job.snapshot != active
    evaluation = store.list()[0].evaluation
    assert evaluation is not None
    assert evaluation["gate"]["no_worse_than"] == active
    path.write_text('{"id": "rouen", "text": "Nothing."}\n{"id": "caen", "text": "Nothing."}\n')
    _, out, _ = command(*rebuild_command(path, Order(activate=False), settings)[3:])
    assert apply(Job(), out.splitlines()[-1].encode()).error is None  # two questions lost are no proof
    assert store.current() == job.snapshot


def test_release_keeps_the_newest_snapshots_and_the_active_one(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    store = fill(TEXTS)
    active = store.current()
    path = tmp_path / "one.jsonl"
    path.write_text('{"id": "rouen", "text": "Nothing of the kind."}\n')
    release = ("release", path, "--dataset", questions, "--keep", 1)
    for _ in range(2):
        assert command(*release, "--floor", "hit@3=0.9")[0] == 1
    newest, kept = store.list()
    assert (kept.id, newest.active) == (active, False)
    assert command(*release)[0] == 0
    (only,) = store.list()
    assert only.active


SQUAD: dict[str, list[dict[str, Any]]] = {
    "data": [
        {
            "title": town,
            "paragraphs": [
                {"context": text, "qas": []},
                {
                    "context": f"{town} lies by the sea. {town} has walls. {town} is far.",
                    "qas": [
                        {"id": f"{town}-1", "question": f"What has {town}?", "answers": [given(town)]},
                        {"id": f"{town}-2", "question": f"Who lies in {town}?", "answers": [], "is_impossible": True},
                    ],
                },
            ],
        }
        for town, text in TEXTS.items()
    ]
}


def test_a_set_with_documents_may_be_cut_otherwise_and_asked_by_article(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(json.dumps(SQUAD))
    cut = ("--max-tokens", 5, "--min-tokens", 0, "--overlap", 1, "--workers", 2)
    status, out, _ = command("run", "--dataset", path, "--within-group", *cut, "--json")
    assert status == 0
    found = json.loads(out)
    assert found["settings"] == {
        "split": None, "within": "article", "limit": None, "max_tokens": 5, "min_tokens": 0, "overlap": 1,
    }  # fmt: skip
    assert "every question is asked of its own article only" in found["notes"]
    whole = json.loads(command("run", "--dataset", path, "--json")[1])
    assert whole["settings"]["max_tokens"] == 254
    for record in load(Path(found["folder"]) / "run.json").records:
        assert {name.split("/")[0] for ranked in record.rankings.values() for name in ranked.ids} == {record.group}
    status, out, _ = command("compare", whole["run"], found["run"], "--dataset", path)
    assert status == 0
    assert "note: only one of the runs asked every question of its own article" in out
    asked = command("compare", "dense=1", f"{found['run']}@bm25", "--dataset", path, "--within-group")
    assert "only one of the runs" not in asked[1]


def test_calibrate_fits_on_a_set_with_documents_of_its_own(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    articles = [
        json.dumps(article).replace(article["title"], f"{article['title']}{at}")
        for at in range(5)
        for article in SQUAD["data"]
    ]
    data = [json.loads(article) for article in articles]
    path.write_text(json.dumps({"data": data}))
    status, out, err = command("calibrate", "--dataset", path, "--risk", 0.5)
    assert err == ""
    assert status == 0
    assert "Reliability fitted, cross-validated: tenths with at least 10 questions" in out
    assert out.endswith("run `python -m index build` to put it into a snapshot\n")
    var = tmp_path / "var"
    assert set(Confidence.load(var / "confidence.json").weights) > {"late", "weakest"}
    assert len(list((var / "eval" / "calibration").glob("*.png"))) == 4
    kept = (var / "confidence.json").read_bytes()
    assert command("calibrate", "--dataset", path, "--risk", 0.5, "--out", tmp_path / "mine.json")[0] == 0
    assert (tmp_path / "mine.json").read_bytes() == kept


def test_calibrate_is_the_way_out_of_a_confidence_that_cannot_be_used(
    command: Command, questions: Path, fill: Callable[..., Store]
) -> None:
    store = fill(TEXTS)
    (store.root / "confidence.json").write_text('{"weights": {"gone": 1}, "intercept": 0, "threshold": 0.5}')
    fill(TEXTS)
    _, _, err = command("calibrate", "--dataset", questions)
    assert "too few to fit" in err  # so it came to asking


def test_calibrate_says_where_labels_are_too_few(command: Command, questions: Path, fill: Callable[..., Store]) -> None:
    fill(TEXTS)
    status, _, err = command("calibrate", "--dataset", questions)
    assert status == 2
    assert err.startswith("error: set: 1 right and 0 wrong answers on 1 facts or articles are too few to fit; label")
