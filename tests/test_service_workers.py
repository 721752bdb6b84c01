"""The bounded queue."""

import asyncio
import threading

import pytest

from corpus.errors import OverloadedError
from service.workers import Workers


def test_one_too_many_is_refused_at_once_and_room_comes_back() -> None:
    async def scenario() -> None:
        workers, gate = Workers(running=1, waiting=1), threading.Event()
        first, second = (asyncio.ensure_future(workers.run(gate.wait)) for _ in range(2))
        await asyncio.sleep(0)
        assert workers.waiting == 1
        with pytest.raises(OverloadedError, match="2 requests"):
            await workers.run(gate.wait)
        gate.set()
        assert await first
        assert await second
        assert workers.waiting == 0
        assert await workers.run(lambda: 3) == 3

    asyncio.run(scenario())


def test_an_error_comes_through_and_leaves_its_room() -> None:
    async def scenario() -> None:
        workers = Workers(running=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await workers.run(lambda: divmod(1, 0))

    asyncio.run(scenario())
