"""A service under measurement: started, asked by one client or by many, and weighed.

The clients share the machine with the service, so they do as little as they can: requests are written before the clock
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

PATIENCE = 180.0  # seconds after which a start has failed
TIMEOUT = 60.0  # seconds after which a request has failed
POLL = 0.01  # seconds between two looks at whether a service answers
RECEIVE = 1 << 18  # bytes read from a connection at a time
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question, and the id of the document that holds its answer."""

    question: str
    document: str


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is asked of a service; the body is JSON, None where there is none."""

    method: str
    path: str
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """How one service is started and asked.

    `request_for` makes the request for a question; `documents_in` gives the ids of the documents in a reply's JSON,
    best first. `log` receives what the service writes to stderr.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    port: int
    request_for: Callable[[str], HttpRequest]
    documents_in: Callable[[Any], list[str]]
    log: Path

    def write(self, question: str) -> bytes:
        """The request for a question as bytes of HTTP/1.1."""
        request = self.request_for(question)
        body = (request.body or "").encode()
        entity = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n" if body else ""
        head = f"{request.method} {request.path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n{entity}\r\n"
        return head.encode() + body

    def read(self, reply: bytes) -> list[str]:
        """The ids of the documents in a reply, best first; raises ValueError where its status is not 200."""
        head, _, body = reply.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise ValueError(head.partition(b"\r\n")[0].decode("latin-1") or "no reply")
        return self.documents_in(json.loads(body))


class Client:
    """One connection that stays open between requests."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._connection: socket.socket | None = None

    def close(self) -> None:
        """Close the connection; the next request opens another one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def find(self, question: str) -> list[str]:
        """The ids of the documents found, best first; raises OSError, or ValueError as `Service.read` does."""
        return self._service.read(self.send(self._service.write(question)))

    def send(self, request: bytes) -> bytes:
        """The reply to a request, looked at only for its length; raises OSError where it does not come whole."""
        if self._connection is None:
            self._connection = socket.create_connection(("127.0.0.1", self._service.port), TIMEOUT)
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.sendall(request)
        reply = b""
        while not is_whole(reply):
            if not (data := self._connection.recv(RECEIVE)):
                raise ConnectionResetError("the connection was closed before the reply was whole")
            reply += data
        return reply


def is_whole(reply: bytes) -> bool:
    """Whether the head of the reply has come, and as much of the body as the head announces."""
    end = reply.find(b"\r\n\r\n") + 4
    length = CONTENT_LENGTH.search(reply, 0, end)
    return end > 3 and len(reply) - end >= int(length[1] if length else 0)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Running:
    """A started service: its process id, and the seconds from its start to the first right answer."""

    process: int
    start_seconds: float


@contextmanager
def running(service: Service, questions: Sequence[LabelledQuestion] = ()) -> Iterator[Running]:
    """Start a service, and end it at the end of the block.

    It has started when it answers one of the questions rightly or, where there are none, when it accepts a connection.
    Raises UnavailableError where it ends before, or takes longer than PATIENCE.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    with service.log.open("ab") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            service.command, env=environment | dict(service.environment), stdout=subprocess.DEVNULL, stderr=log
        )
        try:
            while not _has_started(service, questions):
                if process.poll() is not None or time.perf_counter() - started > PATIENCE:
                    raise UnavailableError(f"{service.name} does not answer; its log is {service.log}")
                time.sleep(POLL)
            yield Running(process.pid, time.perf_counter() - started)
        finally:
            process.terminate()
            process.wait()


def _has_started(service: Service, questions: Sequence[LabelledQuestion]) -> bool:
    with suppress(OSError, ValueError):
        if not questions:
            socket.create_connection(("127.0.0.1", service.port), timeout=1).close()
            return True
        with closing(Client(service)) as client:
            return any(labelled.document in client.find(labelled.question) for labelled in questions)
    return False


def share_right(service: Service, questions: Sequence[LabelledQuestion]) -> float:
    """The share of the questions whose document is found; raises OSError, or ValueError as `Service.read` does."""
    with closing(Client(service)) as client:
        right = sum(labelled.document in client.find(labelled.question) for labelled in questions)
        return right / len(questions)


def latencies(service: Service, questions: Sequence[str]) -> list[float]:
    """Milliseconds for each question, asked one after another; raises OSError, or ValueError as `Service.read` does."""
    requests, replies = [service.write(question) for question in questions], list[bytes]()
    with closing(Client(service)) as client:
        times = [1000 * seconds_for(lambda: replies.append(client.send(request))) for request in requests]  # noqa: B023
    for reply in replies:
        service.read(reply)
    return times


@dataclass(frozen=True, slots=True)
class Throughput:
    """Good replies a second, and how many requests failed or were refused."""

    per_second: float
    failed: int


def throughput(service: Service, questions: Sequence[str], clients: int) -> Throughput:
    """Ask the questions by so many clients at a time, each on its own connection."""
    requests, replies = iter([service.write(question) for question in questions]), list[bytes]()
    start = threading.Barrier(clients + 1)

    def work() -> None:
        start.wait()
        with closing(Client(service)) as client:
            for request in requests:  # shared: each client takes the next one
                try:
                    replies.append(client.send(request))
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
    good = sum(_is_good(service, reply) for reply in replies)
    return Throughput(good / seconds, len(questions) - good)


def _is_good(service: Service, reply: bytes) -> bool:
    try:
        return bool(service.read(reply))
    except ValueError:
        return False


def resident_megabytes(process: int) -> float | None:
    """Resident memory of a process and its descendants, with what they share counted once; in units of 1,000,000 bytes.

    It is the resident memory of the process, and the private memory of each other one. None where the system does not
    tell.
    """
    with suppress(OSError):
        family = _descendants(str(process))
        private = [_kibibytes(member, field) for member in family for field in ("Private_Clean", "Private_Dirty")]
        return (_kibibytes(str(process), "Rss") + sum(private)) * 1.024 / 1000
    return None


def _descendants(process: str) -> list[str]:
    children = "".join(path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")).split()
    return [*children, *(later for child in children for later in _descendants(child))]


def _kibibytes(process: str, field: str) -> int:
    """A field of the sum over all memory maps of a process, in units of 1,024 bytes."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def seconds_for(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
