"""Helper processes. Python runs one thread at a time and most of a search is Python, so other processes answer as well.

They are forked once the encoder is loaded, and the snapshot too where that is quick: all of them share one copy of both
and of every file that is mapped. A helper only helps: what it cannot answer, the process that asked it answers itself.
So every error is met, counted and logged in one place, and a helper that is killed costs no question. Only a question
that a helper does not answer by its deadline is tried nowhere else: the helper is ended, and the question fails.
"""

import asyncio
import gc
import json
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from corpus.errors import DeadlineError
from index.machine import give_back_memory
from service.answering.engine import Engine
from service.runtime.render import Outcome, Query, RenderedReply, render
from service.schemas.requests import AskRequest, SearchRequest

OpenSnapshot = Callable[[str], Engine]
"""Opens the snapshot of this id in a helper process."""

QUERIES: Mapping[str, type[Query]] = {model.__name__: model for model in (AskRequest, SearchRequest)}

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds after which a helper process is given up that does not answer, or does not finish opening a snapshot."""

    answering: float = 10.0
    opening: float = 120.0


TIMEOUTS = Timeouts()


class HelperProcess(asyncio.Protocol):
    """One helper process and the connection to it, used from one event loop.

    Each request is one line of JSON, each reply two lines: what is counted of it and the body, both empty where the
    helper could not answer. Replies come in the order of the requests. The helper ends when its connection does, so
    also when this process ends.

    `snapshot` is the one that it answers from, None while there is none; `pid` is its process id; `gone` is true once
    it answers nothing any more.
    """

    def __init__(
        self, open_snapshot: OpenSnapshot, parents_sockets: Sequence[socket.socket], timeouts: Timeouts = TIMEOUTS
    ) -> None:
        """Fork; the child closes `parents_sockets`, which it inherits and which only the parent may hold open."""
        self.socket, childs_end = socket.socketpair()
        self.pid = os.fork()
        if not self.pid:
            _live(childs_end, open_snapshot, (self.socket, *parents_sockets))
        childs_end.close()
        self.snapshot: str | None = None
        self.gone = False
        self._timeouts = timeouts
        self._last_ordered: str | None = None  # the snapshot that it was last told to open
        self._transport: asyncio.WriteTransport | None = None
        self._waiting = deque[asyncio.Future[RenderedReply | None]]()
        self._lines = deque[bytes]()
        self._unfinished_line = b""

    async def open(self, snapshot: str) -> None:
        """Have it answer from this snapshot; does nothing where it was told so before."""
        if self.gone or self._last_ordered == snapshot:
            return
        self._last_ordered, self.snapshot = snapshot, None
        with suppress(TimeoutError):
            if await self._request(self._timeouts.opening, "open", snapshot):
                self.snapshot = snapshot
        if self.snapshot is None:
            log.warning("a process does not help with this snapshot", process=self.pid, snapshot=snapshot)

    async def render(
        self,
        snapshot: str,
        query: Query,
    ) -> RenderedReply | None:
        """As `service.runtime.render.render`; None where it has another snapshot, or cannot answer.

        Raises DeadlineError where it takes too long: whoever asked must not try the same question again.
        """
        if self.snapshot != snapshot:
            return None
        seconds = self._timeouts.answering
        try:
            return await self._request(seconds, type(query).__name__, query.model_dump())
        except TimeoutError:
            raise late(seconds) from None

    def close(self) -> None:
        """End it."""
        self.gone = True
        if self._transport is None:
            self.socket.close()
        else:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take the replies that are complete."""
        *lines, self._unfinished_line = (self._unfinished_line + data).split(b"\n")
        self._lines += lines
        while len(self._lines) > 1:
            counted, body = self._lines.popleft(), self._lines.popleft()
            self._settle(RenderedReply(body, Outcome(*json.loads(counted))) if body else None)

    def connection_lost(self, error: Exception | None) -> None:
        """Note that it is gone; those who wait for it then answer themselves."""
        unexpected, self.gone, self.snapshot = not self.gone, True, None
        while self._waiting:
            self._settle(None)
        with suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if unexpected:
            log.error("a process is gone; start the service again for its full speed", process=self.pid)

    async def _request(self, seconds: float, *request: object) -> RenderedReply | None:
        loop = asyncio.get_running_loop()
        if self._transport is None:
            self._transport, _ = await loop.create_connection(lambda: self, sock=self.socket)
        future = loop.create_future()
        self._waiting.append(future)
        self._transport.write(json.dumps(request).encode() + b"\n")
        try:
            async with asyncio.timeout(seconds):
                reply: RenderedReply | None = await future
        except TimeoutError:
            log.error("a process does not answer", process=self.pid, seconds=seconds)
            self._transport.abort()
            raise
        return reply

    def _settle(self, reply: RenderedReply | None) -> None:
        future = self._waiting.popleft()
        if not future.done():  # else the request was cancelled
            future.set_result(reply)


def late(seconds: float) -> DeadlineError:
    """The error of a question that took longer than so many seconds."""
    return DeadlineError(
        f"no answer within {seconds:g} seconds; ask a shorter question, or have CENTREQA_DEADLINE raised"
    )


def fork(
    count: int, open_snapshot: OpenSnapshot, listener: socket.socket, timeouts: Timeouts = TIMEOUTS
) -> Sequence[HelperProcess]:
    """So many helper processes, where the system can fork; none elsewhere.

    No other thread may be importing then, nor hold a lock that the child would need: it would stay locked for ever.
    """
    helpers: list[HelperProcess] = []
    if sys.platform == "linux" and "torch" not in sys.modules:  # torch's threads do not survive a fork
        # Memory is shared until somebody writes to it: give back what is free, and let no search for garbage write to
        # the rest.
        give_back_memory()
        gc.freeze()
        for _ in range(count):
            sockets = [listener, *(helper.socket for helper in helpers)]
            helpers.append(HelperProcess(open_snapshot, sockets, timeouts))
    return helpers


def _live(connection: socket.socket, open_snapshot: OpenSnapshot, parents_sockets: Sequence[socket.socket]) -> None:
    """The life of a child; never returns."""
    try:
        # A terminal sends these to every process of the service; this one ends when its parent does.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        os.environ["TOKENIZERS_PARALLELISM"] = "false"  # else the library warns that it was forked
        for inherited in parents_sockets:
            inherited.close()
        _answer(connection, open_snapshot)
    finally:
        os._exit(0)


def _answer(connection: socket.socket, open_snapshot: OpenSnapshot) -> None:
    """Reply to every line until the connection ends."""
    engine: Engine | None = None
    with connection.makefile("rwb") as lines:
        for line in lines:
            reply = None
            with suppress(Exception):  # the parent meets the same error when it answers itself, and reports it
                match json.loads(line):
                    case ["open", snapshot]:
                        engine = None  # the old one is freed before the new one is opened
                        engine = open_snapshot(snapshot)
                        give_back_memory()
                        reply = RenderedReply(snapshot.encode())
                    case [name, values] if engine:
                        reply = render(engine, QUERIES[name].model_construct(**values))
            lines.write(_as_lines(reply) if reply else b"\n\n")
            lines.flush()


def _as_lines(reply: RenderedReply) -> bytes:
    """What is counted of a reply, and its body, a line each."""
    return b"%s\n%s\n" % (json.dumps(reply.outcome.values()).encode(), reply.json)
