"""Closing a connection whose client may still be sending, so that it can read the reply nevertheless."""

import asyncio
from collections.abc import Callable


class Closing(asyncio.Transport):
    """A connection that is closed in two steps where the client has not sent all of its request.

    A system that closes a connection with unread bytes tells the client to forget the reply. So first only the sending
    side is closed, and whoever receives throws away what comes, until the client closes or is given up.
    """

    def __init__(self, transport: asyncio.Transport, all_has_come: Callable[[], bool]) -> None:
        super().__init__()
        self._transport = transport
        self._all_has_come = all_has_come
        self.lingers = False

    def close(self) -> None:
        """Send what is written, then close."""
        if self.is_closing():
            return
        if self._all_has_come():
            self._transport.close()
            return
        self.lingers = True
        self._transport.resume_reading()
        self._transport.write_eof()

    def is_closing(self) -> bool:
        """Whether nothing more is read or written."""
        return self.lingers or self._transport.is_closing()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send this, unless it is closing."""
        if not self.is_closing():
            self._transport.write(data)

    def get_write_buffer_size(self) -> int:
        """Bytes that are written, but not sent."""
        return self._transport.get_write_buffer_size()

    def pause_reading(self) -> None:
        """Receive nothing for now."""
        if not self.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Receive again."""
        if not self.is_closing():
            self._transport.resume_reading()

    def get_extra_info(self, name: str, default: object = None) -> object:
        """As that of the connection itself."""
        return self._transport.get_extra_info(name, default)
