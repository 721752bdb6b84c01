"""A server on a real socket, in a thread, and what its clients send."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from service.web.sockets.patience import DEFAULT, Patience
from service.web.sockets.server import Server

POST = b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
CHUNKED = POST + b"transfer-encoding: chunked\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nhost: a\r\n"


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
def serving(app: ASGIApp, max_connections: int = 100, patience: Patience = DEFAULT) -> Iterator[Served]:
    """The application behind a server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, loop="asyncio", ws="none", lifespan="off", log_config=None, timeout_graceful_shutdown=5
        )
        server = Server(config, max_connections, patience)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield Served(server, listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


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
