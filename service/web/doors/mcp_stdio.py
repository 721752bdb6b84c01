"""The tools over stdin and stdout, for a program that starts this one. Importing this imports the protocol's SDK."""

import asyncio
import os
import signal
import sys
from io import TextIOWrapper
from typing import NoReturn

import anyio
from mcp.server.stdio import stdio_server

from service.web.dependencies import Context
from service.web.doors.mcp_server import make_server


def serve(context: Context) -> NoReturn:
    """Answer until stdin ends or somebody interrupts; the process ends then.

    As the protocol's SDK has it, what is still being answered when stdin ends is dropped.
    """
    # Python would wait for the thread that reads stdin, and abort while another one is still in native code. Nothing
    # is ever half written here, so the process can end at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    stdout = _take_stdout()
    asyncio.run(_serve(context, stdout))
    stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def _serve(context: Context, stdout: TextIOWrapper) -> None:
    server = make_server(context)
    following = asyncio.create_task(context.current.watch(context.pool.open))
    async with stdio_server(stdout=anyio.wrap_file(stdout)) as (read, write):
        await server.run(read, write, server.create_initialization_options())
    following.cancel()


def _take_stdout() -> TextIOWrapper:
    """A stream to stdout for the protocol alone: all else that writes there, also a library in C, writes to stderr."""
    sys.stdout.flush()
    protocol = os.dup(1)
    os.dup2(2, 1)
    return open(protocol, "w", encoding="utf-8", newline="\n")  # noqa: PTH123
