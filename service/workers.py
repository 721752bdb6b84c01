"""The threads that answer questions, and the bounded queue in front of them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from corpus.errors import OverloadedError

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """At most `running` calls run and `waiting` wait; one more is refused at once. Used from one event loop."""

    def __init__(self, running: int, waiting: int) -> None:
        self._room = running + waiting
        self._running = running
        self._inside = 0
        self._threads = ThreadPoolExecutor(running, "answer")

    @property
    def waiting(self) -> int:
        """Calls that no thread has taken yet."""
        return max(0, self._inside - self._running)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The call's result, from a worker thread; raises OverloadedError where the queue is full."""
        if self._inside >= self._room:
            raise OverloadedError(f"{self._inside} requests are being answered or waiting; try again in a second")
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: call(*args, **kwargs))
        finally:
            self._inside -= 1
