"""What a socket lets in, in bytes as they come."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import chain, repeat

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from service.web.http11 import MAX_HEAD, BoundedHttp11

POST = b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
CHUNKED = POST + b"transfer-encoding: chunked\r\n\r\n"


async def length(scope: Scope, receive: Receive, send: Send) -> None:
    """Replies with the length of the body."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    reply = str(len(body)).encode()
    headers = [(b"content-length", str(len(reply)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": reply})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(length, http=BoundedHttp11, loop="asyncio", ws="none", lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def send(port: int, pieces: Iterable[bytes]) -> bytes:
    """The reply to these pieces; sends no more of them where the service hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            return connection.makefile("rb").read()
        except ConnectionError:
            return b"closed"


@pytest.mark.parametrize(
    ("pieces", "body"),
    [
        ([POST + b"content-length: 3\r\n\r\nabc"], b"3"),
        ([POST + b"content-length: 300000\r\n\r\n", *[b"a" * 1000] * 300], b"300000"),
        ([CHUNKED, *[b"1\r\na\r\n"] * 30000, b"0\r\n\r\n"], b"30000"),
        ([POST + b"x: " + b"a" * 60000 + b"\r\n\r\n"], b"0"),
    ],
)
def test_what_is_whole_is_read(port: int, pieces: list[bytes], body: bytes) -> None:
    reply = send(port, pieces)
    assert (reply.split(b"\r\n")[0], reply.split(b"\r\n\r\n")[1]) == (b"HTTP/1.1 200 OK", body)


@pytest.mark.parametrize(
    ("start", "endless"),
    [
        (b"GET /", b"a" * 1000),
        (POST + b"x: ", b"a" * 1000),
        (POST, b"x: " + b"a" * 1000 + b"\r\n"),
        (CHUNKED + b"1;", b"a" * 1000),
        (CHUNKED + b"1\r\na\r\n0\r\n", b"x: " + b"a" * 1000 + b"\r\n"),
    ],
)
def test_what_never_ends_is_refused(port: int, start: bytes, endless: bytes) -> None:
    reply = send(port, chain([start], repeat(endless, 100 * MAX_HEAD // len(endless))))
    assert reply == b"closed" or reply.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        POST + b"content-length: -1\r\n\r\n",
        POST + b"content-length: 1\r\ncontent-length: 2\r\n\r\nab",
        POST + b"content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        POST + b"x : 1\r\n\r\n",
        POST + b"x: \x00\r\n\r\n",
        POST + b" folded\r\n\r\n",
        CHUNKED + b"x\r\n",
    ],
)
def test_what_is_no_http_is_refused(port: int, request_: bytes) -> None:
    assert send(port, [request_]).startswith(b"HTTP/1.1 400 ")
