"""A child process that does one piece of work and reports on it line by line."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MAX_LINE = 1024**2  # bytes of one line of its output
TERMINATION_SECONDS = 5.0  # from the request to end until it is killed
ROOT = Path(__file__).resolve().parents[2]  # the folder that `python -m index` is run in


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended: its exit status, and the last line on its stderr without the `error: ` before it."""

    status: int
    complaint: str


async def run_child(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    take_line: Callable[[bytes], None],
    inherited: Sequence[int] = (),
) -> Ending:
    """Run the child to its end and pass on each line of its output; raises ValueError where one is too long.

    It gets the `inherited` descriptors. It never outlives this call, also where the call is cancelled.
    """
    child = await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=MAX_LINE,
        cwd=ROOT,
        env=environment,
        pass_fds=inherited,
    )
    assert child.stdout is not None  # noqa: S101
    assert child.stderr is not None  # noqa: S101
    try:
        _, complaint = await asyncio.gather(_pass_on(child.stdout, take_line), _last_line(child.stderr))
        return Ending(await child.wait(), complaint)
    finally:
        await _end(child)


async def _pass_on(lines: asyncio.StreamReader, take_line: Callable[[bytes], None]) -> None:
    async for line in lines:
        take_line(line)


async def _last_line(lines: asyncio.StreamReader) -> str:
    """The last line that is not blank. All lines are read: a child that nobody reads from blocks on its full pipe."""
    last = b""
    async for line in lines:
        last = line.strip() or last
    return last.decode("utf-8", "replace").removeprefix("error: ")


async def _end(child: asyncio.subprocess.Process) -> None:
    """Terminate the child where it still runs, and kill it where it does not end."""
    if child.returncode is not None:
        return
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), TERMINATION_SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()
