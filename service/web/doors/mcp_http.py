"""The tools over HTTP, at /mcp. The protocol's SDK is imported when the first request comes."""

import asyncio
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

from fastapi import APIRouter, Body
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from service.web.dependencies import Context, ContextDependency
from service.web.guard import GuardedRoute


class _Handled(Response):
    """What the SDK replies to a body; it sends that itself."""

    def __init__(self, context: Context, received: bytes) -> None:
        super().__init__()
        self.context, self.received = context, received

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_again() -> Message:
            return {"type": "http.request", "body": self.received, "more_body": False}

        server = await asyncio.to_thread(import_module, "service.web.doors.mcp_server")
        await server.handle(self.context, scope, receive_again, send)


mcp_routes = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@mcp_routes.post("/mcp")
async def mcp(message: Annotated[object, Body()], request: Request, context: ContextDependency) -> Response:
    """Take one message of the protocol. There are no streams to open: GET is refused, as the protocol allows.

    The guard has read `message`, as it is JSON and of a fair size; the SDK reads it for itself.
    """
    return _Handled(context, await request.body())


def is_installed() -> bool:
    """Whether the SDK is there; does not import it."""
    return find_spec("mcp") is not None
