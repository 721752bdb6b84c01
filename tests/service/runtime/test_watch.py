"""A watched folder becomes jobs of the service."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from index.changes.watch import last_failure
from service.runtime.rebuild import Jobs, Order
from service.runtime.watch import rebuild_each_time
from service.settings import Settings
from tests.service.runtime.test_rebuild import CountingCurrent

BUSY = "import sys; sys.exit('error: another build is running in var; wait for it to end, then try again')"
BROKEN = "import sys; sys.exit('error: one.txt is not UTF-8')"
GOOD = """print('{"snapshot": "s2"}')"""


def follow(tmp_path: Path, programs: Sequence[str], times: int) -> tuple[list[Order], Jobs]:
    """Follow a folder that settles so many times; each build runs the next of the programs."""
    orders: list[Order] = []

    def command(source: Path, order: Order, settings: Settings) -> Sequence[str]:
        orders.append(order)
        return [sys.executable, "-c", programs[len(orders) - 1]]

    async def scenario() -> Jobs:
        async def settled() -> AsyncIterator[None]:
            for _ in range(times):
                yield None

        jobs = Jobs(CountingCurrent(), Settings.load(var=tmp_path), command)
        await rebuild_each_time(settled(), tmp_path / "minutes", jobs, tmp_path, pause=0.01)
        return jobs

    return orders, asyncio.run(asyncio.wait_for(scenario(), 30))


def test_each_time_is_a_job(tmp_path: Path) -> None:
    orders, jobs = follow(tmp_path, [GOOD, GOOD], 2)
    assert orders == 2 * [Order(mode="sync", folder=tmp_path / "minutes")]
    assert [job.state for _, job in jobs.newest()] == 2 * ["succeeded"]


def test_what_failed_is_kept_until_it_succeeds(tmp_path: Path) -> None:
    follow(tmp_path, [GOOD, BROKEN], 2)
    failure = last_failure(tmp_path)
    assert failure is not None
    assert failure.error == "one.txt is not UTF-8"
    follow(tmp_path, [GOOD], 1)
    assert last_failure(tmp_path) is None


def test_other_work_is_waited_for(tmp_path: Path) -> None:
    _, jobs = follow(tmp_path, [BUSY, BUSY, GOOD], 1)
    assert [job.state for _, job in jobs.newest()] == ["succeeded", "failed", "failed"]
    assert last_failure(tmp_path) is None


def test_a_job_that_runs_is_waited_for(tmp_path: Path) -> None:
    async def scenario() -> list[str]:
        async def settled() -> AsyncIterator[None]:
            yield None

        jobs = Jobs(CountingCurrent(), Settings.load(var=tmp_path), lambda *_: [sys.executable, "-c", GOOD])
        first = jobs.start(Order())
        await rebuild_each_time(settled(), tmp_path, jobs, tmp_path, pause=0.01)
        return [name for name, _ in jobs.newest() if name == first] + [job.state for _, job in jobs.newest()]

    states = asyncio.run(asyncio.wait_for(scenario(), 30))
    assert states[1:] == ["succeeded", "succeeded"]
