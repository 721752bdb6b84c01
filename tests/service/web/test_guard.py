"""What a route refuses on the headers alone, and what every reply says to browsers."""

import asyncio
import secrets
from contextlib import suppress

import pytest
from pydantic import SecretStr, TypeAdapter
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from service.schemas.bodies import read_body
from service.settings import Settings
from service.web.browsers import PROTECTION, protect
from service.web.guard import authorise, limit_body, require_json
from tests.service.web.common import JSON, QUESTION, Start, refused

KEY = SecretStr("kéy")


def receive_from(*bodies: bytes) -> Receive:
    messages = iter(bodies)

    async def receive() -> Message:
        return {"type": "http.request", "body": next(messages), "more_body": True}

    return receive


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_right_key_opens(scheme: str) -> None:
    # A client sends UTF-8; servers read headers as Latin-1.
    header = f"{scheme} kéy".encode()
    authorise(Headers(raw=[(b"authorization", header)]), [None, KEY])


@pytest.mark.parametrize("given", [None, "", "kéy", "Basic kéy", "Bearer", "Bearer ", "Bearer ke", "Bearer kéyy"])
def test_anything_else_is_401(given: str | None) -> None:
    headers = Headers(raw=[(b"authorization", given.encode())] if given is not None else [])
    for keys in ([KEY], [None, KEY], [None]):
        with pytest.raises(HTTPException) as caught:
            authorise(headers, keys)
        assert caught.value.status_code == 401
        assert caught.value.headers == {"WWW-Authenticate": "Bearer"}


@pytest.mark.parametrize("given", ["first", "second", "neither"])
def test_what_is_given_is_compared_with_every_key_in_constant_time(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(secrets, "compare_digest", compare)
    with suppress(HTTPException):
        authorise(Headers({"authorization": f"Bearer {given}"}), [SecretStr("first"), SecretStr("second")])
    assert compared == [(given.encode(), b"first"), (given.encode(), b"second")]


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_is_let_in(media_type: str) -> None:
    require_json(Headers({"content-type": media_type, "content-length": "2"}))


@pytest.mark.parametrize(
    "media_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "application/problem+json"]
)
def test_another_type_is_415_where_there_is_a_body(media_type: str | None) -> None:
    headers = {"content-type": media_type} if media_type is not None else {}
    require_json(Headers(headers))
    for body in ({"content-length": "2"}, {"transfer-encoding": "chunked"}):
        with pytest.raises(HTTPException) as caught:
            require_json(Headers(headers | body))
        assert caught.value.status_code == 415


@pytest.mark.parametrize("declared", ["11", "99999999999999999999999999"])
def test_a_declared_size_is_refused_before_anything_is_read(declared: str) -> None:
    with pytest.raises(HTTPException) as caught:
        limit_body(Headers({"content-length": declared}), receive_from(), 10)
    assert caught.value.status_code == 413


def test_an_undeclared_size_is_counted() -> None:
    async def scenario() -> None:
        receive = limit_body(Headers(), receive_from(b"12345", b"67890", b"1"), 10)
        assert [(await receive())["body"] for _ in range(2)] == [b"12345", b"67890"]
        with pytest.raises(HTTPException) as caught:
            await receive()
        assert caught.value.status_code == 413

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "127.8.8.8", "[::1]:8000", "testserver", "qa.example:443"]
)
def test_hosts_that_are_served(start: Start, host: str) -> None:
    client = start(allowed_hosts="Other.example, qa.example")
    assert client.post("/v1/ask", json=QUESTION, headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "localhost:8000@evil.example",
        "localhost:80:80",
        "192.168.1.4",
        "[::2]",
        "[localhost",
        "",
        ":8000",
        "\x00",
    ],
)
def test_a_page_that_gives_its_own_name_to_this_machine_reads_nothing(start: Start, host: str) -> None:
    client = start(admin_key="admin")
    for path in (
        "/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/v1/documents",
        "/v1/documents/notes/centre",
    ):
        problem = refused(client.get(path, headers={"host": host}), 421, "Nothing is served under this name")
        assert "CENTREQA_ALLOWED_HOSTS" in problem["detail"]
    refused(client.post("/v1/ask", json=QUESTION, headers={"host": host}), 421)
    refused(client.post("/v1/snapshots", content=b"x" * 100, headers={**JSON, "host": host}), 421)


def test_two_hosts_and_none_are_refused(start: Start) -> None:
    client = start()
    for headers in ([], [(b"host", b"localhost"), (b"host", b"evil.example")]):
        sent = list[Message]()

        async def send(message: Message, sent: list[Message] = sent) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/healthz", "headers": headers, "server": ("127.0.0.1", 80)}

        async def ask(scope: Scope = {**scope, "query_string": b""}, send: Send = send) -> None:  # noqa: B006
            await client.app(scope, receive_from(b""), send)

        asyncio.run(ask())
        assert sent[0]["status"] == 421


def test_the_bound_address_is_served_and_the_one_a_connection_came_in_on(start: Start) -> None:
    assert Settings.load(host="qa.example", ask_key="k").serves("qa.example")
    everywhere = start(host="0.0.0.0", ask_key="k")  # noqa: S104
    everywhere.base_url = everywhere.base_url.copy_with(host="192.168.1.4")
    assert everywhere.get("/healthz").status_code == 200
    assert everywhere.get("/healthz", headers={"host": "evil.example"}).status_code == 421


def test_every_reply_says_what_browsers_may_do_with_it(start: Start) -> None:
    client = start(admin_key="admin")
    for reply in (
        client.get("/healthz"),
        client.get("/metrics"),
        client.get("/openapi.json"),
        client.get("/v1/documents/notes/centre"),
        client.post("/v1/ask", json=QUESTION),
        client.post("/v1/ask", json={"question": "broken"}),
        client.post("/v1/ask", content="{", headers=JSON),
        client.get("/v1/nothing"),
        client.get("/healthz", headers={"host": "evil.example"}),
    ):
        given = {name: reply.headers[name.decode()] for name, _ in PROTECTION}
        assert given == {name: value.decode() for name, value in PROTECTION}, reply.url
    page = client.get("/")
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["content-security-policy"].startswith("default-src 'self'; ")
    assert page.headers["x-frame-options"] == "DENY"


def test_headers_that_are_there_stay() -> None:
    assert protect([(b"cache-control", b"no-cache")])[0] == (b"cache-control", b"no-cache")
    assert [name for name, _ in protect([(b"cache-control", b"no-cache")])].count(b"cache-control") == 1


def test_a_large_body_is_read_while_others_are_answered(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []

    def read(adapter: TypeAdapter[object], body: bytes, most: int) -> object:
        try:
            held.append(asyncio.get_running_loop().is_running())
        except RuntimeError:  # there is none in this thread
            held.append(False)
        return read_body(adapter, body, most)

    monkeypatch.setattr("service.web.guard.read_body", read)
    client = start(admin_key="admin")
    for text in ("Short. ", "Long. " * 200_000):
        reply = client.put("/v1/documents/a", json={"text": text}, headers={"authorization": "Bearer admin"})
        assert reply.status_code in (202, 409)
    assert held == [True, False]
