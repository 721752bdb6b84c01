"""What browsers are kept from: asking under a foreign name, and guessing, storing or framing a reply."""

import re
from collections.abc import Sequence
from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from service.schemas.problems import from_status
from service.settings import Settings
from service.web.error_handlers import respond

HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::[0-9]*)?")
REMEMBERED_HOSTS = 256  # values of the header Host that are not looked at twice
RawHeaders = Sequence[tuple[bytes, bytes]]
# Of every reply that does not say otherwise, as the files of the page do.
PROTECTION: RawHeaders = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


def protect(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """The headers of a reply, and those of `PROTECTION` that are not among them."""
    given = {name for name, _ in headers}
    return [*headers, *(header for header in PROTECTION if header[0] not in given)]


class ServedHosts:
    """Middleware that refuses a request for another host than those that are served, by 421.

    A page elsewhere can have its own name lead to this machine, and the browser would let it read every reply. What it
    cannot do is ask under a name of ours.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._settings = settings
        self._is_served = lru_cache(REMEMBERED_HOSTS)(self._decide)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request for this host."""
        if scope["type"] == "http":
            address, _ = scope.get("server") or (None, None)  # the one that the connection came in on
            hosts = [value for name, value in scope["headers"] if name == b"host"]
            if len(hosts) != 1 or not self._is_served(hosts[0], address):
                await respond(from_status(421, ""))(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _decide(self, header: bytes, address: str | None) -> bool:
        match = HOST.fullmatch(header.decode("latin-1").strip().lower())
        host = match[1].strip("[]") if match else ""
        return bool(host) and (host == address or self._settings.serves(host))
