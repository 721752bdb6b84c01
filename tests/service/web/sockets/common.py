"""A server on a real socket, in a thread, and what its clients send."""

import asyncio
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from service.web.sockets.patience import DEFAULT, Patience
from service.web.sockets.server import Server
from tests.listening import listening

POST = b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
CHUNKED = POST + b"transfer-encoding: chunked\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nhost: a\r\n"
BLOCK, HOLD = (GET.replace(b"/", path, 1) + b"\r\n" for path in (b"/block", b"/hold"))


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs, and its port."""

    server: Server
    port: int

    @property
    def held(self) -> int:
        """Connections that it holds."""
        return len(self.server.server_state.connections)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def send(self, *pieces: bytes) -> bytes:
        """All that is replied to these pieces; sends no more of them where the server hangs up."""
        with self.connect() as connection:
            return send(connection, pieces)


@contextmanager
def serving(app: ASGIApp, max_connections: int = 100, patience: Patience = DEFAULT, grace: int = 5) -> Iterator[Served]:
    """The application behind a server, which takes so many seconds for what is to be answered at its end."""
    config = uvicorn.Config(
        app, loop="asyncio", ws="none", lifespan="off", log_config=None, timeout_graceful_shutdown=grace
    )
    server = Server(config, max_connections, patience)
    with listening(server) as port:
        yield Served(server, port)


def send(connection: socket.socket, pieces: Iterable[bytes]) -> bytes:
    """All that is replied to these pieces, as `Served.send`; `closed` where that is lost."""
    try:
        for piece in pieces:
            connection.sendall(piece)
    except ConnectionError:
        pass
    try:
        return connection.makefile("rb").read()
    except ConnectionError:
        return b"closed"


async def length(scope: Scope, receive: Receive, send: Send) -> None:
    """Replies with the length of the body."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await reply(send, str(len(body)).encode())


async def reply(send: Send, body: bytes, status: int = 200) -> None:
    """Send a whole reply."""
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Blocking:
    """Replies with the path.

    At `/block` it stands still with all of the server until it may go on, at `/hold` alone until it may end.
    """

    def __init__(self) -> None:
        self.blocks, self.may_go_on, self.may_end = threading.Event(), threading.Event(), threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/block":
            self.blocks.set()
            assert self.may_go_on.wait(30)
        while scope["path"] == "/hold" and not self.may_end.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await reply(send, scope["path"].encode())
