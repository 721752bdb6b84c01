"""Replies that may be large: many clients may be slow to read one, and others want an answer meanwhile."""

import asyncio
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PIECE = 64 * 1024  # bytes that are compressed and sent before others have their turn


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Body:
    """The JSON of a reply, and headers that belong to it."""

    json: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class LargeReply(Response):
    """A reply that shares its body with all that are being sent."""

    def __init__(self, body: Body) -> None:
        super().__init__(body.json, headers=body.headers, media_type="application/json")
        self.shared = body


class LargeReplies:
    """The bodies that are being sent: who asks for one of them gets the same bytes."""

    def __init__(self) -> None:
        self._bodies = WeakValueDictionary[Hashable, Body]()

    def get(self, key: Hashable, make: Callable[[], Body]) -> Body:
        """The body of this key; made where nobody is being sent it."""
        body = self._bodies.get(key)
        if body is None:
            body = self._bodies[key] = make()
        return body


class Pieces:
    """Middleware that sends a large body piece by piece, each when the client has read most of those before."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_pieces(message: Message) -> None:
            body = message.get("body", b"")
            last = max(0, len(body) - 1) // PIECE * PIECE
            for start in range(0, last, PIECE):
                await send({**message, "body": body[start : start + PIECE], "more_body": True})
                await asyncio.sleep(0)
            await send({**message, "body": body[last:]} if last else message)

        await self.app(scope, receive, send_pieces if scope["type"] == "http" else send)
