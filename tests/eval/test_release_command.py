"""Releasing through the gate: by hand, and as the service starts it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from index.snapshots.store import Store
from service.runtime.job import Job, apply_report
from service.runtime.rebuild import Order, build_command
from service.settings import Settings
from tests.eval.samples import TEXTS

pytestmark = pytest.mark.slow

Command = Callable[..., tuple[int, str, str]]


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
    newest = store.list()[0].id
    assert f"{newest} against {active}" in out
    assert re.search(r"hit@1 .* no difference", out)


def test_a_rebuild_over_http_is_a_release_where_a_dataset_is_set(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    store = fill(TEXTS)
    active = store.current()
    path = tmp_path / "more.jsonl"
    texts = {**TEXTS, "dieppe": "Dieppe has a harbour."}
    path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items()))
    settings = Settings.load(var=store.root, dataset=questions)
    _, _, module, *arguments = build_command(path, Order(), settings)
    assert module == "eval"
    status, out, _ = command(*arguments)
    assert status == 0
    job = Job()
    for line in out.splitlines():
        job = apply_report(job, line.encode())
    assert (job.error, job.snapshot) == (None, store.current())
    assert job.snapshot != active
    evaluation = store.list()[0].evaluation
    assert evaluation is not None
    assert evaluation["gate"]["no_worse_than"] == active
    path.write_text('{"id": "rouen", "text": "Nothing."}\n{"id": "caen", "text": "Nothing."}\n')
    _, out, _ = command(*build_command(path, Order(activate=False), settings)[3:])
    assert apply_report(Job(), out.splitlines()[-1].encode()).error is None  # two questions lost are no proof
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


def test_a_removal_is_a_release_with_a_receipt(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    store = fill(TEXTS | {"secret": "The secret is blue."})
    before = store.current()
    release = ("release", "--dataset", questions, "--remove", "secret", "--json")
    assert command(*release, "--no-activate")[0] == 2
    assert command(*release, "--floor", "hit@3=1.1")[0] == 1
    assert (store.current(), before in store.names()) == (before, True)
    status, out, _ = command(*release)
    report = json.loads(out.splitlines()[-1])
    assert (status, report["snapshot"]) == (0, store.current())
    assert [text["id"] for text in report["receipt"]["removed"]] == ["secret"]
    assert report["receipt"]["deleted"] == [before]
    assert {record.info.id for record in store.open().documents} == set(TEXTS)


def test_documents_keep_their_source_in_a_release(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path
) -> None:
    store = fill(TEXTS)
    path = tmp_path / "more.jsonl"
    path.write_text('{"id": "dieppe", "text": "Dieppe has a harbour."}\n')
    for mode, source, status in (("add", "http", 0), ("add", "other", 3), ("replace", "other", 0)):
        ended = command("release", path, "--dataset", questions, "--mode", mode, "--source-name", source)
        assert ended[0] == status, ended
    assert ("source", "other") in store.open().document("dieppe").info.metadata


@pytest.mark.parametrize(("reader", "reads"), [("shipped", True), ("off", False)])
def test_a_snapshot_is_judged_with_the_reader_that_is_served(
    command: Command, questions: Path, fill: Callable[..., Store], tmp_path: Path, reader: str, reads: bool
) -> None:
    store = fill(TEXTS)
    path = tmp_path / "more.jsonl"
    path.write_text('{"id": "dieppe", "text": "Dieppe has a harbour."}\n')
    assert command("release", path, "--add", "--dataset", questions, "--reader", reader)[0] == 0
    (report,) = (tmp_path / "var" / "eval").glob("*/run.json")
    records = json.loads(report.read_text())["records"]
    assert any(record["short"] for record in records) is reads
    assert store.list()[0].active
