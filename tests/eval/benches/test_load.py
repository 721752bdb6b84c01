"""The client that times a service: what goes over the wire, and what counts as a reply."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from eval.benches import load as bench_load
from eval.benches.load import Client, Known, System

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n["a"]'
BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


def system(port: int = 1) -> System:
    def request(question: str) -> tuple[str, str, str | None]:
        return "POST", "/find", json.dumps(question, ensure_ascii=False)

    return System("fake", (), {}, port, request, list, Path("log"))


@pytest.fixture
def serve() -> Iterator[object]:
    """Starts a service that gives each connection these pieces, the next one whenever something came."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer(connections: list[list[bytes]]) -> None:
            for pieces in connections:
                connection, _ = listener.accept()
                with connection:
                    for piece in pieces:
                        connection.recv(1 << 16)
                        connection.sendall(piece)

        def serve(*connections: list[bytes]) -> System:
            Thread(target=answer, args=(list(connections),), daemon=True).start()
            return system(listener.getsockname()[1])

        yield serve


def test_a_request_on_the_wire() -> None:
    head, _, body = system(80).write("é").partition(b"\r\n\r\n")
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
    assert bench_load.whole(reply) is whole


def test_a_reply_in_pieces_is_put_together() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        client = Client(system())
        client._open = ours
        Thread(target=lambda: [theirs.sendall(bytes([byte])) for byte in GOOD]).start()
        assert client.ask(b"x") == GOOD


@pytest.mark.parametrize("reply", [BUSY, b"", GOOD.replace(b"200 OK", b"500 No"), GOOD[:-5] + b"[[[[["])
def test_what_is_no_good_reply_raises(reply: bytes) -> None:
    assert system().read(GOOD) == ["a"]
    with pytest.raises(ValueError):  # noqa: PT011
        system().read(reply)


def test_one_connection_serves_many_questions(serve) -> None:
    assert bench_load.share_right(serve([GOOD, GOOD]), [Known("1", "a"), Known("2", "b")]) == 0.5


def test_a_reply_that_is_cut_short_fails_alone_and_the_next_question_opens_a_connection(serve) -> None:
    per_second, failed = bench_load.rate(serve([GOOD, GOOD[:9]], [BUSY, GOOD]), ["1", "2", "3", "4"], 1)
    assert failed == 2
    assert per_second > 0


def test_a_bad_reply_is_no_latency(serve) -> None:
    assert len(bench_load.latencies(serve([GOOD, GOOD]), ["1", "2"])) == 2
    with pytest.raises(ValueError, match="503"):
        bench_load.latencies(serve([GOOD, BUSY]), ["1", "2"])


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
        size = bench_load.megabytes(process.pid)
        process.communicate()
    assert size is not None
    assert 60 < size < 95
