"""The server: uvicorn's, but for who lets connections in.

asyncio accepts as many connections as come. Where there is no descriptor left for one, it logs that for each of the
connections that wait, at every try; and uvicorn keeps a connection for ever whose client says nothing.
"""

import asyncio
import errno
import socket
import time
from functools import partial
from typing import cast

import structlog
import uvicorn

from index.machine import most_open_files
from service.web.sockets.http11 import BoundedHttp11
from service.web.sockets.patience import DEFAULT, Patience

LOOK_SECONDS = 0.5  # between two looks at every connection
PAUSE_SECONDS = 0.02  # before another try where there is no room for a connection
LOG_SECONDS = 60.0  # between two lines that say that there are no descriptors
LAST_SECONDS = 1.0  # for the replies to requests that were cancelled at the end
MOST_WAITING = 4096  # connections that no system keeps more of until they are accepted
FEWEST = 16  # connections, however few descriptors there are
RESERVED = 128  # descriptors for files, helper processes and all else
FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Server(uvicorn.Server):
    """Holds at most so many connections, and none of them for ever.

    Where another one comes, the one goes whose client has been silent the longest while the service waited for it.
    Where the service waits for none of them, new ones wait until one ends.
    """

    def __init__(self, config: uvicorn.Config, max_connections: int, patience: Patience = DEFAULT) -> None:
        super().__init__(config)
        self._most = max(FEWEST, min(max_connections, most_open_files() - RESERVED))
        self._patience = patience
        self._running: list[asyncio.Task[None]] = []
        self._next_line = 0.0  # on the monotonic clock
        self._ends = False
        self._door = asyncio.Lock()  # taken while a connection that was accepted is not held yet

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections."""
        await super().startup(sockets=[])
        self._running = [asyncio.create_task(self._accept(listener)) for listener in sockets or ()]
        self._running.append(asyncio.create_task(self._look()))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more, and end once those are answered who had asked by now."""
        *accepting, looking = self._running
        self._ends = True
        for listener in sockets or ():
            await self._accept_waiting(listener)
        await asyncio.sleep(0)  # a connection may have been accepted in this very round of the loop
        async with self._door:
            for listener in sockets or ():  # else one that comes now is accepted for a task that is cancelled, and lost
                asyncio.get_running_loop().remove_reader(listener)
            for task in accepting:  # each waits for another connection, or is done
                task.cancel()
        await asyncio.gather(*accepting, return_exceptions=True)
        await _read_all()
        await super().shutdown(sockets)
        if cancelled := self.server_state.tasks:  # they took longer than they may, and reply that
            await asyncio.wait(cancelled, timeout=LAST_SECONDS)
        for connection in cast(list[BoundedHttp11], list(self.server_state.connections)):
            connection.transport.abort()
        looking.cancel()

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        listener.setblocking(False)
        while not self._ends:
            try:
                connection, _ = await loop.sock_accept(listener)
                await self._let_in(connection)
            except OSError as error:
                if error.errno in FULL:
                    self._complain(error)
                    await self._make_room()
                else:  # the client has gone already
                    await asyncio.sleep(0)

    async def _accept_waiting(self, listener: socket.socket) -> None:
        """Let in who waits now; no more than can, since others may go on coming."""
        for _ in range(MOST_WAITING):
            try:
                connection, _ = listener.accept()
                connection.setblocking(False)
                await self._let_in(connection)
            except BlockingIOError:
                return
            except OSError:  # the client has gone already, or there is no room for it
                continue

    async def _let_in(self, connection: socket.socket) -> None:
        make = partial(BoundedHttp11, self.config, self.server_state, self.lifespan.state, patience=self._patience)
        async with self._door:
            while len(self.server_state.connections) >= self._most and not self._ends:
                await self._make_room()
            await asyncio.get_running_loop().connect_accepted_socket(make, connection)

    async def _make_room(self) -> None:
        """End the connection whose client has been silent the longest, if one can be ended."""
        await _read_all()
        connections = cast(set[BoundedHttp11], self.server_state.connections)
        silent = [connection for connection in connections if connection.waits_for_client]
        if not silent:
            await asyncio.sleep(PAUSE_SECONDS)
            return
        min(silent, key=lambda connection: connection.last_moved).transport.abort()
        await asyncio.sleep(0)  # it is closed in the next round of the loop

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for connection in cast(list[BoundedHttp11], list(self.server_state.connections)):
                connection.look(LOOK_SECONDS)  # also where that took longer: it is not the clients who were late

    def _complain(self, error: OSError) -> None:
        now = time.monotonic()
        if now >= self._next_line:
            self._next_line = now + LOG_SECONDS
            log.error("no room for another connection; raise the limit of open files (ulimit -n)", error=str(error))


async def _read_all() -> None:
    """Give the loop the rounds that it takes to read what has come: who seems to be silent may have asked by now."""
    for _ in range(3):
        await asyncio.sleep(0)
