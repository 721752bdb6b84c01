"""The end of the service: who had asked by then is answered, or is told that it came too late."""

import asyncio
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from starlette.types import Receive, Scope, Send

from service.runtime.current import CurrentEngine
from service.web.sockets.server import Server
from tests.end_to_end.processes import until
from tests.fakes import FakeStore
from tests.service.web.common import HeldEngine, Start
from tests.service.web.sockets.common import BLOCK, GET, Blocking, serving

CLIENTS = 30


def test_who_asked_before_the_end_is_answered() -> None:
    app = Blocking()
    with ExitStack() as stack:
        served = stack.enter_context(serving(app, max_connections=16))
        known = stack.enter_context(served.connect())
        known.sendall(GET + b"\r\n")
        while not known.recv(1000).endswith(b"/"):
            pass
        blocking = stack.enter_context(served.connect())
        blocking.sendall(BLOCK)
        assert app.blocks.wait(30)
        connections = [stack.enter_context(served.connect()) for _ in range(CLIENTS)]
        for connection in [known, *connections]:  # of new ones nobody knows yet, and there are more than may be held
            connection.sendall(GET + b"\r\n")
        served.server.should_exit = True
        time.sleep(0.2)  # longer than the server takes to see that
        app.may_go_on.set()
        assert blocking.makefile("rb").read().endswith(b"/block")
        for connection in [known, *connections]:
            assert connection.makefile("rb").read().startswith(b"HTTP/1.1 200 ")


def test_who_comes_while_the_doors_are_closed_is_not_taken_and_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    accept_waiting, complaints = Server._accept_waiting, list[dict[str, object]]()

    async def accept_waiting_and_come(server: Server, listener: socket.socket) -> None:
        await accept_waiting(server, listener)
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        late.append(socket.create_connection(listener.getsockname()))

    late = list[socket.socket]()
    monkeypatch.setattr(Server, "_accept_waiting", accept_waiting_and_come)
    with serving(Blocking()):
        pass
    late[0].close()
    assert complaints == []


ASKED = {
    "/v1/ask": {"question": "Who?"},
    "/v1/ask/batch": {"questions": ["Who?"] * 3},
    "/v1/search": {"query": "Who?"},
    "/v1/chat/completions": {"model": "centreqa", "messages": [{"role": "user", "content": "Who?"}]},
}


@pytest.mark.parametrize("path", ASKED)
def test_what_takes_longer_than_the_end_may_is_refused_by_a_problem(path: str, start: Start) -> None:
    busy, may_end = threading.Event(), threading.Event()
    app = start(current=CurrentEngine(FakeStore(), lambda _, snapshot: HeldEngine(snapshot, busy, may_end))).app
    with ThreadPoolExecutor(1) as others:
        with serving(app, grace=1) as served:
            replied = others.submit(served.send, post(path, ASKED[path]))
            assert busy.wait(30)
        may_end.set()
    head, _, body = replied.result().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    for header in (b"content-type: application/problem+json", b"retry-after: 5", b"connection: close", b"x-request-id"):
        assert header in head
    problem = json.loads(body)
    assert problem["type"] == "urn:centreqa:problem:unavailable"
    assert problem["detail"] == "the service was stopped before this was done; send it again when it is back"


def test_half_a_body_is_refused_by_a_problem(start: Start) -> None:
    app = start().app
    request = post("/v1/ask", ASKED["/v1/ask"])
    with serving(app, grace=1) as served, served.connect() as connection:
        connection.sendall(request[:-1])
        until(lambda: served.held == 1)
        served.server.should_exit = True
        assert connection.makefile("rb").read().startswith(b"HTTP/1.1 503 ")


def test_a_reply_that_has_begun_ends_short_and_is_seen_to() -> None:
    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await asyncio.sleep(30)

    with ThreadPoolExecutor(1) as others:
        with serving(endless, grace=1) as served:
            replied = others.submit(served.send, GET + b"\r\n")
            until(lambda: bool(served.server.server_state.tasks))
        assert replied.result().endswith(b"1\r\na\r\n")  # no last piece


def post(path: str, body: object) -> bytes:
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(content)}"
    )
    return head.encode() + b"\r\n\r\n" + content
