"""The tools over stdin and stdout of a child process."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import QUOTE
from tests.service.web.common import QUESTION

mcp = pytest.importorskip("mcp", reason="mcp is not installed: pip install -e '.[mcp]'")

ROOT = Path(__file__).parents[4]
# A server around an engine that needs no model, and that writes to stdout while it answers.
PROGRAM = """
import os, sys
from pathlib import Path
from service import logs
from service.runtime.current import CurrentEngine
from service.settings import Settings
from service.web.app import create_app
from service.web.doors import mcp_stdio
from tests.fakes import FakeEngine, FakeStore

class Chatty(FakeEngine):
    def search(self, *arguments, **options):
        print("noise of Python", flush=True)
        os.write(1, b"noise of a library\\n")
        return super().search(*arguments, **options)

logs.configure("INFO")
current = CurrentEngine(FakeStore(), lambda _, snapshot: Chatty(snapshot))
current.reload()
mcp_stdio.serve(create_app(current, Settings(var=Path("nowhere"))).state.context)
"""
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
LINES: list[dict[str, Any]] = [
    {"id": 1, "method": "initialize", "params": HELLO},
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/call", "params": {"name": "ask", "arguments": QUESTION}},
]


def child(*arguments: str) -> "subprocess.Popen[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=inherited,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def test_the_sdks_client_asks(tmp_path: Path) -> None:
    from mcp.client.stdio import StdioServerParameters, stdio_client

    async def session() -> Any:
        parameters = StdioServerParameters(command=sys.executable, args=["-c", PROGRAM], cwd=str(ROOT))
        with (tmp_path / "log").open("w") as log:
            async with stdio_client(parameters, log) as (read, write), mcp.ClientSession(read, write) as session:
                await session.initialize()
                return [await session.call_tool("ask", QUESTION), await session.call_tool("ask", {"question": ""})]

    answered, failed = asyncio.run(session())
    assert answered.structured_content["answer"]["evidence"][0]["quote"] == QUOTE
    assert (failed.is_error, failed.content[0].text) == (True, "question must have at least 1 character(s)")


def test_stdout_carries_the_protocol_only_and_the_end_of_stdin_ends_it() -> None:
    with child("-c", PROGRAM) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for line in LINES:
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **line}) + "\n")
        server.stdin.flush()
        replies = [json.loads(server.stdout.readline()) for _ in range(2)]
        rest, err = server.communicate(timeout=60)
    assert [reply["id"] for reply in replies] == [1, 2]
    assert replies[1]["result"]["structuredContent"]["snapshot"] == "s1"
    assert (server.returncode, rest) == (0, "")
    assert "noise of Python\nnoise of a library\n" in err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_an_interrupt_ends_it_while_stdin_is_open() -> None:
    with child("-c", PROGRAM) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps({"jsonrpc": "2.0", **LINES[0]}) + "\n")
        server.stdin.flush()
        assert server.stdout.readline()
        server.send_signal(signal.SIGINT)
        end = time.monotonic() + 60
        while server.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert server.returncode == -signal.SIGINT


def test_without_the_package_one_line_says_what_to_install() -> None:
    hidden = "import runpy, sys; sys.modules['mcp'] = None; sys.argv = ['service', 'mcp'];"
    hidden += "runpy.run_module('service', run_name='__main__')"
    with child("-c", hidden) as server:
        out, err = server.communicate(timeout=60)
    assert (server.returncode, out) == (2, "")
    assert err == "error: the package mcp is not installed; run pip install -c constraints.txt -e '.[mcp]'\n"


def test_serving_imports_nothing_of_the_sdk_until_somebody_calls() -> None:
    program = (
        "import sys; from pathlib import Path; from service.runtime.current import CurrentEngine;"
        "from service.settings import Settings; from service.web.app import create_app;"
        "from tests.fakes import FakeStore, open_fake_engine;"
        "create_app(CurrentEngine(FakeStore(), open_fake_engine), Settings(var=Path('nowhere'))).openapi();"
        "print(sorted({'mcp', 'openai', 'httpx', 'jsonschema', 'sse_starlette'} & set(sys.modules)))"
    )
    with child("-c", program) as serving:
        out, err = serving.communicate(timeout=60)
    assert (out, err) == ("[]\n", "")
