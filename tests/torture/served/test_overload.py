"""Ten times as many ask as the service can take: the others are refused at once, in words, and cost it nothing."""

import time
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
ASK = Request("POST", "/v1/ask", {"question": "Who?"}, answers)


class SlowEngine(FakeEngine):
    """Takes a while for each question, and no processor."""

    def ask(self, *arguments: Any, **options: Any) -> Reply:
        time.sleep(SECONDS)
        return super().ask(*arguments, **options)


def overload(max_waiting: int, rounds: int, tally: Tally, random: Random) -> None:
    """Have all clients ask so often; raise Torn where one is not answered well, or more wait than `WAITING`."""
    current = CurrentEngine(FakeStore(), lambda _, snapshot: SlowEngine(snapshot))
    current.reload()
    app = create_app(current, Settings.load(workers=WORKERS, max_waiting=max_waiting))
    pool: Pool = app.state.context.pool
    with serving(app, max_connections=2 * CLIENTS) as served:
        most = 0
        with clients(served.port, [ASK], CLIENTS, random) as asked:
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
        alone = send_once(served.port, ASK)
        if alone.status != 200:
            raise Torn(f"who asked alone afterwards got a {alone.status}")
    tally.tries = tally.survivors = len(statuses)


def test_overload(tally: Tally, random: Random, is_long: bool) -> None:
    """100 clients ask without a pause where 10 can be taken, and the others are refused."""
    overload(WAITING, 200 if is_long else 4, tally, random)


def test_without_a_limit_all_wait(random: Random) -> None:
    with pytest.raises(Torn, match="waited at a time"):
        overload(10 * CLIENTS, 1, Tally(), random)
