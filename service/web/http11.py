"""HTTP/1.1 over a socket: uvicorn's fastest reader, with the limit that it lacks."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024  # bytes, the limit of uvicorn's other reader


class BoundedHttp11(HttpToolsProtocol):
    """Refuses a line, headers, the extension of a chunk, or trailers that never come to an end."""

    _unfinished = 0  # bytes since the last complete head or piece of a body

    def data_received(self, data: bytes) -> None:
        """Read the bytes that arrived."""
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")

    def on_headers_complete(self) -> None:
        """Start the request."""
        self._unfinished = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on."""
        self._unfinished = 0
        super().on_body(body)
