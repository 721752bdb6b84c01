"""Who is let in: in every combination of bound address, keys, route, Host, Origin and key that is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random
from typing import Self

import pytest
from pydantic import model_validator
from starlette.middleware.cors import CORSMiddleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.errors import InputError
from service.settings import Settings
from tests.torture.conftest import Tally
from tests.torture.hostile.library import library

LOOPBACK = ("127.0.0.1", "::1", "localhost")
BOUND = (*LOOPBACK, "qa.example", "0.0.0.0")  # noqa: S104
HOSTS = {
    "localhost": "localhost",
    "LOCALHOST:8000": "localhost",
    "127.0.0.1:8000": "127.0.0.1",
    "[::1]:8000": "::1",
    "qa.example:443": "qa.example",
    "evil.example": None,
    "localhost.evil.example": None,
    "localhost@evil.example": None,
    "192.168.1.4": None,
    "": None,
}
"""What a header Host names; None where nothing is ever served under that."""
ORIGINS = (None, "null", "http://localhost:8000", "http://evil.example")
SENT = (None, "Bearer ask", "Bearer admin", "Bearer wrong", "Basic ask")
ROUTES = {
    "GET /healthz": "all",
    "GET /v1/documents": "ask",
    "GET /metrics": "ask",
    "POST /v1/ask": "ask",
    "PUT /v1/snapshots/active": "admin",
    "GET /v1/feedback": "admin",
}
BODIES = {"POST": {"question": "Who?"}, "PUT": {"id": "s1"}}
SHARE = 50  # one cell of so many is asked in short mode


@dataclass(frozen=True, slots=True)
class Service:
    """How a service was started."""

    bound: str
    ask_key: str | None = None
    admin_key: str | None = None

    def status(self, route: str, host: str, sent: str | None) -> int:
        """The rule: what a request gets. Its origin changes nothing."""
        named = HOSTS[host]
        if named is None or named not in (*LOOPBACK, self.bound):
            return 421
        kind = ROUTES[route]
        if kind == "admin" and self.admin_key is None:
            return 404
        keys = [self.ask_key, self.admin_key] if kind == "ask" else [self.admin_key]
        is_open = kind == "all" or (kind == "ask" and self.ask_key is None)
        return 200 if is_open or sent in [f"Bearer {key}" for key in keys if key] else 401

    def client(self, var: Path) -> TestClient:
        """A client of it; raises InputError where it refuses to start."""
        settings = {"host": self.bound, "ask_key": self.ask_key, "admin_key": self.admin_key}
        return TestClient(library(var, **settings))


GUARDED = Service("127.0.0.1", "ask", "admin")
SERVICES = [Service(*how) for how in product(BOUND, (None, "ask"), (None, "admin"))]


class WronglyLetIn(AssertionError):
    """A reply differs from the rule."""


def ask(service: Service, client: TestClient, share: int, random: Random, tally: Tally) -> None:
    """Ask one of `share` combinations, at random; raises WronglyLetIn where a reply differs from the rule."""
    for route, host, origin, sent in product(ROUTES, HOSTS, ORIGINS, SENT):
        if random.randrange(share):
            continue
        tally.tries += 1
        method, path = route.split()
        headers = {"host": host, "origin": origin, "authorization": sent}
        given = {name: value for name, value in headers.items() if value is not None}
        reply = client.request(method, path, json=BODIES.get(method), headers=given)
        if reply.status_code != service.status(route, host, sent):
            raise WronglyLetIn(f"{service} {route} {given}: {reply.status_code}")
        if any(name.startswith("access-control-") for name in reply.headers):
            raise WronglyLetIn(f"{service} {route} {given}: another page may read the reply")
        tally.survivors += 1


def require_refusal(service: Service, var: Path) -> None:
    """Raise WronglyLetIn unless a service that all may ask refuses to start, for that reason."""
    try:
        service.client(var)
    except InputError as error:
        if "is not a loopback address" in str(error):
            return
        raise
    raise WronglyLetIn(f"{service} starts")


def is_open_to_all(service: Service) -> bool:
    """Whether other machines could ask it without a key."""
    return service.bound not in LOOPBACK and service.ask_key is None


@pytest.mark.parametrize("service", SERVICES, ids=str)
def test_every_combination(service: Service, tmp_path: Path, tally: Tally, random: Random, is_long: bool) -> None:
    """A request comes under a name, from a page, with a key, to a service bound somewhere; the rule decides."""
    if is_open_to_all(service):
        tally.tries += 1
        require_refusal(service, tmp_path)
        tally.survivors += 1
        return
    ask(service, service.client(tmp_path), 1 if is_long else SHARE, random, tally)


@pytest.mark.parametrize(
    "settings",
    [
        {"allowed_hosts": "evil.example", "ask_key": "ask", "admin_key": "admin"},
        {"admin_key": "admin"},
        {"ask_key": "ask"},
        {"ask_key": "wrong", "admin_key": "admin"},
        {"ask_key": "ask", "admin_key": "wrong"},
    ],
    ids=str,
)
def test_a_service_that_lets_others_in_is_noticed(settings: dict[str, str], tmp_path: Path, random: Random) -> None:
    client = TestClient(library(tmp_path, **settings))
    with pytest.raises(WronglyLetIn):
        ask(GUARDED, client, 4, random, Tally())


def shared_with_pages(app: ASGIApp) -> ASGIApp:
    """Lets every other page read the replies."""
    return CORSMiddleware(app, allow_origins=["*"])


def admitted_by_origin(app: ASGIApp) -> ASGIApp:
    """Takes a request from a page on this machine for one with the admin key."""
    return with_headers(app, lambda origin: {b"authorization": b"Bearer admin"} if b"//localhost" in origin else {})


def refused_by_origin(app: ASGIApp) -> ASGIApp:
    """Takes a request from any other page for one to another host."""
    return with_headers(app, lambda origin: {b"host": b"evil.example"} if b"evil" in origin else {})


def with_headers(app: ASGIApp, change: Callable[[bytes], dict[bytes, bytes]]) -> ASGIApp:
    """The application, which sees the headers of a request as its origin changes them."""

    async def changed(scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        headers |= change(headers.get(b"origin", b""))
        await app({**scope, "headers": [*headers.items()]}, receive, send)

    return changed


@pytest.mark.parametrize(
    ("around", "said"),
    [
        (shared_with_pages, "another page may read the reply"),
        (admitted_by_origin, r"'origin': 'http://localhost:8000'.*: 200$"),
        (refused_by_origin, r"'origin': 'http://evil.example'.*: 421$"),
    ],
)
def test_a_service_that_heeds_pages_is_noticed(
    around: Callable[[ASGIApp], ASGIApp], said: str, tmp_path: Path, random: Random
) -> None:
    app = library(tmp_path, ask_key=GUARDED.ask_key, admin_key=GUARDED.admin_key)
    with pytest.raises(WronglyLetIn, match=said):
        ask(GUARDED, TestClient(around(app)), 4, random, Tally())


@pytest.mark.parametrize("service", [*filter(is_open_to_all, SERVICES)], ids=str)
def test_a_service_that_starts_open_to_all_is_noticed(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.torture.hostile.library.Settings", Unguarded)
    with pytest.raises(WronglyLetIn, match=r"starts$"):
        require_refusal(service, tmp_path)


class Unguarded(Settings):
    """Settings without the rule on what may be bound without a key."""

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        return self


def test_the_rule_is_that_of_the_settings() -> None:
    for bound, (host, named) in product(BOUND, HOSTS.items()):
        is_served = named is not None and Settings.load(host=bound, ask_key="ask").serves(named)
        assert is_served == (Service(bound, "ask").status("GET /healthz", host, None) == 200)
