"""What a route refuses on the headers alone."""

import asyncio

import pytest
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from service.web.guard import authorise, limit_body, require_json

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
