"""A service under measurement: started, asked by one client or by many, and weighed.

The clients share the machine with the service, so they do as little as can be: requests are written before the clock
starts, and replies are read only when it has stopped.
"""

import json
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import UnavailableError

PATIENCE = 180.0  # seconds until a start has failed
TIMEOUT = 60.0  # seconds until a request has failed
AT_ONCE = 1 << 18  # bytes
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """A question, and the id of the document that holds its answer."""

    question: str
    document: str


@dataclass(frozen=True, slots=True)
class System:
    """How one service is started and asked: `request` gives method, path and body; `found` reads ids from a reply."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    port: int
    request: Callable[[str], tuple[str, str, str | None]]
    found: Callable[[Any], list[str]]
    log: Path

    def write(self, question: str) -> bytes:
        """The request, as it goes over the wire."""
        method, path, text = self.request(question)
        body = text.encode() if text else b""
        kind = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n" if body else ""
        return f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n{kind}\r\n".encode() + body

    def read(self, reply: bytes) -> list[str]:
        """Ids of the documents found, best first; raises ValueError where there is no good reply."""
        head, _, body = reply.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise ValueError(head.partition(b"\r\n")[0].decode("latin-1") or "no reply")
        return self.found(json.loads(body))


class Client:
    """One connection that stays open; raises OSError where there is no whole reply."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._open: socket.socket | None = None

    def close(self) -> None:
        """Close it; the next request opens another one."""
        if self._open is not None:
            self._open.close()
        self._open = None

    def find(self, question: str) -> list[str]:
        """As `System.read`."""
        return self._system.read(self.ask(self._system.write(question)))

    def ask(self, request: bytes) -> bytes:
        """The reply, not looked at but for its length."""
        if self._open is None:
            self._open = socket.create_connection(("127.0.0.1", self._system.port), TIMEOUT)
            self._open.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open.sendall(request)
        reply = b""
        while not whole(reply):
            if not (data := self._open.recv(AT_ONCE)):
                raise ConnectionResetError("the connection was closed before the reply was whole")
            reply += data
        return reply


def whole(reply: bytes) -> bool:
    """Whether everything has come that the head of the reply announces."""
    end = reply.find(b"\r\n\r\n") + 4
    length = LENGTH.search(reply, 0, end)
    return end > 3 and len(reply) - end >= int(length[1] if length else 0)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(system: System, known: Sequence[Known] = ()) -> Iterator[tuple[int, float]]:
    """Start it; gives its process id and the seconds until it answers one of `known` rightly (listens, where none)."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    with system.log.open("ab") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            system.command, env=environment | dict(system.environment), stdout=subprocess.DEVNULL, stderr=log
        )
        try:
            while not _right(system, known):
                if process.poll() is not None or time.perf_counter() - started > PATIENCE:
                    raise UnavailableError(f"{system.name} does not answer; its log is {system.log}")
                time.sleep(0.01)
            yield process.pid, time.perf_counter() - started
        finally:
            process.terminate()
            process.wait()


def _right(system: System, known: Sequence[Known]) -> bool:
    with suppress(OSError, ValueError):
        if not known:
            socket.create_connection(("127.0.0.1", system.port), timeout=1).close()
            return True
        with closing(Client(system)) as client:
            return any(one.document in client.find(one.question) for one in known)
    return False


def share_right(system: System, known: Sequence[Known]) -> float:
    """The share of the questions whose document is among those found; raises OSError, or ValueError as `read` does."""
    with closing(Client(system)) as client:
        return sum(one.document in client.find(one.question) for one in known) / len(known)


def latencies(system: System, questions: Sequence[str]) -> list[float]:
    """Milliseconds of each, one after another; raises OSError, or ValueError as `read` does."""
    requests, replies = [system.write(question) for question in questions], list[bytes]()
    with closing(Client(system)) as client:
        times = [1000 * timed(lambda: replies.append(client.ask(request))) for request in requests]  # noqa: B023
    for reply in replies:
        system.read(reply)
    return times


def rate(system: System, questions: Sequence[str], clients: int) -> tuple[float, int]:
    """Good replies a second to so many clients at a time, and how many requests failed."""
    left, replies = iter([system.write(question) for question in questions]), list[bytes]()
    start = threading.Barrier(clients + 1)

    def work() -> None:
        start.wait()
        with closing(Client(system)) as client:
            for request in left:  # each takes the next one
                try:
                    replies.append(client.ask(request))
                except OSError:
                    client.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    good = sum(_good(system, reply) for reply in replies)
    return good / seconds, len(questions) - good


def _good(system: System, reply: bytes) -> bool:
    try:
        return bool(system.read(reply))
    except ValueError:
        return False


def megabytes(process: int) -> float | None:
    """Resident memory of a process, and what its children hold alone; None where the system does not say."""
    with suppress(OSError):
        children = "".join(path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")).split()
        alone = [_kilobytes(child, kind) for child in children for kind in ("Private_Clean", "Private_Dirty")]
        return (_kilobytes(str(process), "Rss") + sum(alone)) * 1.024 / 1000
    return None


def _kilobytes(process: str, kind: str) -> int:
    """1024 bytes each."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
