"""A short way for questions: routing and validation in the framework cost more than everything but the search."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from service.web.dependencies import Context
from service.web.guard import GuardedRoute

EVENT_STREAM = "text/event-stream"


def select_routes(routes: Iterable[BaseRoute], endpoints: Collection[Callable[..., Any]]) -> list[GuardedRoute]:
    """The routes with these endpoints: POST, without parameters in the path, each taking `(body, engine, context)`."""
    return [route for route in routes if isinstance(route, GuardedRoute) and route.endpoint in endpoints]


class FastPath:
    """Middleware that calls the endpoints of these routes itself.

    Replies are those of the framework: the same guard, the same reading of the body and the same endpoints run.
    """

    def __init__(self, app: ASGIApp, context: Context, routes: Sequence[GuardedRoute]) -> None:
        self.app = app
        self.context = context
        self.routes = {route.path: route for route in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a question, or pass the request on."""
        route = self.routes.get(scope["path"]) if scope.get("method") == "POST" else None
        if route is None or _wants_events(scope):
            await self.app(scope, receive, send)
            return
        scope["route"] = route
        try:
            request = await route.read(Request(scope, receive))
        except ClientDisconnect:
            raise HTTPException(400) from None
        response = await route.endpoint(request.content, self.context.current.engine, self.context)
        await response(scope, receive, send)


def _wants_events(scope: Scope) -> bool:
    """Whether the reply is to be a stream, which takes a header that the endpoints here are not given."""
    return any(name == b"accept" and EVENT_STREAM.encode() in value for name, value in scope["headers"])
