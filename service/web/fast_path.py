"""A short way for questions: routing and validation in the framework cost more than everything but the search."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.dependencies import Context
from service.web.guard import GuardedRoute


@dataclass(frozen=True, slots=True)
class FastRoute:
    """A POST route without parameters in its path, whose endpoint takes `(body, engine, context)`; reads the body."""

    route: GuardedRoute
    read: Callable[[bytes], BaseModel]


def select_routes(routes: Iterable[BaseRoute], models: Mapping[Callable[..., Any], type[BaseModel]]) -> list[FastRoute]:
    """The routes with these endpoints, each with the model of its body."""
    return [
        FastRoute(route, models[route.endpoint].model_validate_json)
        for route in routes
        if isinstance(route, GuardedRoute) and route.endpoint in models
    ]


class FastPath:
    """Middleware that calls the endpoints of these routes itself.

    Replies are those of the framework: the same guard and the same endpoints run, and a request whose body does not
    fit its model is left to the router, which says what is wrong with it.
    """

    def __init__(self, app: ASGIApp, context: Context, routes: Sequence[FastRoute]) -> None:
        self.app = app
        self.context = context
        self.routes = {fast.route.path: fast for fast in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a question, or pass the request on."""
        fast = self.routes.get(scope["path"]) if scope.get("method") == "POST" else None
        if fast is None:
            await self.app(scope, receive, send)
            return
        scope["route"] = fast.route
        try:
            body = await fast.route.guard(Request(scope, receive)).body()
        except ClientDisconnect:
            raise HTTPException(400) from None
        try:
            question = fast.read(body)
        except ValidationError:
            await self.app(scope, _receive_again(body), send)
            return
        response = await fast.route.endpoint(question, self.context.current.engine, self.context)
        await response(scope, receive, send)


def _receive_again(body: bytes) -> Receive:
    """Gives the body that was read already to whoever reads it next."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
