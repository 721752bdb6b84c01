"""A service under measurement: started, asked by one client or by many, and weighed."""

import http.client
import json
import os
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


class Client:
    """One connection that stays open."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._connection = http.client.HTTPConnection("127.0.0.1", system.port, timeout=60)

    def close(self) -> None:
        """Close it; the next question opens another one."""
        self._connection.close()

    def ask(self, question: str) -> list[str]:
        """Ids of the documents found, best first; raises OSError or HTTPException where there is no good reply."""
        method, path, body = self._system.request(question)
        self._connection.request(method, path, body, {"content-type": "application/json"} if body else {})
        reply = self._connection.getresponse()
        data = reply.read()
        if reply.status != 200:
            raise http.client.HTTPException(f"status {reply.status}")
        return self._system.found(json.loads(data))


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
    with suppress(OSError, http.client.HTTPException):
        if not known:
            socket.create_connection(("127.0.0.1", system.port), timeout=1).close()
            return True
        with closing(Client(system)) as client:
            return any(one.document in client.ask(one.question) for one in known)
    return False


def share_right(system: System, known: Sequence[Known]) -> float:
    """The share of the questions whose document is among those found."""
    with closing(Client(system)) as client:
        return sum(one.document in client.ask(one.question) for one in known) / len(known)


def latencies(system: System, questions: Sequence[str]) -> list[float]:
    """Milliseconds of each, one after another."""
    with closing(Client(system)) as client:
        return [1000 * timed(lambda: client.ask(question)) for question in questions]  # noqa: B023


def rate(system: System, questions: Sequence[str], clients: int) -> tuple[float, int]:
    """Good replies a second to so many clients at a time, and how many requests failed."""
    failed: list[str] = []
    start = threading.Barrier(clients + 1)

    def work(own: Sequence[str]) -> None:
        start.wait()
        with closing(Client(system)) as client:
            for question in own:
                try:
                    client.ask(question)
                except (OSError, http.client.HTTPException):
                    failed.append(question)
                    client.close()

    threads = [threading.Thread(target=work, args=(questions[at::clients],)) for at in range(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    return (len(questions) - len(failed)) / seconds, len(failed)


def megabytes(process: int) -> float | None:
    """Resident memory, shared pages included; None where the system does not say."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1000
    return None


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
