"""Questions, past the framework: its ways cost more than all else that is done for a request, but for the search."""

from collections.abc import Iterable
from typing import get_type_hints

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.dependencies import Context
from service.web.guard import GuardedRoute


class FastPath:
    """Calls the endpoints `(body, engine, context)` of these routes itself.

    Nothing else changes by it: the same guard and the same functions, and a body that is not as it should be is left
    to the router, which says what is wrong with it.
    """

    def __init__(self, app: ASGIApp, context: Context, routes: Iterable[BaseRoute]) -> None:
        self.app = app
        self.context = context
        self.routes = {
            route.path: (route, get_type_hints(route.endpoint)["body"].model_validate_json)
            for route in routes
            if isinstance(route, GuardedRoute)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a question, or pass the request on."""
        found = self.routes.get(scope["path"]) if scope.get("method") == "POST" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        route, read = found
        scope["route"] = route
        try:
            body = await route.guard(Request(scope, receive)).body()
        except ClientDisconnect:
            raise HTTPException(400) from None
        try:
            question = read(body)
        except ValidationError:
            await self.app(scope, _again(body), send)
            return
        response = await route.endpoint(question, self.context.live.engine, self.context)
        await response(scope, receive, send)


def _again(body: bytes) -> Receive:
    """Receive what was read already."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
