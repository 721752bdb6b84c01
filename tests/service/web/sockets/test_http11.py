"""What a socket lets in, in bytes as they come."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, count, repeat

import pytest
from starlette.types import Receive, Scope, Send

from service.web.sockets.http11 import LINGER_BYTES, MAX_HEAD
from tests.service.web.sockets.common import CHUNKED, GET, POST, Served, length, reply, send, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(length) as served:
        yield served


@pytest.mark.parametrize(
    ("pieces", "body"),
    [
        ([POST + b"content-length: 3\r\n\r\nabc"], b"3"),
        ([POST + b"content-length: 300000\r\n\r\n", *[b"a" * 1000] * 300], b"300000"),
        ([CHUNKED, *[b"1\r\na\r\n"] * 30000, b"0\r\n\r\n"], b"30000"),
        ([POST + b"x: " + b"a" * 60000 + b"\r\n\r\n"], b"0"),
    ],
)
def test_what_is_whole_is_read(served: Served, pieces: list[bytes], body: bytes) -> None:
    answer = served.send(*pieces)
    assert (answer.split(b"\r\n")[0], answer.split(b"\r\n\r\n")[1]) == (b"HTTP/1.1 200 OK", body)


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
def test_what_never_ends_is_refused(served: Served, start: bytes, endless: bytes) -> None:
    with served.connect() as connection:
        answer = send(connection, chain([start], repeat(endless, 100 * MAX_HEAD // len(endless))))
    assert answer == b"closed" or answer.startswith(b"HTTP/1.1 400 ")


def test_a_head_that_goes_on_after_64_kb_is_refused_without_waiting_for_more(served: Served) -> None:
    assert MAX_HEAD == 64 * 1024
    assert served.send(POST + b"x: " + b"a" * MAX_HEAD).startswith(b"HTTP/1.1 400 ")


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
        b"CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused(served: Served, request_: bytes) -> None:
    head, _, body = served.send(request_).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"\r\ncontent-type: application/problem+json\r\n" in head
    assert b"\r\nx-request-id: " in head
    assert json.loads(body)["status"] == 400


UPGRADE = b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n"


@pytest.mark.parametrize(
    "body", [b"content-length: 3\r\n\r\nabc", b"transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"]
)
@pytest.mark.parametrize("cut", [0, 1, 4, 60])
def test_who_offers_another_protocol_is_answered_in_this_one(served: Served, body: bytes, cut: int) -> None:
    request = b"POST / HTTP/1.1\r\nhost: a\r\n" + UPGRADE + body
    pieces = [request[: len(request) - cut], request[len(request) - cut :]]
    answer = served.send(*pieces, GET + UPGRADE + b"\r\n", POST + b"content-length: 2\r\n\r\nab")
    assert [part[:1] for part in answer.split(b"\r\n\r\n")[1:]] == [b"3", b"0", b"2"]


def test_who_has_closed_its_sending_side_is_answered(served: Served) -> None:
    for request, answers in ((GET + b"\r\n", 1), ((GET + b"\r\n") * 5, 5), (GET, 0), (b"", 0)):
        with served.connect() as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            assert connection.makefile("rb").read().count(b"HTTP/1.1 200 ") == answers


def test_a_connection_stays_open_where_all_of_the_request_has_come(served: Served) -> None:
    with served.connect() as connection:
        for _ in range(3):
            connection.sendall(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nab")
            answer = b""
            while not answer.endswith(b"\r\n\r\n2"):
                answer += connection.recv(1000)
            assert b"connection: close" not in answer


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await reply(send, b"no", 413)


def test_a_reply_before_the_whole_request_ends_the_connection_and_can_be_read() -> None:
    with serving(refuse) as served:
        head = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999\r\n\r\n"
        with served.connect() as connection:
            sent = send_until_closed(connection, head)
        assert sent < 10 * LINGER_BYTES  # the system keeps a few million bytes on the way
        with served.connect() as connection:
            connection.sendall(POST + b"content-length: 3000000\r\n\r\n")
            connection.recv(1, socket.MSG_PEEK)  # the reply is there
            for _ in range(29):  # many clients look at it only when they have sent all
                connection.sendall(b"a" * 100_000)
            answer = connection.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"\r\nconnection: close\r\n" in answer
        assert answer.endswith(b"no")


def send_until_closed(connection: socket.socket, head: bytes) -> int:
    """Send a body without an end; returns how much of it was taken."""
    connection.sendall(head)
    with suppress(ConnectionError):
        for sent in count(step=65536):
            connection.sendall(b"a" * 65536)
            if sent > 100 * LINGER_BYTES:
                break
    return sent
