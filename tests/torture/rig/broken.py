"""Broken clients: they say nothing, stop in the middle, hang up, never read, or speak something else."""

import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from random import Random

HEAD = b"POST /v1/ask HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 19\r\n\r\n"
BODY = b'{"question":"Who?"}'
DOCUMENTATION = "/openapi.json"


def says(text: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(text)


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
    return (*map(says, texts), hangs_up)


def connections(port: int, random: Random, large: str = DOCUMENTATION) -> Iterator[socket.socket]:
    """One broken client after another, of each kind in turn; none of them ever reads."""
    acts = kinds(large)
    for number in count(random.randrange(len(acts))):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        acts[number % len(acts)](connection)
        yield connection
