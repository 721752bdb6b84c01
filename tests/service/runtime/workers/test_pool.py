"""The pool: who takes a call, who waits, and who is refused."""

import asyncio
import gc
import threading
import time
import weakref
from functools import partial
from typing import cast

import pytest

from corpus.errors import DeadlineError, OverloadedError
from service.runtime.workers.helper_process import HelperProcess
from service.runtime.workers.pool import CALLS_PER_HELPER, Pool


def test_one_too_many_is_refused_at_once_and_room_comes_back() -> None:
    async def scenario() -> None:
        pool, gate = Pool(threads=1, max_waiting=1), threading.Event()
        first, second = (asyncio.ensure_future(pool.run(gate.wait)) for _ in range(2))
        await asyncio.sleep(0)
        assert pool.waiting == 1
        with pytest.raises(OverloadedError, match="1 requests wait"):
            await pool.run(gate.wait)
        gate.set()
        assert await first
        assert await second
        assert pool.waiting == 0
        assert await pool.run(lambda: 3) == 3

    asyncio.run(scenario())


def test_an_error_comes_through_and_leaves_its_room() -> None:
    async def scenario() -> None:
        pool = Pool(threads=1, max_waiting=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await pool.run(lambda: divmod(1, 0))

    asyncio.run(scenario())


def test_the_end_of_an_iterator_is_an_error_like_any_other() -> None:
    async def scenario() -> None:
        pool = Pool(threads=1, max_waiting=0, deadline=5)
        with pytest.raises(RuntimeError, match="StopIteration"):
            await pool.run(lambda: next(iter(())))

    asyncio.run(scenario())


class FakeHelper:
    """A helper process that answers when it is told to."""

    def __init__(self, reply: object = "there") -> None:
        self.calls = 0
        self.told = asyncio.Event()
        self.reply = reply

    async def answer(self, helper: HelperProcess) -> object:
        assert helper is cast(object, self)
        self.calls += 1
        await self.told.wait()
        return self.reply


def test_a_call_that_comes_alone_is_answered_here_and_others_by_helpers() -> None:
    async def scenario() -> None:
        helper, gate = FakeHelper(), threading.Event()
        pool = Pool(threads=1, max_waiting=2, helpers=[cast(HelperProcess, helper)])
        assert await pool.run(lambda: "here", helper.answer) == "here"
        calls = [asyncio.ensure_future(pool.run(gate.wait, helper.answer)) for _ in range(2 + CALLS_PER_HELPER)]
        await asyncio.sleep(0)
        assert (helper.calls, pool.waiting) == (CALLS_PER_HELPER, 1)
        helper.told.set()
        assert [await call for call in calls[1:]] == ["there"] * (1 + CALLS_PER_HELPER)
        gate.set()
        assert await calls[0] is True

    asyncio.run(scenario())


def test_no_call_waits_for_another_while_a_thread_is_idle() -> None:
    async def scenario() -> None:
        helper = FakeHelper()
        pool = Pool(threads=1, max_waiting=9, helpers=[cast(HelperProcess, helper)])
        here, *there = (
            asyncio.ensure_future(pool.run(lambda: "here", helper.answer)) for _ in range(1 + CALLS_PER_HELPER)
        )
        assert await here == "here"
        helper.told.set()
        assert await asyncio.gather(*there) == ["there"] * CALLS_PER_HELPER
        helper.told.clear()
        gate = threading.Event()
        calls = [asyncio.ensure_future(pool.run(gate.wait, helper.answer)) for _ in range(2)]
        await asyncio.sleep(0)
        assert helper.calls == CALLS_PER_HELPER + 1
        helper.told.set()
        gate.set()
        assert await asyncio.gather(*calls) == [True, "there"]

    asyncio.run(scenario())


def test_a_call_that_was_late_before_a_thread_was_free_is_never_begun() -> None:
    async def scenario() -> None:
        helper, gate, calls = FakeHelper(None), threading.Event(), list[int]()
        helper.told.set()
        pool = Pool(threads=1, max_waiting=9, helpers=[cast(HelperProcess, helper)], deadline=0.1, max_hung=0)
        hung, behind = (
            asyncio.ensure_future(pool.run(call, helper.answer)) for call in (gate.wait, lambda: calls.append(1))
        )
        for failed in (hung, behind):
            with pytest.raises(DeadlineError):
                await failed
        gate.set()
        assert await pool.run(lambda: 3) == 3
        assert not calls

    asyncio.run(scenario())


def test_what_a_helper_is_too_late_for_is_not_tried_here() -> None:
    async def too_late(helper: HelperProcess) -> object:
        raise DeadlineError("too late")

    async def scenario() -> None:
        pool, gate, calls = (
            Pool(threads=1, max_waiting=9, helpers=[cast(HelperProcess, FakeHelper())]),
            threading.Event(),
            [],
        )
        here = asyncio.ensure_future(pool.run(gate.wait))
        await asyncio.sleep(0)
        with pytest.raises(DeadlineError, match="too late"):
            await pool.run(lambda: calls.append(1), too_late)
        gate.set()
        assert await here
        assert await pool.run(lambda: 3) == 3
        assert not calls

    asyncio.run(scenario())


def test_what_a_helper_cannot_answer_is_answered_here() -> None:
    async def scenario() -> None:
        helper = FakeHelper(None)
        helper.told.set()
        pool = Pool(threads=1, max_waiting=9, helpers=[cast(HelperProcess, helper)])
        calls = [pool.run(partial(int, number), helper.answer) for number in range(9)]
        assert await asyncio.gather(*calls) == list(range(9))
        assert helper.calls > 1

    asyncio.run(scenario())


def test_a_call_that_gives_up_waiting_leaves_its_turn_to_the_next() -> None:
    async def scenario() -> None:
        pool, gate = Pool(threads=1, max_waiting=3), threading.Event()
        calls = [asyncio.ensure_future(pool.run(gate.wait)) for _ in range(4)]
        await asyncio.sleep(0)
        calls[1].cancel()
        await asyncio.sleep(0)
        assert pool.waiting == 2
        gate.set()
        await calls[0]
        calls[2].cancel()  # it may have its turn already
        assert await calls[3]
        assert await pool.run(lambda: 3) == 3

    asyncio.run(scenario())


def test_a_call_that_nobody_waits_for_any_more_does_no_harm() -> None:
    pool, gate, complaints = Pool(threads=1, max_waiting=1), threading.Event(), list[object]()

    async def leave() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *complaint: complaints.append(complaint))
        call = asyncio.ensure_future(pool.run(gate.wait))
        await asyncio.sleep(0)
        call.cancel()
        gate.set()
        assert await pool.run(lambda: 3) == 3

    asyncio.run(leave())
    assert not complaints


def test_a_thread_outlives_a_loop_and_ends_with_the_pool() -> None:
    def use() -> threading.Thread:
        pool, gate = Pool(threads=1, max_waiting=0), threading.Event()

        async def leave() -> None:
            call = asyncio.ensure_future(pool.run(gate.wait))
            await asyncio.sleep(0)
            call.cancel()

        asyncio.run(leave())
        gate.set()
        return asyncio.run(pool.run(threading.current_thread))

    thread = use()
    assert thread is not threading.current_thread()
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_what_a_call_held_is_let_go_when_it_ends() -> None:
    pool = Pool(threads=1, max_waiting=0)

    def use() -> "weakref.ref[set[int]]":
        held = set[int]()
        assert asyncio.run(pool.run(partial(len, held))) == 0
        return weakref.ref(held)

    held = use()
    end = time.monotonic() + 10
    while held() is not None:
        assert time.monotonic() < end
        time.sleep(0.001)
