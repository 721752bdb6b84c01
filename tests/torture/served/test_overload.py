"""Ten times as many ask as the service can take: the others are refused at once, in words, and cost it nothing."""

import gc
import os
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from service.answering.answer import Reply
from service.runtime.current import CurrentEngine
from service.runtime.workers.pool import Pool
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import FakeEngine, FakeStore
from tests.service.web.sockets.common import serving
from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn
from tests.torture.served.clients import Request, answers, clients, send_once

pytestmark = pytest.mark.slow
SECONDS = 0.02  # that a question takes
WORKERS, WAITING = 2, 8
CLIENTS = 10 * (WORKERS + WAITING)
MEMORY = 8 * 1024**2  # bytes that may be more after all have asked a second time
ASK = Request("POST", "/v1/ask", {"question": "Who?"}, answers)


class SlowEngine(FakeEngine):
    """Takes a while for each question, and no processor."""

    def ask(self, *arguments: Any, **options: Any) -> Reply:
        time.sleep(SECONDS)
        return super().ask(*arguments, **options)


class ForgetfulEngine(SlowEngine):
    """Forgets to give back what it took for a question."""

    def __init__(self, snapshot: str) -> None:
        super().__init__(snapshot)
        self._kept: list[bytes] = []

    def ask(self, *arguments: Any, **options: Any) -> Reply:
        self._kept.append(b"x" * 1024**2)
        return super().ask(*arguments, **options)


def resident() -> int:
    """Bytes of memory that this process has, the service and its clients."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def overload(
    max_waiting: int, rounds: int, tally: Tally, random: Random, engine: type[SlowEngine] = SlowEngine
) -> None:
    """Have all clients ask so often, twice.

    Raises Torn where one is not answered well, more wait than `WAITING`, or the second time takes more `MEMORY`.
    """
    current = CurrentEngine(FakeStore(), lambda _, snapshot: engine(snapshot))
    current.reload()
    app = create_app(current, Settings.load(workers=WORKERS, max_waiting=max_waiting))
    with serving(app, max_connections=2 * CLIENTS) as served:
        asked = ask_all(served.port, app.state.context.pool, rounds, random)
        before = resident()
        asked += ask_all(served.port, app.state.context.pool, rounds, random)
        if (more := resident() - before) > MEMORY:
            raise Torn(f"{more} bytes were kept")
        alone = send_once(served.port, ASK)
        if alone.status != 200:
            raise Torn(f"who asked alone afterwards got a {alone.status}")
    tally.tries = tally.survivors = asked


def ask_all(port: int, pool: Pool, rounds: int, random: Random) -> int:
    """Have all clients ask so often; returns how often they did. Raises Torn as `overload`."""
    most = 0
    with clients(port, [ASK], CLIENTS, random) as asked:
        while len(asked.endings) < rounds * CLIENTS:
            most = max(most, pool.waiting)
            time.sleep(SECONDS / 4)
    for ending in asked.endings:
        ending.require()
    statuses = [ending.status for ending in asked.endings]
    if most > WAITING or pool.waiting or pool.seats_taken:
        raise Torn(f"{most} waited at a time, and {pool.waiting + pool.seats_taken} were left in the end")
    if not 0 < statuses.count(200) < len(statuses):
        raise Torn(f"{statuses.count(200)} of {len(statuses)} were answered")
    return len(statuses)


def test_overload(tally: Tally, random: Random, is_long: bool) -> None:
    """100 clients ask without a pause where 10 can be taken, and the others are refused."""
    overload(WAITING, 100 if is_long else 2, tally, random)


def test_without_a_limit_all_wait(random: Random) -> None:
    with pytest.raises(Torn, match="waited at a time"):
        overload(10 * CLIENTS, 1, Tally(), random)


def test_what_keeps_memory_is_noticed(random: Random) -> None:
    with pytest.raises(Torn, match="bytes were kept"):
        overload(WAITING, 2, Tally(), random, ForgetfulEngine)
