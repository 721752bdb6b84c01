"""Jobs that do not end by themselves: cancelled, too slow, or closed with the service."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from corpus.errors import ConflictError, NotFoundError
from service.runtime.current import CurrentEngine
from service.runtime.job import Job, JobError
from service.runtime.rebuild import Jobs, Order
from service.settings import Settings
from tests.fakes import FakeStore, open_fake_engine


def with_a_job_that_hangs(
    tmp_path: Path,
    scenario: Callable[[Jobs, str], Awaitable[None]],
    report: str = '{"phase": "encode", "done": 0, "total": 1}',
) -> None:
    """Run the scenario with a job that has reported this and will not end."""
    program = f"import time; print({report!r}, flush=True); time.sleep(600)"

    async def run() -> None:
        jobs = Jobs(
            CurrentEngine(FakeStore(), open_fake_engine),
            Settings.load(var=tmp_path),
            lambda *_: [sys.executable, "-c", program],
        )
        name = jobs.start(Order())
        while jobs.get(name) in (Job(), Job(state="running")):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await scenario(jobs, name)

    asyncio.run(asyncio.wait_for(run(), 30))


def test_only_one_at_a_time(tmp_path: Path) -> None:
    async def scenario(jobs: Jobs, name: str) -> None:
        with pytest.raises(ConflictError, match=f"job {name} is still running"):
            jobs.start(Order())
        await jobs.close()
        second = jobs.start(Order())
        await jobs.close()
        assert [listed for listed, _ in jobs.newest()] == [second, name]

    with_a_job_that_hangs(tmp_path, scenario)


def test_a_job_is_cancelled_and_the_next_one_runs(tmp_path: Path) -> None:
    async def scenario(jobs: Jobs, name: str) -> None:
        job = await jobs.cancel(name)
        assert (job.state, job.error and job.error.type) == ("failed", "Cancelled")
        assert jobs.get(name) == job
        assert list((tmp_path / "jobs").iterdir()) == []
        with pytest.raises(ConflictError, match="has done its work already"):
            await jobs.cancel(name)
        with pytest.raises(NotFoundError):
            await jobs.cancel("unknown")
        await jobs.cancel(jobs.start(Order()))

    with_a_job_that_hangs(tmp_path, scenario)


def test_what_is_built_already_is_not_cancelled(tmp_path: Path) -> None:
    async def scenario(jobs: Jobs, name: str) -> None:
        with pytest.raises(ConflictError):
            await jobs.cancel(name)
        await jobs.close()

    with_a_job_that_hangs(tmp_path, scenario, '{"snapshot": "s2"}')


def test_a_job_that_hangs_ends_at_its_limit(tmp_path: Path) -> None:
    program = "import time; time.sleep(600)"

    async def scenario() -> Job:
        settings = Settings.load(var=tmp_path, job_seconds=0.1)
        jobs = Jobs(CurrentEngine(FakeStore(), open_fake_engine), settings, lambda *_: [sys.executable, "-c", program])
        name = jobs.start(Order())
        while not jobs.get(name).ended:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return jobs.get(name)

    job = asyncio.run(asyncio.wait_for(scenario(), 30))
    detail = "it took more than 0.1 seconds; send less at a time, or raise CENTREQA_JOB_SECONDS"
    assert (job.state, job.error) == ("failed", JobError("TimeLimit", detail))


def test_closing_ends_the_child(tmp_path: Path) -> None:
    async def scenario(jobs: Jobs, name: str) -> None:
        await jobs.close()
        job = jobs.get(name)
        assert (job.state, job.error and job.error.type) == ("failed", "Cancelled")
        with pytest.raises(NotFoundError):
            jobs.get("unknown")

    with_a_job_that_hangs(tmp_path, scenario)
