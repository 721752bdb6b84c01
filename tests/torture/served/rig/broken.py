"""Broken clients: they say nothing, stop in the middle, drip, hang up, never read, or speak something else."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from random import Random

HEAD = b"POST /v1/ask HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 19\r\n\r\n"
BODY = b'{"question":"Who?"}'
DOCUMENTATION = "/openapi.json"
DRIPS = 1000  # bytes, one at a time
DRIP_SECONDS = 0.2  # between two of them


def says(text: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(text)


def drips(head: bytes, byte: bytes) -> Callable[[socket.socket], None]:
    """Sends this byte now and then, for longer than anybody's patience: it is never silent, and never ends."""

    def drip(connection: socket.socket) -> None:
        with suppress(OSError):  # it was let go
            for _ in range(DRIPS):
                connection.sendall(byte)
                time.sleep(DRIP_SECONDS)

    def start(connection: socket.socket) -> None:
        connection.sendall(head)
        threading.Thread(target=drip, args=(connection,), daemon=True).start()

    return start


def hangs_up(connection: socket.socket) -> None:
    """In the middle of a request, and so that the system says reset."""
    connection.sendall(HEAD + BODY[:5])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def kinds(large: str) -> Sequence[Callable[[socket.socket], None]]:
    """What each kind of client does; where it asks for something that it never reads, that is what has this path."""
    read = f"GET {large} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()
    tls = b"\x16\x03\x01" + bytes(200)
    texts = (b"", HEAD[:40], HEAD, HEAD + BODY[:10], read, read * 20, tls)
    slow_head, slow_body = drips(HEAD[:-2] + b"x-slow: ", b"a"), drips(HEAD.replace(b": 19", b": %d" % DRIPS), b" ")
    return (*map(says, texts), hangs_up, slow_head, slow_body)


def connections(port: int, random: Random, large: str = DOCUMENTATION) -> Iterator[socket.socket]:
    """One broken client after another, of each kind in turn; none of them ever reads."""
    acts = kinds(large)
    for number in count(random.randrange(len(acts))):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        acts[number % len(acts)](connection)
        yield connection
