"""A child process that does one piece of work and reports on it line by line."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
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
    # Not a child of asyncio's own: a loop that ends while such a one starts waits for it for ever. It starts it in the
    # loop, too.
    with subprocess.Popen(  # noqa: ASYNC220
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environment,
        pass_fds=inherited,
    ) as child:
        try:
            async with _reading(child.stdout) as output, _reading(child.stderr) as errors:
                _, complaint = await asyncio.gather(_pass_on(output, take_line), _last_line(errors))
            return Ending(await asyncio.to_thread(child.wait), complaint)
        finally:
            await _end(child)


@asynccontextmanager
async def _reading(pipe: object) -> AsyncIterator[asyncio.StreamReader]:
    reader = asyncio.StreamReader(limit=MAX_LINE)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
    try:
        yield reader
    finally:
        transport.close()


async def _pass_on(lines: asyncio.StreamReader, take_line: Callable[[bytes], None]) -> None:
    async for line in lines:
        take_line(line)


async def _last_line(lines: asyncio.StreamReader) -> str:
    """The last line that is not blank. All lines are read: a child that nobody reads from blocks on its full pipe."""
    last = b""
    async for line in lines:
        last = line.strip() or last
    return last.decode("utf-8", "replace").removeprefix("error: ")


async def _end(child: "subprocess.Popen[bytes]") -> None:
    """Terminate the child where it still runs, and kill it where it does not end."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(child.wait, TERMINATION_SECONDS)
    finally:  # also where this is cancelled
        child.kill()
    await asyncio.to_thread(child.wait)
