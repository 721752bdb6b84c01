"""Rebuilds in a child process."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest

from corpus.errors import ConflictError, NotFoundError, SnapshotError
from service.runtime import rebuild as jobs
from service.runtime.current import Live
from service.runtime.rebuild import Job, JobError, Jobs, Order, apply, command, environment
from service.settings import Settings


class FakeLive:
    def __init__(self, error: Exception | None = None) -> None:
        self.reloads = 0
        self.error = error

    def reload(self) -> None:
        self.reloads += 1
        if self.error:
            raise self.error


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Job]:
    """Runs one job to its end, with a Python program in the place of the build."""

    def run(program: str, order: Order = Order(), live: FakeLive | None = None) -> Job:  # noqa: B008
        monkeypatch.setattr(jobs, "command", lambda source, *_: [sys.executable, "-c", program, str(source)])
        found = Jobs(cast(Live, live or FakeLive()), Settings.load(var=tmp_path, corpus=tmp_path / "texts"))

        async def scenario() -> Job:
            name = found.start(order)
            assert found.get(name) == Job()
            while not found.get(name).ended:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            return found.get(name)

        return asyncio.run(asyncio.wait_for(scenario(), 30))

    return run


GOOD = """
print('{"phase": "encode", "done": 1, "total": 3}')
print('no report')
print('{"snapshot": "s2"}')
"""


def test_a_build_that_ends_well_is_swapped_in(run: Callable[..., Job]) -> None:
    live = FakeLive()
    assert run(GOOD, live=live) == Job("succeeded", "encode", 1, 3, None, "s2")
    assert live.reloads == 1


def test_without_activation_nothing_is_swapped(run: Callable[..., Job]) -> None:
    live = FakeLive()
    assert run(GOOD, Order(activate=False), live).state == "succeeded"
    assert live.reloads == 0


def test_a_snapshot_that_does_not_open_fails_the_job(run: Callable[..., Job]) -> None:
    job = run(GOOD, live=FakeLive(SnapshotError("s2: is damaged")))
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
def test_every_way_to_fail_says_why(run: Callable[..., Job], program: str, error: JobError) -> None:
    live = FakeLive()
    job = run(program, live=live)
    assert (job.state, job.error, live.reloads) == ("failed", error, 0)


def test_documents_go_through_a_private_file_that_is_removed(run: Callable[..., Job], tmp_path: Path) -> None:
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


def test_errors_do_not_say_where_the_private_file_lies(run: Callable[..., Job]) -> None:
    program = "import sys; sys.exit(f'error: {sys.argv[1]}, line 1: is empty')"
    job = run(program, Order(documents=[{"id": "a", "text": "b"}]))
    assert job.error == JobError("BuildError", "documents.jsonl, line 1: is empty")


def with_a_job_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: Callable[[Jobs, str], Awaitable[None]]
) -> None:
    program = 'import time; print(\'{"phase": "encode", "done": 0, "total": 1}\', flush=True); time.sleep(60)'
    monkeypatch.setattr(jobs, "command", lambda *_: [sys.executable, "-c", program])

    async def run() -> None:
        found = Jobs(cast(Live, FakeLive()), Settings.load(var=tmp_path))
        name = found.start(Order())
        while found.get(name).phase is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await scenario(found, name)

    asyncio.run(asyncio.wait_for(run(), 30))


def test_only_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(found: Jobs, name: str) -> None:
        with pytest.raises(ConflictError, match=f"job {name} is still running"):
            found.start(Order())
        await found.close()
        found.start(Order())
        await found.close()

    with_a_job_that_hangs(tmp_path, monkeypatch, scenario)


def test_closing_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(found: Jobs, name: str) -> None:
        await found.close()
        job = found.get(name)
        assert (job.state, job.error and job.error.type) == ("failed", "Cancelled")
        with pytest.raises(NotFoundError):
            found.get("unknown")

    with_a_job_that_hangs(tmp_path, monkeypatch, scenario)


@pytest.mark.parametrize(
    "line", [b"", b"\xff", b"[]", b'{"phase": 3}', b'{"snapshot": null}', b'{"error": "x"}', b"NaN"]
)
def test_what_is_no_report_changes_nothing(line: bytes) -> None:
    assert apply(Job(phase="encode"), line) == Job(phase="encode")


def test_command_lines(tmp_path: Path) -> None:
    settings = Settings.load(var=tmp_path)
    source = tmp_path / "texts"
    tail = ["--json", "--var", str(tmp_path)]
    assert command(source, Order(), settings)[1:] == ["-m", "index", "build", str(source), *tail]
    assert command(source, Order(add=True, activate=False), settings)[-2:] == ["--add", "--no-activate"]
    gated = Settings.load(var=tmp_path, dataset=tmp_path / "questions.jsonl")
    release = ["-m", "eval", "release", str(source), "--dataset", str(tmp_path / "questions.jsonl")]
    assert command(source, Order(), gated)[1:] == [*release, *tail]


def test_the_child_gets_no_keys() -> None:
    inherited = {"CENTREQA_ADMIN_KEY": "a", "centreqa_ask_key": "b", "CENTREQA_LOG_LEVEL": "INFO", "PATH": "/bin"}
    settings = Settings.load(encoder="torch")
    expected = {"CENTREQA_LOG_LEVEL": "INFO", "PATH": "/bin", "CENTREQA_ENCODER": "torch"}
    assert environment(inherited, settings) == expected
