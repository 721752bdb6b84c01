"""Clients that say nothing, stop in the middle, hang up or never read, while another one is answered all the time."""

import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from random import Random

import pytest

from corpus.documents import Document
from service.runtime.current import CurrentEngine
from service.settings import Settings
from service.web.app import create_app
from service.web.sockets.patience import Patience
from tests.fakes import FakeEngine, FakeStore
from tests.service.web.sockets.common import serving
from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn
from tests.torture.served.clients import Request, answers, clients

pytestmark = pytest.mark.slow
PATIENCE = Patience(seconds=1.0)
SECONDS = 30.0  # after which nobody may be held any more, far longer than that takes
HELD = 64  # connections at a time
ASK = Request("POST", "/v1/ask", {"question": "Who?"}, answers)
HEAD = b"POST /v1/ask HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 19\r\n\r\n"
BODY = b'{"question":"Who?"}'
LARGE = b"GET /v1/documents/notes/centre HTTP/1.1\r\nhost: localhost\r\n\r\n"
UNREAD = 4 * 1024 * 1024  # characters of a text that nobody reads


class LargeEngine(FakeEngine):
    """Its document has a long text."""

    def document(self, document: str) -> Document:
        return replace(super().document(document), text="a" * UNREAD)


def says(text: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(text)


def hangs_up(connection: socket.socket) -> None:
    """In the middle of a request, and so that the system says reset."""
    connection.sendall(HEAD + BODY[:5])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


KINDS: Sequence[Callable[[socket.socket], None]] = (
    says(b""),
    says(HEAD[:40]),
    says(HEAD),
    says(HEAD + BODY[:10]),
    says(LARGE),
    says(LARGE * 20),
    says(b"\x16\x03\x01" + bytes(200)),
    hangs_up,
)


def connections(port: int, random: Random) -> Iterator[socket.socket]:
    """One broken client after another, of each kind in turn; none of them ever reads."""
    for number in count(random.randrange(len(KINDS))):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        KINDS[number % len(KINDS)](connection)
        yield connection


def torment(broken: int, patience: Patience, tally: Tally, random: Random, seconds: float = SECONDS) -> None:
    """Have so many broken clients come while one asks; raise Torn unless that one is answered, and those are let go."""
    current = CurrentEngine(FakeStore(), lambda _, snapshot: LargeEngine(snapshot))
    current.reload()
    app = create_app(current, Settings.load())
    with ExitStack() as stack:
        served = stack.enter_context(serving(app, HELD, patience))
        with clients(served.port, [ASK], 1, random) as asked:
            for _, connection in zip(range(broken), connections(served.port, random), strict=False):
                stack.enter_context(connection)
                tally.tries += 1
                answered = len(asked.endings)
                end = time.monotonic() + SECONDS
                while len(asked.endings) == answered and tally.tries % 8 == 0:
                    time.sleep(0.001)
                    if time.monotonic() > end:
                        raise Torn(f"nobody was answered beside {tally.tries} broken clients")
        for ending in asked.endings:
            ending.require()
            if ending.status != 200:
                raise Torn(f"who asked got a {ending.status}")
        end = time.monotonic() + seconds
        while served.held:
            time.sleep(0.05)
            if time.monotonic() > end:
                raise Torn(f"{served.held} broken clients are still held")
        tally.survivors = tally.tries


def test_broken_clients(tally: Tally, random: Random, is_long: bool) -> None:
    """A client says nothing, half a head or body, hangs up, reads nothing; another one is answered all the time."""
    torment(5000 if is_long else 160, PATIENCE, tally, random)


def test_without_patience_they_are_held(random: Random) -> None:
    with pytest.raises(Torn, match="still held"):
        torment(32, Patience(seconds=3600), Tally(), random, seconds=3)
