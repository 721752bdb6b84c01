"""The client that times a service: what goes over the wire, what counts as a reply, and what is counted."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from corpus.errors import UnavailableError
from eval.benches.load import (
    Client,
    HttpRequest,
    LabelledQuestion,
    Service,
    free_port,
    is_whole,
    latencies,
    resident_megabytes,
    running,
    share_right,
    throughput,
)

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n["a"]'
BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"

Serve = Callable[..., Service]


def service(port: int = 1, command: tuple[str, ...] = (), log: Path = Path("log")) -> Service:
    def request_for(question: str) -> HttpRequest:
        return HttpRequest("POST", "/find", json.dumps(question, ensure_ascii=False))

    return Service("fake", command, {}, port, request_for, list, log)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a service that sends each connection these replies, the next one whenever something came.

    A reply is written in as many pieces as it is given in.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer(connections: list[list[list[bytes]]]) -> None:
            for replies in connections:
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with connection:
                    for pieces in replies:
                        connection.recv(1 << 16)
                        for piece in pieces:
                            connection.sendall(piece)

        def serve(*connections: list[bytes | list[bytes]]) -> Service:
            in_pieces = [
                [[reply] if isinstance(reply, bytes) else reply for reply in replies] for replies in connections
            ]
            Thread(target=answer, args=(in_pieces,), daemon=True).start()
            return service(listener.getsockname()[1])

        yield serve


def test_a_request_on_the_wire() -> None:
    head, _, body = service(80).write("é").partition(b"\r\n\r\n")
    assert body == '"é"'.encode()
    assert head.split(b"\r\n") == [
        b"POST /find HTTP/1.1",
        b"host: 127.0.0.1:80",
        b"content-type: application/json",
        b"content-length: 4",
    ]


@pytest.mark.parametrize(
    ("reply", "whole"),
    [(b"", False), (b"HTTP/1.1 200 OK\r\n", False), (GOOD[:-1], False), (GOOD, True), (BUSY, True)],
)
def test_a_reply_is_whole_when_all_that_it_announces_is_there(reply: bytes, whole: bool) -> None:
    assert is_whole(reply) is whole


def test_a_reply_in_pieces_is_put_together(serve: Serve) -> None:
    client = Client(serve([[GOOD[number : number + 1] for number in range(len(GOOD))]]))
    assert client.send(b"x") == GOOD
    client.close()


@pytest.mark.parametrize("reply", [BUSY, b"", GOOD.replace(b"200 OK", b"500 No"), GOOD[:-5] + b"[[[[["])
def test_what_is_no_good_reply_raises(reply: bytes) -> None:
    assert service().read(GOOD) == ["a"]
    with pytest.raises(ValueError):  # noqa: PT011
        service().read(reply)


def test_one_connection_serves_many_questions(serve: Serve) -> None:
    questions = [LabelledQuestion("1", "a"), LabelledQuestion("2", "b")]
    assert share_right(serve([GOOD, GOOD]), questions) == 0.5


def test_a_reply_that_is_cut_short_fails_alone_and_the_next_question_opens_a_connection(serve: Serve) -> None:
    measured = throughput(serve([GOOD, GOOD[:9]], [BUSY, GOOD]), ["1", "2", "3", "4"], 1)
    assert measured.failed == 2
    assert measured.per_second > 0


def test_a_bad_reply_is_no_latency(serve: Serve) -> None:
    assert len(latencies(serve([GOOD, GOOD]), ["1", "2"])) == 2
    with pytest.raises(ValueError, match="503"):
        latencies(serve([GOOD, BUSY]), ["1", "2"])


class Echo(BaseHTTPRequestHandler):
    """Finds the document named like the question; refuses the question `busy`."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps([self.path[1:]]).encode()
        self.send_response(503 if self.path == "/busy" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def test_asking_by_one_and_by_many(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        echo = Service(
            "echo", (), {}, port, lambda question: HttpRequest("GET", f"/{question}"), list, tmp_path / "log"
        )
        assert share_right(echo, [LabelledQuestion("a", "a"), LabelledQuestion("a", "b")]) == 0.5
        assert len(latencies(echo, ["a", "b"])) == 2
        measured = throughput(echo, ["a", "busy", "b", "a", "busy"], 2)
        assert measured.failed == 2
        assert measured.per_second > 0
        server.shutdown()


def test_a_service_that_ends_at_once_is_reported(tmp_path: Path) -> None:
    broken = service(free_port(), (sys.executable, "-c", "raise SystemExit(1)"), tmp_path / "log")
    with pytest.raises(UnavailableError, match="fake does not answer; its log is"), running(broken):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what processes share")
def test_memory_counts_what_a_child_holds_alone_and_what_both_share_once() -> None:
    program = """
import os, sys
both = os.urandom(40_000_000)
if os.fork() == 0:
    alone = os.urandom(20_000_000)
    print("ready", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        size = resident_megabytes(process.pid)
        process.communicate()
    assert size is not None
    assert 60 < size < 95
