"""Where questions are answered, and the bounded queue in front: threads of this process, and other processes."""

import asyncio
import weakref
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from corpus.errors import OverloadedError
from service.runtime.forked import Process

AHEAD = 2  # questions that a process has at a time: while one is fetched from it, the other one is answered
T = TypeVar("T")
Task = tuple[Callable[[], Any], asyncio.AbstractEventLoop, asyncio.Future[Any]]
Seat = Process | None  # None: a thread of this process


class Workers:
    """So many calls run as there are seats, `waiting` wait, and one more is refused at once. Used from one event loop.

    No executor: a queue and a callback take half of its time.
    """

    def __init__(self, threads: int, waiting: int, processes: Sequence[Process] = ()) -> None:
        self.processes = processes
        self._threads = threads
        self._most = waiting
        self._seats: dict[Seat, int] = {None: threads, **dict.fromkeys(processes, AHEAD)}
        self._taken = Counter[Seat]()
        self._line = deque[asyncio.Future[Seat]]()
        self._started = False
        self._tasks = SimpleQueue[Task | None]()

    @property
    def waiting(self) -> int:
        """Calls that have no seat yet."""
        return len(self._line)

    async def run(self, call: Callable[[], T], elsewhere: Callable[[Process], Awaitable[T | None]] | None = None) -> T:
        """The call's result; from a process where one is free, and `elsewhere` gives it there.

        Raises OverloadedError where the queue is full.
        """
        seat = await self._take()
        try:
            if seat and elsewhere and (result := await elsewhere(seat)) is not None:
                return result
            return await self._in_thread(call)
        finally:
            self._leave(seat)

    async def open(self, snapshot: str) -> None:
        """Have every process answer from this snapshot."""
        for process in self.processes:
            await process.open(snapshot)

    def close(self) -> None:
        """End the processes."""
        for process in self.processes:
            process.close()

    async def _take(self) -> Seat:
        if free := [seat for seat, most in self._seats.items() if self._taken[seat] < most]:
            # One that is idle, this process before others; what a process has ahead waits there.
            seat = min(free, key=lambda seat: self._taken[seat] if seat else 0)
            self._taken[seat] += 1
            return seat
        if len(self._line) >= self._most:
            raise OverloadedError(f"everybody is busy and {len(self._line)} requests wait; try again in a second")
        turn: asyncio.Future[Seat] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn in self._line:
                self._line.remove(turn)
            elif not turn.cancelled():
                self._leave(turn.result())
            raise

    def _leave(self, seat: Seat) -> None:
        while self._line:
            turn = self._line.popleft()
            if not turn.done():  # else the request was cancelled
                turn.set_result(seat)
                return
        self._taken[seat] -= 1

    async def _in_thread(self, call: Callable[[], T]) -> T:
        if not self._started:
            self._start()
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._tasks.put((call, loop, future))
        result: T = await future
        return result

    def _start(self) -> None:
        self._started = True
        for number in range(self._threads):
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
