"""Who is let in: in every combination of bound address, keys, route, Host, Origin and key that is sent."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

import pytest
from starlette.testclient import TestClient

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


@pytest.mark.parametrize("service", SERVICES, ids=str)
def test_every_combination(service: Service, tmp_path: Path, tally: Tally, random: Random, is_long: bool) -> None:
    """A request comes under a name, from a page, with a key, to a service bound somewhere; the rule decides."""
    if service.bound not in LOOPBACK and service.ask_key is None:
        tally.tries += 1
        with pytest.raises(InputError, match="is not a loopback address"):
            service.client(tmp_path)
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
    service = Service("127.0.0.1", "ask", "admin")
    client = TestClient(library(tmp_path, **settings))
    with pytest.raises(WronglyLetIn):
        ask(service, client, 4, random, Tally())


def test_the_rule_is_that_of_the_settings() -> None:
    for bound, (host, named) in product(BOUND, HOSTS.items()):
        is_served = named is not None and Settings.load(host=bound, ask_key="ask").serves(named)
        assert is_served == (Service(bound, "ask").status("GET /healthz", host, None) == 200)
