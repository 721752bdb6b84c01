"""The bounded queue."""

import asyncio
import gc
import threading
import time
import weakref
from functools import partial

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


def test_a_call_that_nobody_waits_for_any_more_does_no_harm() -> None:
    workers, gate, complaints = Workers(running=1, waiting=1), threading.Event(), list[object]()

    async def leave() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *complaint: complaints.append(complaint))
        call = asyncio.ensure_future(workers.run(gate.wait))
        await asyncio.sleep(0)
        call.cancel()
        gate.set()
        assert await workers.run(lambda: 3) == 3

    asyncio.run(leave())
    assert not complaints


def test_a_thread_outlives_a_loop_and_ends_with_the_workers() -> None:
    def use() -> threading.Thread:
        workers, gate = Workers(running=1, waiting=0), threading.Event()

        async def leave() -> None:
            call = asyncio.ensure_future(workers.run(gate.wait))
            await asyncio.sleep(0)
            call.cancel()

        asyncio.run(leave())
        gate.set()
        return asyncio.run(workers.run(threading.current_thread))

    thread = use()
    assert thread is not threading.current_thread()
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_what_a_call_held_is_let_go_when_it_ends() -> None:
    workers = Workers(running=1, waiting=0)

    def use() -> "weakref.ref[set[int]]":
        held = set[int]()
        assert asyncio.run(workers.run(partial(len, held))) == 0
        return weakref.ref(held)

    held = use()
    end = time.monotonic() + 10
    while held() is not None:
        assert time.monotonic() < end
        time.sleep(0.001)
