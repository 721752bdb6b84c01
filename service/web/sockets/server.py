"""The server: uvicorn's, but for who lets connections in.

asyncio accepts as many connections as come. Where there is no descriptor left for one, it logs that for each of the
connections that wait, at every try; and uvicorn keeps a connection for ever whose client says nothing.
"""

import asyncio
import errno
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import cast

import structlog
import uvicorn

from service.web.sockets.http11 import BoundedHttp11
from service.web.sockets.patience import DEFAULT, Patience

LOOK_SECONDS = 0.5  # between two looks at every connection
PAUSE_SECONDS = 0.02  # before another try where there is no room for a connection
LOG_SECONDS = 60.0  # between two lines that say that there are no descriptors
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
        self._most = max(FEWEST, min(max_connections, descriptors() - RESERVED))
        self._patience = patience
        self._running: list[asyncio.Task[None]] = []
        self._next_line = 0.0  # on the monotonic clock

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections."""
        await super().startup(sockets=[])
        make = partial(BoundedHttp11, self.config, self.server_state, self.lifespan.state, patience=self._patience)
        self._running = [asyncio.create_task(self._accept(listener, make)) for listener in sockets or ()]
        self._running.append(asyncio.create_task(self._look()))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more, and end once those that were accepted are answered."""
        *accepting, looking = self._running
        for task in accepting:
            task.cancel()
        await asyncio.gather(*accepting, return_exceptions=True)
        await super().shutdown(sockets)
        looking.cancel()

    async def _accept(self, listener: socket.socket, make: Callable[[], BoundedHttp11]) -> None:
        loop = asyncio.get_running_loop()
        listener.setblocking(False)
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
                while len(self.server_state.connections) >= self._most:
                    await self._make_room()
                await loop.connect_accepted_socket(make, connection)
            except OSError as error:
                if error.errno in FULL:
                    self._complain(error)
                    await self._make_room()
                else:  # the client has gone already
                    await asyncio.sleep(0)

    async def _make_room(self) -> None:
        """End the connection whose client has been silent the longest, if one can be ended."""
        connections = cast(set[BoundedHttp11], self.server_state.connections)
        silent = [connection for connection in connections if connection.waits_for_client]
        if not silent:
            await asyncio.sleep(PAUSE_SECONDS)
            return
        min(silent, key=lambda connection: connection.last_moved).transport.abort()
        await asyncio.sleep(0)  # it is closed in the next round of the loop

    async def _look(self) -> None:
        looked = time.monotonic()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = time.monotonic()
            for connection in cast(list[BoundedHttp11], list(self.server_state.connections)):
                connection.look(now - looked)
            looked = now

    def _complain(self, error: OSError) -> None:
        now = time.monotonic()
        if now >= self._next_line:
            self._next_line = now + LOG_SECONDS
            log.error("no room for another connection; raise the limit of open files (ulimit -n)", error=str(error))


def descriptors() -> int:
    """How many this process may have open."""
    try:
        import resource
    except ImportError:  # Windows, where sockets do not count
        return 1 << 16
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1 << 16 if soft == resource.RLIM_INFINITY else soft
