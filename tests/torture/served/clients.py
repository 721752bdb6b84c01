"""Clients that ask all the time, and how each of their requests ended."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from math import inf
from random import Random
from typing import Any

from tests.torture.rig.operations import Torn

PROBLEM = "application/problem+json"
REFUSED = frozenset({409, 503})  # that other work is in the way, and that it is too much or not the time


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked; `is_right` is told the reply to one that was not refused."""

    method: str
    path: str
    body: object = None
    is_right: Callable[[Any], bool] = bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How a request ended.

    `status` is 0 where no reply began, and `is_torn` where one began and did not end. `sent` is when all of the request
    was with the system, in seconds of the monotonic clock; `inf` where that never was.
    """

    request: Request
    sent: float = inf
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_torn: bool = False

    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)

    def require(self, *, sent_before: float = inf) -> None:
        """Raise Torn unless the reply is whole, and right or a clean refusal.

        Where the request was sent after this time, there may be no reply, but half of one is still wrong.
        """
        what = f"{self.request.method} {self.request.path}: {self.status} {self.body[:300]!r}"
        if self.is_torn or (not self.status and self.sent < sent_before):
            raise Torn(f"lost, {what}")
        if not self.status:
            return
        try:
            value = self.json()
        except ValueError:
            raise Torn(f"no JSON, {what}") from None
        if self.status in REFUSED:
            is_clean = self.headers.get("content-type") == PROBLEM and value["status"] == self.status
            if not is_clean or (self.status == 503 and "retry-after" not in self.headers):
                raise Torn(f"no clean refusal, {what}")
        elif not 200 <= self.status < 300 or not self.request.is_right(value):
            raise Torn(f"wrong, {what}")


def send(connection: HTTPConnection, request: Request, key: str = "") -> Ending:
    """Send a request and read the reply, whatever becomes of it."""
    body = None if request.body is None else json.dumps(request.body)
    headers = {"content-type": "application/json"} if body else {}
    sent, status, fields = inf, 0, dict[str, str]()
    try:
        connection.request(request.method, request.path, body, headers | {"authorization": f"Bearer {key}"})
        sent = time.monotonic()
        response = connection.getresponse()
        status, fields = response.status, {name.lower(): value for name, value in response.getheaders()}
        return Ending(request, sent, status, fields, response.read())
    except (OSError, HTTPException):
        connection.close()
        return Ending(request, sent, status, fields, is_torn=bool(status))


def send_once(port: int, request: Request, key: str = "") -> Ending:
    """Send a request over a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        return send(connection, request, key)
    finally:
        connection.close()


def places(reply: Mapping[str, Any]) -> Iterator[tuple[str, int, int, str]]:
    """Where a reply says that its texts stand: the document, from where to where, and the text."""
    quoted = [reply.get("answer"), (reply.get("abstained") or {}).get("nearest")]
    evidence = (quoted[0] or {}).get("evidence", []) + ([quoted[1]] if quoted[1] else [])
    for place in [*reply["passages"], *evidence]:
        yield place["document"], place["start"], place["end"], place.get("quote", place.get("text"))


def answers(reply: Any) -> bool:
    """Whether this is a reply to a question: an answer or a refusal, not both."""
    return (reply["answer"] is None) != (reply["abstained"] is None) and any(places(reply))


@dataclass
class Clients:
    """What clients ask, and how it ended."""

    endings: list[Ending] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def require_another(self, seconds: float) -> None:
        """Wait until one of them has got another reply; raises Torn where none gets one for so long."""
        answered, end = len(self.endings), time.monotonic() + seconds
        while len(self.endings) == answered:
            time.sleep(0.001)
            if time.monotonic() > end:
                raise Torn("nobody else is answered")


@contextmanager
def clients(
    port: int, requests: Sequence[Request], number: int, random: Random, key: str = "", keep: float = 0.5
) -> Iterator[Clients]:
    """So many clients that ask these in turn, until the block ends or nobody listens any more.

    This share of them `keep` their connection, the others make one for each request.
    """
    asked, seeds, turns = Clients(), count(random.randrange(1 << 30)), count()

    def ask(seed: int) -> None:
        chance = Random(seed)
        keeps, connection = chance.random() < keep, HTTPConnection("127.0.0.1", port, timeout=300)
        while not asked.stopped.is_set():
            ending = send(connection, requests[next(turns) % len(requests)], key)
            asked.endings.append(ending)
            if ending.sent == inf:
                return
            if not keeps:
                connection.close()
        connection.close()

    with ThreadPoolExecutor(number) as pool:
        running: list[Future[None]] = [pool.submit(ask, next(seeds)) for _ in range(number)]
        try:
            yield asked
        finally:
            asked.stopped.set()
    for client in running:
        client.result()
