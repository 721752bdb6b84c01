"""Large replies: one copy for all who are being sent it, and only a piece of it on the way to each."""

import gc
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from service.web.sockets.large_replies import PIECE, Body, LargeReplies, LargeReply, Pieces
from tests.end_to_end.processes import until
from tests.service.web.sockets.common import GET, serving

SIZE = 40 * 1024 * 1024 + 1


def test_a_body_is_made_once_while_anybody_is_being_sent_it() -> None:
    made = list[str]()

    def make() -> Body:
        made.append("once")
        return Body(b"a" * 1000)

    bodies = LargeReplies()
    replies = [LargeReply(bodies.get("key", make)) for _ in range(3)]
    assert len(made) == 1
    assert len({id(reply.body) for reply in replies}) == 1
    LargeReply(bodies.get("other", make))
    assert len(made) == 2
    replies.clear()
    gc.collect()
    LargeReply(bodies.get("key", make))
    assert len(made) == 3


@dataclass
class Document:
    """An application that replies with one body; `begun` counts replies."""

    body: Body = field(default_factory=lambda: Body(b"a" * SIZE))
    begun: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun += 1
        await LargeReply(self.body)(scope, receive, send)


def test_clients_that_read_nothing_cost_a_piece_each() -> None:
    document = Document()
    with ExitStack() as stack:
        served = stack.enter_context(serving(Pieces(document)))
        for _ in range(5):
            silent = stack.enter_context(socket.socket())
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            silent.connect(("127.0.0.1", served.port))
            silent.sendall(GET + b"\r\n")
        until(lambda: document.begun == 5)
        time.sleep(0.5)
        connections = list(served.server.server_state.connections)
        unsent = [connection.transport.get_write_buffer_size() for connection in connections]
        assert len(unsent) == 5
        assert all(0 < size < 4 * PIECE for size in unsent)
        assert len(served.send(GET + b"connection: close\r\n\r\n").partition(b"\r\n\r\n")[2]) == SIZE
