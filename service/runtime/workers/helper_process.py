"""Helper processes. Python runs one thread at a time and most of a search is Python, so other processes answer as well.

They share one copy of the encoder, of the snapshot where opening it was quick, and of every file that is mapped. A
helper only helps: what it cannot answer, the process that asked it answers itself. So every error is met, counted and
logged in one place, and a helper that is killed costs no question. Only a question that a helper does not answer by its
deadline is tried nowhere else: the helper is ended, and the question fails.
"""

import asyncio
import gc
import json
import os
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import structlog

from corpus.errors import DeadlineError, UnavailableError
from index.machine import give_back_memory
from service.answering.engine import Engine
from service.runtime.render import Outcome, Query, RenderedReply, render
from service.runtime.workers.fork_server import ForkServer
from service.schemas.requests import AskRequest, SearchRequest

OpenSnapshot = Callable[[str], Engine]
"""Opens the snapshot of this id in a helper process."""

QUERIES: Mapping[str, type[Query]] = {model.__name__: model for model in (AskRequest, SearchRequest)}

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

LONG_LIFE = 10.0  # seconds; who is lost after them is replaced at once
LONGEST_PAUSE = 60.0  # seconds before another process takes the place of several that were lost one after another


@dataclass(frozen=True, slots=True)
class Order:
    """A snapshot that is to be opened, or None; `opened` counts how often this service has opened one."""

    snapshot: str | None
    opened: int


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds after which a helper process is given up that does not answer, or does not finish opening a snapshot."""

    answering: float = 10.0
    opening: float = 120.0


TIMEOUTS = Timeouts()


class HelperProcess(asyncio.Protocol):
    """A helper process and the connection to it, used from one event loop; one that is lost is replaced.

    Each request is one line of JSON, each reply two lines: what is counted of it and the body, both empty where the
    helper could not answer. Replies come in the order of the requests. The helper ends when its connection does, so
    also when this process ends.

    `snapshot` is the one that it answers from, None while there is none; `pid` is its process id; `gone` is true while
    there is no process.
    """

    def __init__(self, server: ForkServer, timeouts: Timeouts = TIMEOUTS) -> None:
        """Fork; raises UnavailableError."""
        self.snapshot: str | None = None
        self._server = server
        self._timeouts = timeouts
        self._order: Order | None = None  # what it was last told to open
        self._transport: asyncio.WriteTransport | None = None
        self._waiting = deque[asyncio.Future[RenderedReply | None]]()
        self._lines = deque[bytes]()
        self._unfinished_line = b""
        self._is_closed = False
        self._replacing: asyncio.Task[None] | None = None
        self._lost = 0  # processes in a row that did not live long
        self._started = self._next_start = 0.0  # on the monotonic clock
        self._start()

    async def open(self, snapshot: str | None, opened: int = 1) -> None:
        """Have it answer from this snapshot, which is `opened` for that many times; does nothing where it was told so.

        Where there is none, it lets go of the one that it has. Where the process is gone, another one takes its place,
        unless several were lost one after another just before.
        """
        order = Order(snapshot, opened)
        if self._is_closed or self._order == order:
            return
        if opened > 1 or snapshot is None:  # what it shares with the process that forks is out of date
            self._server.forget()
        if self.gone:
            if time.monotonic() < self._next_start:
                return
            try:
                self._start()
            except UnavailableError as error:
                self._next_start = time.monotonic() + LONG_LIFE
                log.error("a process could not be replaced", error=str(error))
                return
        self._order, self.snapshot = order, None
        with suppress(TimeoutError):
            if await self._request(self._timeouts.opening, "open", snapshot) and self._order == order:
                self.snapshot = snapshot
        if self.snapshot is None and snapshot is not None:
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

    async def close(self) -> None:
        """End it for good."""
        self._is_closed = True
        if self._replacing:
            self._replacing.cancel()
            await asyncio.wait((self._replacing,))
        if self._transport is None:
            self._socket.close()
            self._server.end(self.pid)
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
        """Replace it; those who wait for it answer themselves."""
        order, self._order = self._order, None
        self.gone, self.snapshot, self._transport = True, None, None
        self._unfinished_line = b""
        self._lines.clear()
        while self._waiting:
            self._settle(None)
        self._server.end(self.pid)
        if self._is_closed:
            return
        now = time.monotonic()
        self._lost = 1 if now - self._started > LONG_LIFE else self._lost + 1
        self._next_start = now if self._lost == 1 else now + min(2.0**self._lost, LONGEST_PAUSE)
        log.error("a process is gone; another one takes its place", process=self.pid, lost=self._lost)
        if order:
            self._replacing = asyncio.get_running_loop().create_task(self.open(order.snapshot, order.opened))

    def _start(self) -> None:
        self.pid, self._socket = self._server.fork()
        self._started = self._next_start = time.monotonic()
        self.gone = False

    async def _request(self, seconds: float, *request: object) -> RenderedReply | None:
        loop = asyncio.get_running_loop()
        if self._transport is None:
            self._transport, _ = await loop.create_connection(lambda: self, sock=self._socket)
        transport = self._transport
        future = loop.create_future()
        self._waiting.append(future)
        transport.write(json.dumps(request).encode() + b"\n")
        try:
            async with asyncio.timeout(seconds):
                reply: RenderedReply | None = await future
        except TimeoutError:
            log.error("a process does not answer", process=self.pid, seconds=seconds)
            transport.abort()
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
    count: int,
    open_snapshot: OpenSnapshot,
    listener: socket.socket,
    timeouts: Timeouts = TIMEOUTS,
    forget: Callable[[], object] = lambda: None,
) -> Sequence[HelperProcess]:
    """So many helper processes, where the system can fork; none elsewhere.

    No other thread may be importing then, nor hold a lock that the child would need: it would stay locked for ever.
    `forget` lets go of the snapshot that those share which are forked first.
    """
    if not count or sys.platform != "linux" or "torch" in sys.modules:  # torch's threads do not survive a fork
        return []
    # Memory is shared until somebody writes to it: give back what is free, and let no search for garbage write to the
    # rest.
    give_back_memory()
    gc.freeze()
    server = ForkServer(partial(answer_all, open_snapshot=open_snapshot), forget, listener)
    return [HelperProcess(server, timeouts) for _ in range(count)]


def answer_all(connection: socket.socket, open_snapshot: OpenSnapshot) -> None:
    """Reply to every line until the connection ends."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # else the library warns that it was forked
    engine: Engine | None = None
    with connection.makefile("rwb") as lines:
        for line in lines:
            reply = None
            with suppress(Exception):  # the parent meets the same error when it answers itself, and reports it
                match json.loads(line):
                    case ["open", snapshot]:
                        engine = None  # the old one is freed before the new one is opened
                        if snapshot is not None:
                            engine = open_snapshot(snapshot)
                            reply = RenderedReply(snapshot.encode())
                        give_back_memory()
                    case [name, values] if engine:
                        reply = render(engine, QUERIES[name].model_construct(**values))
            lines.write(_as_lines(reply) if reply else b"\n\n")
            lines.flush()


def _as_lines(reply: RenderedReply) -> bytes:
    """What is counted of a reply, and its body, a line each."""
    return b"%s\n%s\n" % (json.dumps(reply.outcome.values()).encode(), reply.json)
