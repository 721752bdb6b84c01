"""How many connections there are, and how long each may keep the service waiting."""

import asyncio
import os
import re
import resource
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from service.web.sockets.patience import Patience, Waiting
from tests.end_to_end.processes import ROOT, until
from tests.service.web.sockets.common import BLOCK, GET, HOLD, POST, Blocking, Served, length, reply, serving

SHORT = Patience(seconds=1.0, bytes_a_second=1000)
UPLOAD = POST + b"content-length: 1000000\r\n\r\n"
LARGE = 30_000_000  # bytes: more than the system keeps on the way


async def large(scope: Scope, receive: Receive, send: Send) -> None:
    """Replies with much."""
    await reply(send, b"a" * LARGE)


def test_bytes_that_move_give_patience_back() -> None:
    waiting = Waiting(Patience(seconds=10, bytes_a_second=100))
    assert all(waiting.spend(seconds=1, moved=100) for _ in range(1000))
    assert all(waiting.spend(seconds=1, moved=0) for _ in range(9))
    assert not waiting.spend(seconds=1, moved=0)
    waiting.renew()
    assert waiting.spend(seconds=9, moved=0)
    waiting.spend(seconds=0, moved=10**9)  # never more than at first
    assert not waiting.spend(seconds=10, moved=0)


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\n", b""),
        (b"GET / HTTP/1.1\r\n", b"x: y\r\n"),
        (UPLOAD, b""),
        (UPLOAD, b"a"),
        (GET + b"\r\n", b"G"),
    ],
)
def test_a_client_that_keeps_the_service_waiting_is_given_up(start: bytes, drop: bytes) -> None:
    with serving(length, patience=SHORT) as served, served.connect() as connection:
        connection.sendall(start)
        until(lambda: served.held == 1, 5)
        while served.held:
            if drop:
                connection.send(drop)
            time.sleep(0.1)


def test_a_client_that_reads_nothing_is_given_up() -> None:
    for more in (b"", b"connection: close\r\n"):
        with serving(large, patience=SHORT) as served, served.connect() as connection:
            connection.sendall(GET + more + b"\r\n")
            until(lambda: served.held == 1, 5)
            until(lambda: served.held == 0)


def test_a_slow_client_is_waited_for() -> None:
    with serving(length, patience=SHORT) as served, served.connect() as connection:
        connection.sendall(POST + b"content-length: 300000\r\n\r\n")
        for _ in range(30):
            time.sleep(0.1)
            connection.sendall(b"a" * 10_000)
        assert connection.makefile("rb").read().endswith(b"300000")
    with serving(large, patience=SHORT) as served, served.connect() as connection:
        connection.sendall(GET + b"connection: close\r\n\r\n")
        count = 0
        while data := connection.recv(1_000_000):
            count += len(data)
            time.sleep(0.05)
        assert count > LARGE


def test_a_request_that_takes_long_is_waited_for() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(3)
        await reply(send, b"done")

    with serving(slow, patience=SHORT) as served:
        assert served.send(GET + b"connection: close\r\n\r\n").endswith(b"done")


def test_of_too_many_connections_the_one_goes_that_was_silent_the_longest() -> None:
    with ExitStack() as stack:
        served = stack.enter_context(serving(length, max_connections=16))
        first, *others = [stack.enter_context(served.connect()) for _ in range(16)]
        until(lambda: served.held == 16)
        others[0].sendall(b"GET")  # so it is not the longest
        time.sleep(0.1)
        for number in range(3):
            assert served.send(POST + b"content-length: 1\r\n\r\na").endswith(b"1"), number
        assert first.recv(1) == b""
        others[0].sendall(b" / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        assert others[0].makefile("rb").read().endswith(b"0")
        assert served.held <= 16


def test_where_all_are_busy_the_next_one_waits_until_one_is_done() -> None:
    may_end = threading.Event()

    async def held(scope: Scope, receive: Receive, send: Send) -> None:
        while not may_end.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await reply(send, b"done")

    with ExitStack() as stack:
        served = stack.enter_context(serving(held, max_connections=16))
        tasks = served.server.server_state.tasks
        connections = list[socket.socket]()
        for number in range(17):
            connections.append(stack.enter_context(served.connect()))
            connections[-1].sendall(GET + b"connection: close\r\n\r\n")
            until(lambda: len(tasks) == min(16, number + 1))  # noqa: B023
        time.sleep(0.3)
        assert served.held == 16
        may_end.set()
        assert all(connection.makefile("rb").read().endswith(b"done") for connection in connections)


def test_who_has_asked_is_not_ended_for_others_before_that_is_read() -> None:
    app = Blocking()
    with ExitStack() as stack:
        served = stack.enter_context(serving(app, max_connections=16))
        stack.callback(app.may_end.set)
        for number in range(15):
            stack.enter_context(served.connect()).sendall(HOLD)
            until(lambda: len(served.server.server_state.tasks) == number + 1)  # noqa: B023
        stack.enter_context(served.connect()).sendall(BLOCK)
        assert app.blocks.wait(30)
        connections = [stack.enter_context(served.connect()) for _ in range(10)]
        for connection in connections:
            connection.sendall(GET + b"\r\n")
        app.may_go_on.set()
        for connection in connections:
            assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")


SERVER = """
import socket
from tests.service.web.sockets.common import length
from service import logs
from service.web.sockets.server import Server
import uvicorn

logs.configure("INFO")
with socket.create_server(("127.0.0.1", 0), backlog=1000) as listener:
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(length, loop="asyncio", ws="none", lifespan="off", log_config=None)
    Server(config, max_connections=1000).run(sockets=[listener])
"""


def test_time_in_which_the_service_stood_still_is_not_the_clients() -> None:
    app = Blocking()
    with serving(app, patience=SHORT) as served, ExitStack() as stack:
        early = stack.enter_context(served.connect())
        until(lambda: served.held == 1, 5)
        stack.enter_context(served.connect()).sendall(BLOCK)
        assert app.blocks.wait(30)
        time.sleep(2 * SHORT.seconds)
        app.may_go_on.set()
        time.sleep(0.1)
        early.sendall(GET + b"\r\n")
        assert early.recv(1000).startswith(b"HTTP/1.1 200 ")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of another process are set on Linux only")
def test_without_descriptors_it_answers_and_says_so_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as errors, ExitStack() as stack:
        child = subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, stdout=subprocess.PIPE, stderr=errors)
        stack.callback(child.wait)
        stack.callback(child.terminate)
        assert child.stdout is not None
        served = Served(None, int(child.stdout.readline()))  # type: ignore[arg-type]
        stack.callback(child.stdout.close)
        assert served.send(GET + b"connection: close\r\n\r\n").endswith(b"0")
        resource.prlimit(child.pid, resource.RLIMIT_NOFILE, (len(os.listdir(f"/proc/{child.pid}/fd")) + 20,) * 2)  # noqa: PTH208
        silent = [stack.enter_context(served.connect()) for _ in range(200)]
        for _ in range(5):
            assert served.send(GET + b"connection: close\r\n\r\n").endswith(b"0")
        assert silent[0].recv(1) == b""
    lines = re.findall(r"no room for another connection", log.read_text())
    assert len(lines) == 1
    assert len(log.read_text().splitlines()) < 20
