"""Who may use a route, and what a route lets in: decided on the headers, before a byte of the body is read."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterable
from functools import cached_property, partial
from typing import Any

from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import SecretStr, TypeAdapter
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive

from service.schemas.bodies import read_body
from service.schemas.requests import MAX_UPLOADED_VALUES, MAX_VALUES
from service.settings import Settings

READ_AT_ONCE = 1024**2  # bytes of a body, which take some milliseconds
MAX_DIGITS = 20  # of a declared length that are converted: enough to tell that it is too large
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

# These only document the header in OpenAPI: `authorise` decides.
ask_scheme = HTTPBearer(scheme_name="ask key", description="CENTREQA_ASK_KEY, or the admin key.", auto_error=False)
admin_scheme = HTTPBearer(scheme_name="admin key", description="CENTREQA_ADMIN_KEY.", auto_error=False)


def authorise(headers: Headers, keys: Iterable[SecretStr | None]) -> None:
    """Raise 401 unless the bearer token is one of the keys; every comparison takes constant time."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    given = token.strip().encode("latin-1")
    matches = [secrets.compare_digest(given, key.get_secret_value().encode()) for key in keys if key is not None]
    if scheme.lower() != "bearer" or not any(matches):
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


def require_json(headers: Headers) -> None:
    """Raise 415 where there is a body that does not say it is JSON."""
    if headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers:
        return
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415)


def limit_body(headers: Headers, receive: Receive, limit: int) -> Receive:
    """Receive at most `limit` bytes of a body; raise 413 beyond them, at once where the headers already say so."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:MAX_DIGITS]) > limit:
        raise HTTPException(413)
    left = limit

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return counted


class ReadRequest(Request):
    """A request whose body is read: what the framework takes for JSON is what came of it."""

    content: object = None

    async def json(self) -> object:
        """The body, validated."""
        return self.content


class GuardedRoute(APIRoute):
    """A route with a guard, which refuses on the headers alone; then the body is validated, once."""

    most_values = MAX_VALUES

    def keys(self, settings: Settings) -> tuple[SecretStr | None, ...]:
        """The keys that open this route; where there are none, it is open to all."""
        return (settings.ask_key, settings.admin_key) if settings.ask_key else ()

    def limit(self, settings: Settings) -> int:
        """The largest body, in bytes."""
        return settings.max_body

    async def read(self, request: Request) -> ReadRequest:
        """The request with its body read, where it has one; raises 401, 413 or 415, BodyError and ClientDisconnect."""
        guarded = self.guard(request)
        if self._body is not None:
            body = await guarded.body()
            reading = partial(read_body, self._body, body, self.most_values)
            guarded.content = reading() if len(body) <= READ_AT_ONCE else await asyncio.to_thread(reading)
        return guarded

    @cached_property
    def _body(self) -> TypeAdapter[object] | None:
        return None if self.body_field is None else TypeAdapter[object](self.body_field.field_info.annotation or object)

    def guard(self, request: Request) -> ReadRequest:
        """The request, with a limit on its body; raises 401, 413 or 415."""
        settings: Settings = request.app.state.context.settings
        if keys := self.keys(settings):
            authorise(request.headers, keys)
        if request.method not in ("POST", "PUT"):
            return ReadRequest(request.scope, request.receive)
        require_json(request.headers)
        return ReadRequest(request.scope, limit_body(request.headers, request.receive, self.limit(settings)))

    def get_route_handler(self) -> Handler:
        """The route, behind its guard."""
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                complete = await self.read(request)
            except ClientDisconnect:
                raise HTTPException(400) from None
            return await handler(complete)

        return guarded


class AdminRoute(GuardedRoute):
    """A route that changes what is served."""

    most_values = MAX_UPLOADED_VALUES

    def keys(self, settings: Settings) -> tuple[SecretStr | None, ...]:
        """Only the admin key."""
        return (settings.admin_key,)

    def limit(self, settings: Settings) -> int:
        """Whole texts are sent here."""
        return settings.max_upload
