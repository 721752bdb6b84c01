"""Replies that may be large are compressed where the client takes that; those to questions never are."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

COMPRESSED = ("/v1/documents", "/openapi.json")  # paths, or how they begin
MIN_BYTES = 1024  # a smaller reply fits one packet anyway
LEVEL = 5  # of 9: twice as fast as the default for a few per cent more bytes


class Compression:
    """Middleware that compresses the replies of a few routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.compressed = GZipMiddleware(app, MIN_BYTES, LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        large = scope["type"] == "http" and scope["path"].startswith(COMPRESSED)
        await (self.compressed if large else self.app)(scope, receive, send)
