"""Rebuilding from a watched folder while the service runs: each rebuild is a job like any other."""

import asyncio
from collections.abc import AsyncIterable
from pathlib import Path

from corpus.errors import ConflictError
from index.changes.watch import BUSY, record
from service.runtime.job import Job
from service.runtime.rebuild import Jobs, Order

PAUSE_SECONDS = 1.0  # between looks at a job, and before another try while other work is in the way


async def rebuild_each_time(
    times: AsyncIterable[object], folder: Path, jobs: Jobs, var: Path, pause: float = PAUSE_SECONDS
) -> None:
    """Start a job each time and record how it ended; while another build runs, try again after a `pause` in seconds."""
    async for _ in times:
        while (job := await _run(folder, jobs, pause)).error and job.error.detail.startswith(BUSY):  # noqa: ASYNC110
            await asyncio.sleep(pause)
        await asyncio.to_thread(record, var, folder, job.error.detail if job.error else None)


async def _run(folder: Path, jobs: Jobs, pause: float) -> Job:
    """The job that brings the snapshot up to date with the folder, once it has ended."""
    while True:
        try:
            name = jobs.start(Order(mode="sync", folder=folder))
            break
        except ConflictError:
            await asyncio.sleep(pause)
    while not (job := jobs.get(name)).ended:  # noqa: ASYNC110
        await asyncio.sleep(pause)
    return job
