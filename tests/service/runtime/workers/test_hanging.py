"""Calls that hang in a thread: they fail by their deadline, and keep no seat."""

import asyncio
import gc
import threading
from functools import partial

import pytest

from corpus.errors import DeadlineError, OverloadedError
from service.runtime.workers.pool import Pool


def test_a_call_that_hangs_fails_alone_and_another_thread_takes_its_place() -> None:
    async def scenario() -> None:
        pool, gate = Pool(threads=2, max_waiting=9, deadline=0.1), threading.Event()
        for _ in range(3):
            hung = [asyncio.ensure_future(pool.run(gate.wait)) for _ in range(2)]
            for failed in hung:
                with pytest.raises(DeadlineError, match=r"no answer within 0\.1 seconds; .*CENTREQA_DEADLINE"):
                    await failed
            assert await asyncio.gather(*(pool.run(partial(int, number)) for number in range(9))) == list(range(9))
        gate.set()
        assert await pool.run(lambda: 5) == 5

    asyncio.run(scenario())


def test_where_too_many_hang_they_keep_their_seats_until_they_end() -> None:
    async def scenario() -> None:
        pool, gate = Pool(threads=1, max_waiting=9, deadline=0.1, max_hung=1), threading.Event()
        for _ in range(2):
            with pytest.raises(DeadlineError):
                await pool.run(gate.wait)
        with pytest.raises(OverloadedError, match=r"nobody was free for 0\.1 seconds"):
            await pool.run(lambda: 4)
        gate.set()
        assert await pool.run(lambda: 5) == 5
        gate.clear()
        with pytest.raises(DeadlineError):  # one may hang again
            await pool.run(gate.wait)
        assert await pool.run(lambda: 6) == 6
        gate.set()

    asyncio.run(scenario())


def test_what_fails_after_its_deadline_is_not_complained_about() -> None:
    complaints = list[object]()

    async def scenario() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *complaint: complaints.append(complaint))
        pool, gate = Pool(threads=1, max_waiting=1, deadline=0.05), threading.Event()
        with pytest.raises(DeadlineError):
            await pool.run(lambda: divmod(int(gate.wait()), 0))
        gate.set()
        assert await pool.run(lambda: 3) == 3

    asyncio.run(scenario())
    gc.collect()
    assert not complaints
