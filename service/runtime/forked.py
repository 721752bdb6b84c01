"""Processes that help this one to answer: Python runs one thread at a time, and most of a search is Python.

They are forked once the encoder is loaded, and the snapshot where that is quick: all hold one copy of these, and of
every file that is mapped. A process only helps: what it cannot answer, whoever asked it answers himself, so that every
error is met, counted and logged in one place, and nothing is lost when a process is.
"""

import asyncio
import gc
import json
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

import structlog

from index.machine import give_back_memory
from service.answering.engine import Engine
from service.runtime.render import Kind, Written, write

ANSWERING = 30.0  # seconds until a process that does not answer is given up
OPENING = 120.0  # and until one that opens a snapshot is, whose files this process has just read
Opener = Callable[[str], Engine]
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Process(asyncio.Protocol):
    """One of them, used from one event loop: lines go there, and two come back for each, in the same order.

    `snapshot` is the one that it answers from, None while there is none. It ends when this process does.
    """

    def __init__(self, open_engine: Opener, others: Sequence[socket.socket]) -> None:
        """Fork; the child closes the `others`, which are this process's own."""
        self.socket, theirs = socket.socketpair()
        self.number = os.fork()
        if not self.number:
            _live(theirs, open_engine, (self.socket, *others))
        theirs.close()
        self.snapshot: str | None = None
        self.gone = False
        self._wanted: str | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._asked = deque[asyncio.Future[Written | None]]()
        self._lines = deque[bytes]()
        self._unread = b""

    async def open(self, snapshot: str) -> None:
        """Have it use this snapshot, where it was not told so before."""
        if self.gone or self._wanted == snapshot:
            return
        self._wanted, self.snapshot = snapshot, None
        if await self._exchange(OPENING, "open", snapshot):
            self.snapshot = snapshot
        else:
            log.warning("a process does not help with this snapshot", process=self.number, snapshot=snapshot)

    async def write(
        self, kind: Kind, snapshot: str, question: str, top_k: int, documents: Collection[str] | None
    ) -> Written | None:
        """As `service.runtime.render.write`; None where it cannot."""
        if self.snapshot != snapshot:
            return None
        return await self._exchange(ANSWERING, kind, question, top_k, documents)

    def close(self) -> None:
        """End it."""
        self.gone = True
        if self._transport is None:
            self.socket.close()
        else:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        *lines, self._unread = (self._unread + data).split(b"\n")
        self._lines += lines
        while len(self._lines) > 1:
            refused, body = self._lines.popleft(), self._lines.popleft()
            self._settle(Written(body, refused.decode()) if body else None)

    def connection_lost(self, error: Exception | None) -> None:
        """Note that it is gone; whoever waits answers himself."""
        unexpected, self.gone, self.snapshot = not self.gone, True, None
        while self._asked:
            self._settle(None)
        with suppress(OSError):
            os.kill(self.number, signal.SIGKILL)
            os.waitpid(self.number, 0)
        if unexpected:
            log.error("a process is gone; start the service again for its full speed", process=self.number)

    async def _exchange(self, seconds: float, *order: object) -> Written | None:
        loop = asyncio.get_running_loop()
        if self._transport is None:
            self._transport, _ = await loop.create_connection(lambda: self, sock=self.socket)
        future = loop.create_future()
        self._asked.append(future)
        self._transport.write(json.dumps(order).encode() + b"\n")
        try:
            async with asyncio.timeout(seconds):
                result: Written | None = await future
        except TimeoutError:
            log.error("a process does not answer", process=self.number, seconds=seconds)
            self._transport.abort()
            return None
        return result

    def _settle(self, written: Written | None) -> None:
        future = self._asked.popleft()
        if not future.done():  # the request was cancelled
            future.set_result(written)


def fork(count: int, open_engine: Opener, listener: socket.socket) -> Sequence[Process]:
    """So many, where the system can; no other thread may be importing, or doing what a child would have to finish."""
    processes: list[Process] = []
    if sys.platform == "linux" and "torch" not in sys.modules:  # its threads do not survive a fork
        # Else what is free, and what the search for garbage writes to, would be everyone's own.
        give_back_memory()
        gc.freeze()
        for _ in range(count):
            processes.append(Process(open_engine, [listener, *(process.socket for process in processes)]))
    return processes


def _live(connection: socket.socket, open_engine: Opener, others: Sequence[socket.socket]) -> None:
    """The life of a child, from which there is no return."""
    try:
        for name in (signal.SIGINT, signal.SIGTERM):  # they reach every process; this one ends with its parent
            signal.signal(name, signal.SIG_IGN)
        os.environ["TOKENIZERS_PARALLELISM"] = "false"  # else the library warns that it was forked
        for other in others:
            other.close()
        _answer(connection, open_engine)
    finally:
        os._exit(0)


def _answer(connection: socket.socket, open_engine: Opener) -> None:
    engine: Engine | None = None
    with connection.makefile("rwb") as lines:
        for line in lines:
            written = None
            with suppress(Exception):  # whoever asks meets the same error, and says so
                match json.loads(line):
                    case ["open", snapshot]:
                        engine = None
                        engine = open_engine(snapshot)
                        give_back_memory()
                        written = Written(snapshot.encode())
                    case [kind, *asked] if engine:
                        written = write(kind, engine, *asked)
            lines.write(b"%s\n%s\n" % (written.refused.encode(), written.json) if written else b"\n\n")
            lines.flush()
