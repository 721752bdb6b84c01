"""Rebuilds in a child process."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import SnapshotError
from service.runtime.current import CurrentEngine
from service.runtime.job import Job, JobError, apply_report
from service.runtime.rebuild import Jobs, Order, build_command, child_environment, publish_command
from service.settings import Settings
from tests.fakes import FakeStore


class CountingCurrent(CurrentEngine):
    """Counts the reloads, which fail with an error where there is one."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__(FakeStore())
        self.reloads = 0
        self.failure = error

    def reload(self) -> None:
        self.reloads += 1
        if self.failure:
            raise self.failure


Run = Callable[..., Job]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs one job to its end, with a Python program in the place of the build."""

    def run(program: str, order: Order = Order(), current: CurrentEngine | None = None) -> Job:  # noqa: B008
        settings = Settings.load(var=tmp_path, corpus=tmp_path / "texts")
        jobs = Jobs(
            current or CountingCurrent(), settings, lambda source, *_: [sys.executable, "-c", program, str(source)]
        )

        async def scenario() -> Job:
            name = jobs.start(order)
            assert jobs.get(name) == Job()
            while not jobs.get(name).ended:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            return jobs.get(name)

        return asyncio.run(asyncio.wait_for(scenario(), 30))

    return run


GOOD = """
print('{"phase": "encode", "done": 1, "total": 3}')
print('no report')
print('{"snapshot": "s2"}')
"""


def test_a_build_that_ends_well_is_swapped_in(run: Run) -> None:
    current = CountingCurrent()
    assert run(GOOD, current=current) == Job("succeeded", "encode", 1, 3, None, "s2")
    assert current.reloads == 1


def test_without_activation_nothing_is_swapped(run: Run) -> None:
    current = CountingCurrent()
    assert run(GOOD, Order(activate=False), current).state == "succeeded"
    assert current.reloads == 0


def test_a_snapshot_that_does_not_open_fails_the_job(run: Run) -> None:
    job = run(GOOD, current=CountingCurrent(SnapshotError("s2: is damaged")))
    assert (job.state, job.snapshot, job.error) == ("failed", "s2", JobError("SnapshotError", "s2: is damaged"))


@pytest.mark.parametrize(
    ("program", "error"),
    [
        (
            """print('{"error": {"type": "GateError", "detail": "hit@3 fell"}}'); raise SystemExit(1)""",
            JobError("GateError", "hit@3 fell"),
        ),
        (
            "import sys; print('warning\\nerror: a.txt: not UTF-8\\n', file=sys.stderr); sys.exit(2)",
            JobError("BuildError", "a.txt: not UTF-8"),
        ),
        ("raise SystemExit(7)", JobError("BuildError", "the build ended with status 7 and named no snapshot")),
        ("pass", JobError("BuildError", "the build ended with status 0 and named no snapshot")),
        ("print('x' * 2**21)", JobError("ValueError", "the service's log has the details")),
    ],
)
def test_every_way_to_fail_says_why(run: Run, program: str, error: JobError) -> None:
    current = CountingCurrent()
    job = run(program, current=current)
    assert (job.state, job.error, current.reloads) == ("failed", error, 0)


def test_documents_go_through_a_private_file_that_is_removed(run: Run, tmp_path: Path) -> None:
    copied = tmp_path / "copy"
    program = f"""
import os, pathlib, sys
source = pathlib.Path(sys.argv[1])
assert source.parents[1] == pathlib.Path({str(tmp_path / "jobs")!r})
assert source.parent.stat().st_mode & 0o077 == 0
pathlib.Path({str(copied)!r}).write_bytes(source.read_bytes())
print('{{"snapshot": "s2"}}')
"""
    job = run(program, Order(documents=[{"id": "a", "text": "é\n"}, {"id": "b", "title": "B", "text": "c"}]))
    assert job.state == "succeeded", job
    assert copied.read_text("utf-8") == '{"id": "a", "text": "é\\n"}\n{"id": "b", "title": "B", "text": "c"}\n'
    assert list((tmp_path / "jobs").iterdir()) == []


def test_errors_do_not_say_where_the_private_file_lies(run: Run) -> None:
    program = "import sys; sys.exit(f'error: {sys.argv[1]}, line 1: is empty')"
    job = run(program, Order(documents=[{"id": "a", "text": "b"}]))
    assert job.error == JobError("BuildError", "documents.jsonl, line 1: is empty")


def test_errors_do_not_say_where_anything_lies(run: Run, tmp_path: Path) -> None:
    program = f"import sys; sys.exit('error: {tmp_path}/snapshots/s1/text.bin and {Path.cwd()}/x: are damaged')"
    job = run(program)
    assert job.error == JobError("BuildError", f"{tmp_path.name}/snapshots/s1/text.bin and x: are damaged")


@pytest.mark.parametrize(
    "line", [b"", b"\xff", b"[]", b'{"phase": 3}', b'{"snapshot": null}', b'{"error": "x"}', b"NaN"]
)
def test_what_is_no_report_changes_nothing(line: bytes) -> None:
    assert apply_report(Job(phase="encode"), line) == Job(phase="encode")


def test_command_lines(tmp_path: Path) -> None:
    settings = Settings.load(var=tmp_path)
    source = tmp_path / "texts"
    tail = ["--json", "--var", str(tmp_path)]
    gated = Settings.load(var=tmp_path, dataset=tmp_path / "questions.jsonl")
    gate = ["--dataset", str(tmp_path / "questions.jsonl")]
    sent = [{"id": "a", "text": "b"}]
    corpus, http = "--source-name=corpus/texts", "--source-name=http"

    assert build_command(source, Order(), settings)[1:] == ["-m", "index", "build", str(source), *tail, corpus]
    assert build_command(source, Order(), gated)[1:] == ["-m", "eval", "release", str(source), *gate, *tail, corpus]

    put = Order(sent, mode="overwrite", activate=False)
    add = ["-m", "index", "add", str(source), "--replace"]
    assert build_command(source, put, settings)[1:] == [*add, "--no-gate", *tail, http, "--no-activate"]
    assert build_command(source, put, gated)[1:] == [*add, *gate, *tail, http, "--no-activate"]

    remove = Order(remove=("a", "-b"), keep_history=True)
    words = [*tail, "--keep-history", "--", "a", "-b"]
    assert build_command(source, remove, settings)[1:] == ["-m", "index", "remove", "--no-gate", *words]
    assert build_command(source, remove, gated)[1:] == ["-m", "index", "remove", *gate, *words]

    sync = Order(mode="sync", folder=Path("minutes"))
    expected = ["-m", "index", "add", str(source), "--sync", "--no-gate", *tail, "--source-name=minutes"]
    assert build_command(source, sync, settings)[1:] == expected


def test_what_is_removed_leaves_the_server_too(tmp_path: Path) -> None:
    settings = Settings.load(var=tmp_path, milvus_uri="http://server:19530")
    assert publish_command("s2", Order(remove=("a",)), settings)[-1] == "--removed=a"
    assert "--removed=a" not in publish_command("s2", Order(remove=("a",), keep_history=True), settings)


def test_a_receipt_goes_into_the_job(run: Run) -> None:
    receipt = {"removed": [{"id": "a", "sha256": "0"}], "deleted": ["s1"], "kept": [], "copies": []}
    job = run(f"import json; print(json.dumps({{'snapshot': 's2', 'receipt': {receipt}}}))", Order(remove=("a",)))
    assert (job.state, job.snapshot, job.receipt) == ("succeeded", "s2", receipt)


def test_the_child_gets_no_keys() -> None:
    inherited = {"CENTREQA_ADMIN_KEY": "a", "centreqa_ask_key": "b", "CENTREQA_LOG_LEVEL": "INFO", "PATH": "/bin"}
    settings = Settings.load(encoder="torch")
    expected = {"CENTREQA_LOG_LEVEL": "INFO", "PATH": "/bin", "CENTREQA_ENCODER": "torch"}
    assert child_environment(inherited, settings) == expected


def test_the_child_finds_the_model_wherever_it_runs() -> None:
    settings = Settings.load(model=Path("own"))
    assert child_environment({"CENTREQA_MODEL": "own"}, settings)["CENTREQA_MODEL"] == str(Path("own").resolve())
