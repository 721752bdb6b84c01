"""The threads that answer questions, and the bounded queue in front of them."""

import asyncio
import weakref
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from corpus.errors import OverloadedError

T = TypeVar("T")
Task = tuple[Callable[[], Any], asyncio.AbstractEventLoop, asyncio.Future[Any]]


class Workers:
    """At most `running` calls run and `waiting` wait; one more is refused at once. Used from one event loop.

    No executor: a queue and a callback take half of its time.
    """

    def __init__(self, running: int, waiting: int) -> None:
        self._room = running + waiting
        self._running = running
        self._inside = 0
        self._started = False
        self._tasks = SimpleQueue[Task | None]()

    @property
    def waiting(self) -> int:
        """Calls that no thread has taken yet."""
        return max(0, self._inside - self._running)

    async def run(self, call: Callable[[], T]) -> T:
        """The call's result, from a worker thread; raises OverloadedError where the queue is full."""
        if self._inside >= self._room:
            raise OverloadedError(f"{self._inside} requests are being answered or waiting; try again in a second")
        if not self._started:
            self._start()
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._inside += 1
        try:
            self._tasks.put((call, loop, future))
            result: T = await future
            return result
        finally:
            self._inside -= 1

    def _start(self) -> None:
        self._started = True
        for number in range(self._running):
            Thread(target=_work, args=(self._tasks,), name=f"answer-{number}", daemon=True).start()
            weakref.finalize(self, self._tasks.put, None)


def _work(tasks: SimpleQueue[Task | None]) -> None:
    """Do what comes until None does."""
    while task := tasks.get():
        _do(*task)
        del task  # an engine is freed as soon as nobody uses it, not when the next question comes


def _do(call: Callable[[], Any], loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]) -> None:
    result, failure = None, None
    try:
        result = call()
    except BaseException as error:
        failure = error
    with suppress(RuntimeError):  # the loop was closed: nobody waits any more
        loop.call_soon_threadsafe(_settle, future, result, failure)


def _settle(future: asyncio.Future[Any], result: object, failure: BaseException | None) -> None:
    if future.done():  # the request was cancelled
        return
    if failure is None:
        future.set_result(result)
    else:
        future.set_exception(failure)
