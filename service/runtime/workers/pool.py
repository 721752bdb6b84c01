"""Where questions are answered: in threads of this process and in helper processes, behind a limited queue."""

import asyncio
import weakref
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeAlias, TypeVar, cast

import structlog

from corpus.errors import OverloadedError
from service.runtime.workers.helper_process import TIMEOUTS, HelperProcess, late

CALLS_PER_HELPER = 2  # calls sent to a helper process at a time: it answers one while the other one travels
MAX_HUNG = 8  # threads that hang and are replaced; each of them holds what its call holds
T = TypeVar("T")
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

Worker: TypeAlias = HelperProcess | None
"""Who takes a call: a helper process, or None for the threads of this process."""


@dataclass(slots=True)
class _Task:
    """A call for a thread, where its result is waited for, and whether a thread has begun with it."""

    call: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    result: asyncio.Future[Any]
    has_begun: bool = False


class Pool:
    """Runs calls, as many at a time as there are seats. Used from one event loop.

    A seat is room for one call: each thread has one, each helper process `CALLS_PER_HELPER`. A call that finds no free
    seat waits in the queue, and a call that finds the queue full is refused.

    Threads are fed by a plain queue and a callback: that takes half the time of an executor of the standard library.
    """

    def __init__(
        self,
        threads: int,
        max_waiting: int,
        helpers: Sequence[HelperProcess] = (),
        deadline: float = TIMEOUTS.answering,
        max_hung: int = MAX_HUNG,
    ) -> None:
        """`max_waiting` calls may wait for a seat; `deadline` is in seconds, once for that and once for the call.

        Up to `max_hung` threads that are late have another thread in their place.
        """
        self.helpers = helpers
        self._threads = threads
        self._max_waiting = max_waiting
        self._deadline = deadline
        self._seats: dict[Worker, int] = {None: threads, **dict.fromkeys(helpers, CALLS_PER_HELPER)}
        self._taken = Counter[Worker]()  # seats by who has them
        self._queue = deque[asyncio.Future[Worker]]()
        self._tasks = SimpleQueue[_Task | None]()
        self._max_hung = max_hung
        self._hung = 0  # threads that are late with a call, and have another one in their place
        self._started = 0  # threads

    @property
    def waiting(self) -> int:
        """Calls that wait for a seat."""
        return len(self._queue)

    @property
    def seats(self) -> int:
        """Calls that can run at the same time; those of a helper process that is gone do not count."""
        return sum(seats for worker, seats in self._seats.items() if worker is None or not worker.gone)

    @property
    def seats_taken(self) -> int:
        """Seats that have a call."""
        return self._taken.total()

    async def run(
        self, call: Callable[[], T], in_helper: Callable[[HelperProcess], Awaitable[T | None]] | None = None
    ) -> T:
        """The result of the call; that of `in_helper` where the call gets a seat of a helper process that has one.

        Raises OverloadedError where the queue is full or gives no seat by the deadline, and DeadlineError where the
        call does not end by it. A thread cannot be ended, so another one takes the place of one that is late. Where too
        many are, the call keeps its seat until it does end.
        """
        worker = await self._take_seat()
        keeps_seat = False
        try:
            if worker and in_helper and (result := await in_helper(worker)) is not None:
                return result
            task = self._start_in_thread(call)
            try:
                await asyncio.wait((task.result,), timeout=self._deadline)
            except asyncio.CancelledError:
                task.result.cancel()
                raise
            if task.result.done():
                return cast(T, task.result.result())
            keeps_seat = self._give_up(task, worker)
            raise late(self._deadline)
        finally:
            if not keeps_seat:
                self._leave_seat(worker)

    async def open(self, snapshot: str | None, opened: int = 1) -> None:
        """Have every helper process answer from this snapshot; as `HelperProcess.open`."""
        for helper in self.helpers:
            await helper.open(snapshot, opened)

    async def close(self) -> None:
        """End the helper processes."""
        for helper in self.helpers:
            await helper.close()

    async def _take_seat(self) -> Worker:
        if free := [worker for worker, seats in self._seats.items() if self._taken[worker] < seats]:
            # This process first: a free thread answers at once. Else the helper that has the fewest calls: in one that
            # is busy, the call waits for the one before it.
            worker = min(free, key=lambda worker: self._taken[worker] if worker else 0)
            self._taken[worker] += 1
            return worker
        if len(self._queue) >= self._max_waiting:
            raise OverloadedError(f"everybody is busy and {len(self._queue)} requests wait; try again in a second")
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout(self._deadline):
                return await self._wait_for(turn)
        except TimeoutError:
            raise OverloadedError(f"nobody was free for {self._deadline:g} seconds; try again later") from None

    async def _wait_for(self, turn: asyncio.Future[Worker]) -> Worker:
        try:
            return await turn
        except asyncio.CancelledError:
            if turn in self._queue:
                self._queue.remove(turn)
            elif not turn.cancelled():
                self._leave_seat(turn.result())
            raise

    def _leave_seat(self, worker: Worker) -> None:
        """Give the seat to the first call of the queue that still wants it."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():  # else the request was cancelled
                turn.set_result(worker)
                return
        self._taken[worker] -= 1

    def _give_up(self, task: _Task, worker: Worker) -> bool:
        """Wait no more for a call that is late; returns whether it keeps its seat until it ends."""
        if not task.has_begun:
            task.result.cancel()
            return False
        keeps_seat = self._hung >= self._max_hung
        if not keeps_seat:
            self._hung += 1
            self._start_threads()
        log.error("a question hangs", hung=self._hung, replaced=not keeps_seat)

        def ended(result: asyncio.Future[Any]) -> None:
            if not result.cancelled():
                result.exception()  # else it would be logged that nobody has looked at it
            if keeps_seat:
                self._leave_seat(worker)
            else:
                self._hung -= 1

        task.result.add_done_callback(ended)
        return keeps_seat

    def _start_in_thread(self, call: Callable[[], Any]) -> _Task:
        self._start_threads()
        loop = asyncio.get_running_loop()
        task = _Task(call, loop, loop.create_future())
        self._tasks.put(task)
        return task

    def _start_threads(self) -> None:
        while self._started < self._threads + self._hung:
            Thread(target=_work, args=(self._tasks,), name=f"answer-{self._started}", daemon=True).start()
            weakref.finalize(self, self._tasks.put, None)
            self._started += 1


def _work(tasks: SimpleQueue[_Task | None]) -> None:
    """Do tasks in this thread until None comes in the place of one."""
    while task := tasks.get():
        _do(task)
        del task  # else the engine that it holds is freed only when the next task comes


def _do(task: _Task) -> None:
    if task.result.cancelled():  # nobody waits for it
        return
    task.has_begun = True
    result, failure = None, None
    try:
        result = task.call()
    except BaseException as error:
        # A future takes no StopIteration: whoever waits for it would wait for ever.
        failure = RuntimeError(repr(error)) if isinstance(error, StopIteration) else error
    with suppress(RuntimeError):  # the loop was closed: nobody waits any more
        task.loop.call_soon_threadsafe(_settle, task.result, result, failure)


def _settle(future: asyncio.Future[Any], result: object, failure: BaseException | None) -> None:
    if future.done():  # the request was cancelled
        return
    if failure is None:
        future.set_result(result)
    else:
        future.set_exception(failure)
