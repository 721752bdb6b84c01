"""A process that does nothing but fork others.

A process with threads cannot be forked safely: a lock that another thread holds stays locked in the child for ever. So
one process is forked while there are no threads, and it stays like that: whenever a helper process is needed, it forks
one, which shares the memory that was there at the start.
"""

import os
import signal
import socket
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress

from corpus.errors import UnavailableError

LONGEST = 64  # bytes of a message
SECONDS = 2.0  # within which it does what it is told; nothing else happens meanwhile

Life = Callable[[socket.socket], None]
"""What a forked process does, given its end of a connection; the process ends with it."""


class ForkServer:
    """The process, seen from the one that started it. It ends when its connection does, so also with that one."""

    def __init__(self, life: Life, forget: Callable[[], object], listener: socket.socket | None = None) -> None:
        """Fork it; there may be no threads. It closes the `listener`, which only the parent may hold open."""
        self._connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if not self.pid:
            for inherited in (self._connection, *([listener] if listener else [])):
                inherited.close()
            _run(lambda: _serve(theirs, life, forget))
        theirs.close()
        self._told = 0  # messages
        self._connection.settimeout(SECONDS)
        self._end = weakref.finalize(self, _end, self._connection, self.pid, os.getpid())

    def fork(self) -> tuple[int, socket.socket]:
        """A new process: its id, and the connection to it. Raises UnavailableError."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                return int(self._tell(b"fork", [theirs.fileno()])), ours
            except (OSError, ValueError) as error:
                ours.close()
                raise UnavailableError(f"no process could be forked ({error}); start the service again") from error

    def end(self, pid: int) -> None:
        """Kill a process that it forked."""
        with suppress(OSError):  # where it is gone, there is nothing to tell
            self._tell(b"end %d" % pid)

    def forget(self) -> None:
        """Share no snapshot any more with the processes that are forked from now on."""
        with suppress(OSError):
            self._tell(b"forget")

    def close(self) -> None:
        """End it; the processes that it forked live on."""
        self._end()

    def _tell(self, message: bytes, descriptors: Sequence[int] = ()) -> bytes:
        """The reply to a message. Each has a number: a reply that came too late is not that to the next one."""
        self._told += 1
        number = b"%d" % self._told
        socket.send_fds(self._connection, [number + b" " + message], descriptors)
        while reply := self._connection.recv(LONGEST):
            answered, _, value = reply.partition(b" ")
            if answered == number:
                return value
        raise ConnectionResetError("it is gone")


def _serve(connection: socket.socket, life: Life, forget: Callable[[], object]) -> None:
    """Do what is told until the connection ends."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(connection, LONGEST, 1)
        match message.split():
            case [number, b"fork"]:
                with socket.socket(fileno=descriptors[0]) as theirs:
                    if not (pid := os.fork()):
                        connection.close()
                        _run(lambda: life(theirs))  # never returns
                connection.send(b"%s %d" % (number, pid))
            case [number, b"end", pid]:
                with suppress(ProcessLookupError, ChildProcessError):
                    os.kill(int(pid), signal.SIGKILL)
                    os.waitpid(int(pid), 0)
                connection.send(number + b" done")
            case [number, b"forget"]:
                forget()
                connection.send(number + b" done")
            case _:  # the connection was closed
                return


def _end(connection: socket.socket, pid: int, owner: int) -> None:
    """Kill the process, unless this is a forked one itself, which inherited all of this."""
    connection.close()
    if os.getpid() == owner:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _run(life: Callable[[], None]) -> None:
    """The life of a forked process; never returns."""
    try:
        # A terminal sends these to every process of the service; this one ends when its parent does.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        life()
    finally:
        os._exit(0)
