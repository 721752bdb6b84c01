"""The bounded queue."""

import asyncio
import gc
import threading
import time
import weakref
from functools import partial
from typing import cast

import pytest

from corpus.errors import OverloadedError
from service.runtime.forked import Process
from service.runtime.pool import AHEAD, Workers


def test_one_too_many_is_refused_at_once_and_room_comes_back() -> None:
    async def scenario() -> None:
        workers, gate = Workers(threads=1, waiting=1), threading.Event()
        first, second = (asyncio.ensure_future(workers.run(gate.wait)) for _ in range(2))
        await asyncio.sleep(0)
        assert workers.waiting == 1
        with pytest.raises(OverloadedError, match="1 requests wait"):
            await workers.run(gate.wait)
        gate.set()
        assert await first
        assert await second
        assert workers.waiting == 0
        assert await workers.run(lambda: 3) == 3

    asyncio.run(scenario())


def test_an_error_comes_through_and_leaves_its_room() -> None:
    async def scenario() -> None:
        workers = Workers(threads=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await workers.run(lambda: divmod(1, 0))

    asyncio.run(scenario())


class Elsewhere:
    """A process that answers when it is told to."""

    def __init__(self, answers: object = "there") -> None:
        self.asked = 0
        self.told = asyncio.Event()
        self.answers = answers

    async def find(self, process: Process) -> object:
        assert process is cast(object, self)
        self.asked += 1
        await self.told.wait()
        return self.answers


def test_a_call_that_comes_alone_is_answered_here_and_others_elsewhere() -> None:
    async def scenario() -> None:
        process, gate = Elsewhere(), threading.Event()
        workers = Workers(threads=1, waiting=2, processes=[cast(Process, process)])
        assert await workers.run(lambda: "here", process.find) == "here"
        calls = [asyncio.ensure_future(workers.run(gate.wait, process.find)) for _ in range(2 + AHEAD)]
        await asyncio.sleep(0)
        assert (process.asked, workers.waiting) == (AHEAD, 1)
        process.told.set()
        assert [await call for call in calls[1:]] == ["there"] * (1 + AHEAD)
        gate.set()
        assert await calls[0] is True

    asyncio.run(scenario())


def test_no_call_waits_for_another_while_a_thread_is_idle() -> None:
    async def scenario() -> None:
        process = Elsewhere()
        workers = Workers(threads=1, waiting=9, processes=[cast(Process, process)])
        here, *there = (asyncio.ensure_future(workers.run(lambda: "here", process.find)) for _ in range(1 + AHEAD))
        assert await here == "here"
        process.told.set()
        assert await asyncio.gather(*there) == ["there"] * AHEAD
        process.told.clear()
        gate = threading.Event()
        calls = [asyncio.ensure_future(workers.run(gate.wait, process.find)) for _ in range(2)]
        await asyncio.sleep(0)
        assert process.asked == AHEAD + 1
        process.told.set()
        gate.set()
        assert await asyncio.gather(*calls) == [True, "there"]

    asyncio.run(scenario())


def test_what_cannot_be_answered_elsewhere_is_answered_here() -> None:
    async def scenario() -> None:
        process = Elsewhere(None)
        process.told.set()
        workers = Workers(threads=1, waiting=9, processes=[cast(Process, process)])
        calls = [workers.run(partial(int, number), process.find) for number in range(9)]
        assert await asyncio.gather(*calls) == list(range(9))
        assert process.asked > 1

    asyncio.run(scenario())


def test_a_call_that_gives_up_waiting_leaves_its_turn_to_the_next() -> None:
    async def scenario() -> None:
        workers, gate = Workers(threads=1, waiting=3), threading.Event()
        calls = [asyncio.ensure_future(workers.run(gate.wait)) for _ in range(4)]
        await asyncio.sleep(0)
        calls[1].cancel()
        await asyncio.sleep(0)
        assert workers.waiting == 2
        gate.set()
        await calls[0]
        calls[2].cancel()  # it may have its turn already
        assert await calls[3]
        assert await workers.run(lambda: 3) == 3

    asyncio.run(scenario())


def test_a_call_that_nobody_waits_for_any_more_does_no_harm() -> None:
    workers, gate, complaints = Workers(threads=1, waiting=1), threading.Event(), list[object]()

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
        workers, gate = Workers(threads=1, waiting=0), threading.Event()

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
    workers = Workers(threads=1, waiting=0)

    def use() -> "weakref.ref[set[int]]":
        held = set[int]()
        assert asyncio.run(workers.run(partial(len, held))) == 0
        return weakref.ref(held)

    held = use()
    end = time.monotonic() + 10
    while held() is not None:
        assert time.monotonic() < end
        time.sleep(0.001)
