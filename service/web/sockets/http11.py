"""HTTP/1.1 over a socket: uvicorn's fastest reader, with the limits that it lacks."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from service.schemas.problems import Problem
from service.web.browsers import PROTECTION
from service.web.error_handlers import MEDIA_TYPE
from service.web.sockets.closing import Closing
from service.web.sockets.patience import DEFAULT, Patience, Waiting

MAX_HEAD = 64 * 1024  # bytes, the limit of uvicorn's other reader
LINGER_BYTES = 4 * 1024 * 1024  # that are thrown away after an early reply
LINGER_SECONDS = 2.0
ENDS_WITH_CLIENT = "ends_with_client"  # in the state of a request whose work is for nothing once the client hangs up


class BoundedHttp11(HttpToolsProtocol):
    """Refuses what never comes to an end; answers a client that has closed its sending side, or wants to upgrade.

    `last_moved` is when the client last sent anything, in seconds of the monotonic clock.
    """

    transport: Closing

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any], patience: Patience = DEFAULT
    ) -> None:
        super().__init__(config, server_state, app_state)
        self.parser = _NeverUpgrading(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        self.last_moved = time.monotonic()
        self._waiting = Waiting(patience)
        self._unfinished = 0  # bytes since the last complete head or piece of a body
        self._thrown_away = 0  # bytes, of what came after an early reply
        self._moved = 0  # bytes of a body, since the patience was last looked at
        self._unsent = 0  # bytes of replies, when it was
        self._all_has_come = True  # of every request that has begun
        self._stays_open = True  # after the request that is being read

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(Closing(transport, lambda: self._all_has_come))

    @property
    def waits_for_client(self) -> bool:
        """Whether it is the client who has to do something: send, read, or close."""
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            return True
        if self.cycle is None or self.cycle.response_complete:
            return True
        return self.cycle.more_body and not self.flow.read_paused

    def look(self, seconds: float) -> None:
        """Give the client up where it keeps the service waiting for too long; called every so many seconds."""
        unsent = self.transport.get_write_buffer_size()
        moved = self._moved + max(0, self._unsent - unsent)
        self._moved, self._unsent = 0, unsent
        if self.transport.lingers:
            self._waiting.allow(LINGER_SECONDS)
        if not self.waits_for_client:
            self._waiting.renew()
        elif not self._waiting.spend(seconds, moved):
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read the bytes that arrived."""
        if self.transport.lingers:
            self._thrown_away += len(data)
            if self._thrown_away > LINGER_BYTES:
                self.transport.abort()
            return
        self.last_moved = time.monotonic()
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection where all of a request has come whose answer has not been sent."""
        if not self._all_has_come or self.cycle is None or self.cycle.response_complete or self.transport.is_closing():
            return False
        if self.cycle.scope["state"].get(ENDS_WITH_CLIENT):
            return False
        self.cycle.keep_alive = False
        return True

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        self._all_has_come = False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Start the request."""
        if self.parser.should_upgrade():
            return  # the head will be read again
        self._unfinished = 0
        super().on_headers_complete()
        # A reply that begins before the whole request has come is the last one, and says so.
        self._stays_open, self.cycle.keep_alive = self.cycle.keep_alive, False

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on."""
        self._unfinished = 0
        self._moved += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the body."""
        if self.parser.should_upgrade():
            return
        self._all_has_come = True
        super().on_message_complete()
        if not self.cycle.response_started:
            self.cycle.keep_alive = self._stays_open

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the end of the connection."""
        self._waiting.renew()
        super().on_response_complete()

    def shutdown(self) -> None:
        """End the connection as soon as the request is answered that is being read."""
        self._stays_open = False
        super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._all_has_come = False  # for all that is known
        self.transport.write(_refusal())
        self.transport.close()

    def head_without_upgrade(self) -> bytes:
        """The head of the request that is being read, as if the client wanted to go on in HTTP/1.1."""
        first = b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        others = [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([first, *others, b"", b""])


class _NeverUpgrading(httptools.HttpRequestParser):
    """Reads on where a client offers another protocol: the offer may be ignored, but the parser would skip the body."""

    def __init__(self, protocol: BoundedHttp11) -> None:
        super().__init__(protocol)
        self._protocol = protocol

    def feed_data(self, data: bytes) -> None:  # type: ignore[override]
        """Read these bytes."""
        try:
            super().feed_data(data)
        except httptools.HttpParserUpgrade as stopped:
            if self.get_method() == b"CONNECT":
                raise httptools.HttpParserError("this is no proxy") from None
            self.feed_data(self._protocol.head_without_upgrade() + data[stopped.args[0] :])


def _refusal() -> bytes:
    """The reply to what no application gets to see."""
    problem = Problem(
        type="urn:centreqa:problem:not-http",
        title="Not HTTP/1.1",
        status=400,
        detail="this is no request of HTTP/1.1, or its head is too long; send another one",
    )
    body = problem.model_dump_json().encode()
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
        (b"x-request-id", uuid4().hex.encode()),
        *PROTECTION,
    ]
    return STATUS_LINE[400] + b"".join(b"%s: %s\r\n" % header for header in headers) + b"\r\n" + body
