"""Clients that say nothing, stop in the middle, drip, hang up or never read, while another one is always answered."""

import asyncio
import socket
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from corpus.documents import Document
from service.runtime.current import CurrentEngine
from service.settings import Settings
from service.web.app import create_app
from service.web.sockets.patience import Patience
from service.web.sockets.server import PAUSE_SECONDS, Server
from tests.fakes import FakeEngine, FakeStore
from tests.service.web.sockets.common import serving
from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn
from tests.torture.served.clients import Request, answers, clients, send_once
from tests.torture.served.rig.broken import connections

pytestmark = pytest.mark.slow
PATIENCE = Patience(seconds=1.0)
SECONDS = 30.0  # after which nobody may be held any more, far longer than that takes
HELD = 64  # connections at a time
ASK = Request("POST", "/v1/ask", {"question": "Who?"}, answers)
LARGE = "/v1/documents/notes/centre"
UNREAD = 4 * 1024 * 1024  # characters of a text that nobody reads


class LargeEngine(FakeEngine):
    """Its document has a long text."""

    def document(self, document: str) -> Document:
        return replace(super().document(document), text="a" * UNREAD)


def torment(broken: int, patience: Patience, tally: Tally, random: Random, seconds: float = SECONDS) -> None:
    """Have so many broken clients come while one asks; raise Torn unless that one is answered, and those are let go.

    The one that asks makes a connection for each question, so there must always be room for it.
    """
    current = CurrentEngine(FakeStore(), lambda _, snapshot: LargeEngine(snapshot))
    current.reload()
    app = create_app(current, Settings.load())
    with ExitStack() as stack:
        served = stack.enter_context(serving(app, HELD, patience))
        assert len(send_once(served.port, Request("GET", LARGE)).body) > UNREAD
        there = deque[socket.socket]()
        with clients(served.port, [ASK], 1, random, keep=0) as asked, ExitStack() as opened:
            for connection in islice(connections(served.port, random, LARGE), broken):
                there.append(opened.enter_context(connection))
                tally.tries += 1
                if len(there) > 2 * HELD:
                    there.popleft().close()
                if tally.tries % 8 == 0:
                    asked.require_another(seconds)
            stack.enter_context(opened.pop_all())
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
    """A client says nothing, half a head or body, drips, hangs up, reads nothing; another is answered all the time."""
    torment(5000 if is_long else 160, PATIENCE, tally, random)


def test_without_patience_they_are_held(random: Random) -> None:
    with pytest.raises(Torn, match="still held"):
        torment(32, Patience(seconds=3600), Tally(), random, seconds=2)


def test_where_each_byte_renews_the_patience_those_that_drip_are_held(random: Random) -> None:
    with pytest.raises(Torn, match="4 broken clients are still held"):
        torment(40, Patience(PATIENCE.seconds, bytes_a_second=1), Tally(), random, seconds=4)


def test_where_nobody_makes_room_nobody_else_is_answered(random: Random, monkeypatch: pytest.MonkeyPatch) -> None:
    async def wait(server: Server) -> None:
        await asyncio.sleep(PAUSE_SECONDS)

    monkeypatch.setattr(Server, "_make_room", wait)
    with pytest.raises(Torn, match="nobody else is answered"):
        torment(2 * HELD, Patience(seconds=3600), Tally(), random, seconds=2)
