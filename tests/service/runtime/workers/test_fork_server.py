"""Forking helper processes: what they share, and what they do not."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from corpus.errors import SnapshotError, UnavailableError
from service.answering.engine import Engine
from service.runtime.workers.fork_server import ForkServer
from service.runtime.workers.helper_process import fork

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


def open_none(snapshot: str) -> Engine:
    raise SnapshotError("there is none")


def test_it_keeps_none_of_the_sockets_that_it_inherits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        first, second = fork(2, open_none, listener)
        port = listener.getsockname()[1]
        listener.close()
        refused = False
        while not refused:  # as soon as they have closed it as well
            with socket.socket() as client:
                refused = client.connect_ex(("127.0.0.1", port)) != 0
    for helper in (first, second):
        asyncio.run(helper.close())
        with pytest.raises(ProcessLookupError):
            os.kill(helper.pid, 0)


def test_nothing_is_shared_any_more_where_a_snapshot_is_opened_anew() -> None:
    """What the forking process holds is what those share that it forks."""
    held = ["s1"]

    def tell(connection: socket.socket) -> None:
        connection.sendall(repr(held).encode())

    server = ForkServer(tell, held.clear)
    for share in ("['s1']", "[]"):
        pid, connection = server.fork()
        with connection:
            assert connection.recv(100).decode() == share
        server.end(pid)
        server.forget()
    assert held == ["s1"]  # it is another process
    server.close()
    with pytest.raises(UnavailableError, match="start the service again"):
        server.fork()


def test_a_reply_that_comes_too_late_is_not_taken_for_the_next_one() -> None:
    server = ForkServer(lambda connection: connection.close(), list)
    os.kill(server.pid, signal.SIGSTOP)
    with pytest.raises(UnavailableError, match="timed out"):
        server.fork()
    os.kill(server.pid, signal.SIGCONT)
    pid, connection = server.fork()
    with connection:
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        assert pid == int(children[-1])
        assert len(children) == 2
    server.close()


def test_none_where_torch_was_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", sys)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert fork(2, open_none, listener) == []
