"""Processes that help to answer: the same replies, in order, and nothing lost when one fails."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Collection
from typing import cast

import pytest

from corpus.errors import NotFoundError, SnapshotError
from service.answering.answer import Reply
from service.answering.engine import Engine, SearchReply
from service.runtime import forked as processes
from service.runtime.forked import Process, fork
from service.runtime.render import Written, write

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


class FakeEngine:
    def __init__(self, snapshot: str) -> None:
        self.snapshot = snapshot

    def search(self, query: str, top_k: int, documents: Collection[str] | None) -> SearchReply:
        if query == "end":
            os._exit(1)
        if query == "hang":
            time.sleep(60)
        if documents:
            raise NotFoundError("no document has this id")
        return SearchReply(f"{query}\n{top_k}", (), self.snapshot, 1.0)

    def ask(self, question: str, top_k: int, documents: Collection[str] | None) -> Reply:
        raise AssertionError


def open_fake(snapshot: str) -> Engine:
    if snapshot == "damaged":
        raise SnapshotError("damaged: its checksum differs")
    if snapshot == "slow":
        time.sleep(60)
    return cast(Engine, FakeEngine(snapshot))


def using(scenario: Callable[[Process], Awaitable[None]]) -> None:
    """Run it with a process that has a snapshot, and see it end."""
    process = Process(open_fake, [])

    async def opened() -> None:
        await process.open("s1")
        try:
            await scenario(process)
        finally:
            process.close()
            await asyncio.sleep(0)  # the connection is closed in the next round of the loop

    asyncio.run(opened())
    with pytest.raises(ProcessLookupError):
        os.kill(process.number, 0)


def test_replies_are_those_of_the_engine_in_the_order_of_the_questions() -> None:
    async def scenario(process: Process) -> None:
        asked = [process.write("search", "s1", f"Ünïted {number}", number, None) for number in range(50)]
        engine = open_fake("s1")
        assert await asyncio.gather(*asked) == [write("search", engine, f"Ünïted {n}", n, None) for n in range(50)]

    using(scenario)


def test_what_fails_there_is_left_to_whoever_asked_and_the_next_one_is_answered() -> None:
    async def scenario(process: Process) -> None:
        failing = process.write("search", "s1", "who", 1, ["unknown"])
        broken = process.write("ask", "s1", "who", 1, None)
        good = process.write("search", "s1", "who", 1, None)
        replies = await asyncio.gather(failing, broken, good)
        assert replies == [None, None, write("search", open_fake("s1"), "who", 1, None)]

    using(scenario)


def test_it_answers_only_from_the_snapshot_that_is_asked_for() -> None:
    async def scenario(process: Process) -> None:
        assert await process.write("search", "s2", "who", 1, None) is None
        await process.open("damaged")
        assert process.snapshot is None
        assert await process.write("search", "s1", "who", 1, None) is None
        await process.open("s2")
        assert await process.write("search", "s2", "who", 1, None) == write("search", open_fake("s2"), "who", 1, None)

    using(scenario)


def test_a_question_that_nobody_waits_for_any_more_shifts_no_reply() -> None:
    async def scenario(process: Process) -> None:
        left = asyncio.ensure_future(process.write("search", "s1", "left", 1, None))
        await asyncio.sleep(0)
        left.cancel()
        assert await process.write("search", "s1", "next", 1, None) == write("search", open_fake("s1"), "next", 1, None)

    using(scenario)


def test_one_that_ends_leaves_its_questions_to_whoever_asked() -> None:
    async def scenario(process: Process) -> None:
        asked = [process.write("search", "s1", question, 1, None) for question in ("end", "who", "what")]
        assert await asyncio.gather(*asked) == [None] * 3
        assert process.gone
        assert await process.write("search", "s1", "who", 1, None) is None
        await process.open("s2")
        assert process.snapshot is None

    using(scenario)


def test_one_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ANSWERING", 0.1)

    async def scenario(process: Process) -> None:
        asked = [process.write("search", "s1", question, 1, None) for question in ("hang", "who")]
        assert await asyncio.gather(*asked) == [None] * 2
        await asyncio.sleep(0)  # the connection is lost in the next round of the loop
        assert process.gone

    using(scenario)


def test_one_that_hangs_while_it_opens_a_snapshot_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(process: Process) -> None:
        monkeypatch.setattr(processes, "OPENING", 0.1)
        await process.open("slow")
        assert process.snapshot is None

    using(scenario)


def test_signals_to_all_leave_it_alone_and_it_ends_with_its_parent() -> None:
    async def scenario(process: Process) -> None:
        for name in (signal.SIGINT, signal.SIGTERM):
            os.kill(process.number, name)
        assert isinstance(await process.write("search", "s1", "who", 1, None), Written)
        process.socket.shutdown(socket.SHUT_WR)  # what the end of this process would do
        assert await process.write("search", "s1", "who", 1, None) is None
        assert process.gone

    using(scenario)


def test_it_keeps_none_of_the_sockets_that_it_inherits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        first, second = fork(2, open_fake, listener)
        port = listener.getsockname()[1]
        listener.close()
        refused = False
        while not refused:  # as soon as they have closed it as well
            with socket.socket() as client:
                refused = client.connect_ex(("127.0.0.1", port)) != 0
    for process in (first, second):  # the first one could not end if the second one held its socket
        process.close()
        assert os.waitpid(process.number, 0)[1] == 0


def test_none_where_torch_was_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", sys)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert fork(2, open_fake, listener) == []
