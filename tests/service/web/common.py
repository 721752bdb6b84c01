"""What the tests of the application share: keys, bodies, and the shape that every error has."""

import re
import threading
from typing import Any, Protocol

from starlette.testclient import TestClient

from service.answering.engine import SearchReply
from service.runtime.current import CurrentEngine
from tests.fakes import FakeEngine

ADMIN, ASK = {"authorization": "Bearer admin"}, {"authorization": "Bearer ask"}
JSON = {"content-type": "application/json"}
QUESTION = {"question": "Who?"}


BUILDS = """print('{"snapshot": "s1"}')"""
HANGS = """import time; print('{"phase": "encode", "done": 0, "total": 1}', flush=True); time.sleep(600)"""


class Start(Protocol):
    """Makes a client of an application with these settings, its snapshot loaded unless `load` is false.

    `command` is a program in the place of a build.
    """

    def __call__(
        self, load: bool = True, current: CurrentEngine | None = None, command: str = BUILDS, **settings: object
    ) -> TestClient: ...


class HeldEngine(FakeEngine):
    """Searches until it may end: every question, or those that hold a word."""

    def __init__(self, snapshot: str, busy: threading.Event, may_end: threading.Event, word: str = "") -> None:
        super().__init__(snapshot)
        self._busy, self._may_end, self._word = busy, may_end, word

    def search(self, query: str, *arguments: Any, **options: Any) -> SearchReply:
        if self._word in query:
            self._busy.set()
            assert self._may_end.wait(30)
        return super().search(query, *arguments, **options)


def refused(response: Any, status: int, title: str | None = None) -> dict[str, Any]:
    """Check the shape that every error has, and return it."""
    problem: dict[str, Any] = response.json()
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json"), problem
    assert problem["status"] == status
    assert problem["type"].startswith("urn:centreqa:problem:")
    assert problem["detail"]
    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])
    assert title in (None, problem["title"])
    return problem
