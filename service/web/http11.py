"""HTTP/1.1 over a socket: uvicorn's fastest reader, and the limit that it lacks."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024  # bytes, as uvicorn's other reader has it


class Protocol(HttpToolsProtocol):
    """Refuses what never comes to an end: a line, headers, the extension of a chunk, or trailers."""

    _unread = 0  # bytes since the last whole head or piece of a body

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        self._unread += len(data)
        super().data_received(data)
        if self._unread > MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")

    def on_headers_complete(self) -> None:
        """Start the request."""
        self._unread = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass a piece on."""
        self._unread = 0
        super().on_body(body)
