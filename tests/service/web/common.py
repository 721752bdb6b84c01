"""What the tests of the application share: keys, bodies, and the shape that every error has."""

import re
import sys
from pathlib import Path
from typing import Any, Protocol

from starlette.testclient import TestClient

from service.runtime.current import CurrentEngine
from service.runtime.rebuild import Order
from service.settings import Settings

ADMIN, ASK = {"authorization": "Bearer admin"}, {"authorization": "Bearer ask"}
JSON = {"content-type": "application/json"}
QUESTION = {"question": "Who?"}


class Start(Protocol):
    """Makes a client of an application with these settings, its snapshot loaded unless `load` is false."""

    def __call__(self, load: bool = True, current: CurrentEngine | None = None, **settings: object) -> TestClient: ...


def quick_build(source: Path, order: Order, settings: Settings) -> list[str]:
    """A command in the place of a build, which says that it has built the snapshot s1."""
    return [sys.executable, "-c", """print('{"snapshot": "s1"}')"""]


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
