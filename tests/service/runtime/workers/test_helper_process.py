"""Helper processes: the same replies, in order, and no question lost when one fails."""

import asyncio
import os
import signal
import sys
import time
import weakref
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from corpus.errors import DeadlineError, NotFoundError, SnapshotError
from service.answering.answer import Reply
from service.answering.engine import Engine, SearchReply
from service.answering.stages import Effort
from service.runtime.render import RenderedReply, render
from service.runtime.workers.fork_server import ForkServer
from service.runtime.workers.helper_process import TIMEOUTS, HelperProcess, Timeouts, answer_all
from service.schemas.requests import AskRequest, SearchRequest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


OPENED = count()


class TroubleEngine:
    """Repeats what it is asked; a few words end the process, hang or fail."""

    def __init__(self, snapshot: str) -> None:
        self.snapshot = snapshot
        self.number = next(OPENED)
        if snapshot.startswith("/"):  # a file that is there for as long as this is
            Path(snapshot).touch()
            weakref.finalize(self, Path(snapshot).unlink)

    def search(
        self,
        query: str,
        top_k: int,
        documents: Collection[str] | None,
        *,
        filter: Mapping[str, str] | None,  # noqa: A002
    ) -> SearchReply:
        if query == "end":
            os._exit(1)
        if query == "opened":
            query = str(self.number)
        if query == "hang":
            time.sleep(60)
        if documents:
            raise NotFoundError("no document has this id")
        effort = Effort({"encode": 0.25, "search": 0.5}, remembered=query == "again")
        return SearchReply(f"{query}\n{top_k}{filter or ''}", (), self.snapshot, 1.0, effort=effort)

    def ask(self, question: str, top_k: int, documents: Collection[str] | None) -> Reply:
        raise AssertionError


def open_fake(snapshot: str) -> Engine:
    if snapshot == "damaged":
        raise SnapshotError("damaged: its checksum differs")
    if snapshot == "slow":
        time.sleep(60)
    return cast(Engine, TroubleEngine(snapshot))


def using(scenario: Callable[[HelperProcess], Awaitable[None]], timeouts: Timeouts = TIMEOUTS) -> None:
    """Run it with a helper that has a snapshot, and see the helper end."""
    server = ForkServer(partial(answer_all, open_snapshot=open_fake), list)
    helper = HelperProcess(server, timeouts)

    async def opened() -> None:
        await helper.open("s1")
        try:
            await scenario(helper)
        finally:
            await helper.close()
            await asyncio.sleep(0)  # the connection is closed in the next round of the loop

    asyncio.run(opened())
    with pytest.raises(ProcessLookupError):
        os.kill(helper.pid, 0)
    server.close()


def search(helper: HelperProcess, query: str, snapshot: str = "s1") -> Coroutine[Any, Any, RenderedReply | None]:
    return helper.render(snapshot, SearchRequest(query=query, top_k=1))


def expected(query: str, snapshot: str = "s1") -> RenderedReply:
    return render(open_fake(snapshot), SearchRequest(query=query, top_k=1))


def test_replies_are_those_of_the_engine_in_the_order_of_the_questions() -> None:
    async def scenario(helper: HelperProcess) -> None:
        queries = [SearchRequest(query=f"Ünïted {number}", top_k=number + 1) for number in range(50)]
        replies = await asyncio.gather(*(helper.render("s1", query) for query in queries))
        engine = open_fake("s1")
        assert replies == [render(engine, query) for query in queries]

    using(scenario)


@pytest.mark.parametrize("query", ["who", "again"])
def test_what_a_reply_took_there_comes_with_it(query: str) -> None:
    async def scenario(helper: HelperProcess) -> None:
        reply = await search(helper, query)
        assert reply is not None
        assert reply.outcome == expected(query).outcome
        assert reply.outcome.stages == {"encode": 0.25, "search": 0.5}
        assert reply.outcome.remembered == (query == "again")

    using(scenario)


def test_what_fails_there_is_left_to_whoever_asked_and_the_next_one_is_answered() -> None:
    async def scenario(helper: HelperProcess) -> None:
        failing = helper.render("s1", SearchRequest(query="who", documents=["unknown"]))
        broken = helper.render("s1", AskRequest(question="who"))
        replies = await asyncio.gather(failing, broken, search(helper, "who"))
        assert list(replies) == [None, None, expected("who")]

    using(scenario)


def test_it_answers_only_from_the_snapshot_that_is_asked_for() -> None:
    async def scenario(helper: HelperProcess) -> None:
        assert await search(helper, "who", "s2") is None
        await helper.open("damaged")
        assert helper.snapshot is None
        assert await search(helper, "who") is None
        await helper.open("s2")
        assert await search(helper, "who", "s2") == expected("who", "s2")

    using(scenario)


def test_it_lets_go_of_a_snapshot_that_is_not_to_be_read_any_more(tmp_path: Path) -> None:
    async def scenario(helper: HelperProcess) -> None:
        await helper.open(str(tmp_path / "held"))
        assert (tmp_path / "held").exists()
        with capture_logs() as lines:
            await helper.open(None)
        assert (helper.snapshot, lines) == (None, [])
        assert not (tmp_path / "held").exists()

    using(scenario)


def test_a_question_that_nobody_waits_for_any_more_shifts_no_reply() -> None:
    async def scenario(helper: HelperProcess) -> None:
        left = asyncio.ensure_future(search(helper, "left"))
        await asyncio.sleep(0)
        left.cancel()
        assert await search(helper, "next") == expected("next")

    using(scenario)


def test_one_that_ends_leaves_its_questions_to_whoever_asked() -> None:
    async def scenario(helper: HelperProcess) -> None:
        assert await asyncio.gather(*(search(helper, query) for query in ("end", "who", "what"))) == [None] * 3
        assert helper.snapshot is None
        assert await search(helper, "who") is None

    using(scenario)


def test_one_that_hangs_is_given_up_with_the_question_that_it_hangs_at() -> None:
    async def scenario(helper: HelperProcess) -> None:
        hung = asyncio.ensure_future(search(helper, "hang"))
        await asyncio.sleep(0.05)
        behind = asyncio.ensure_future(search(helper, "who"))
        with pytest.raises(DeadlineError, match=r"within 0\.1 seconds"):
            await hung
        assert await behind is None  # whoever asked answers it
        assert helper.snapshot is None

    using(scenario, Timeouts(answering=0.1))


def test_one_that_hangs_while_it_opens_a_snapshot_is_given_up() -> None:
    async def scenario(helper: HelperProcess) -> None:
        await helper.open("slow")
        assert helper.snapshot is None

    using(scenario, Timeouts(opening=1.0))


def test_signals_to_all_leave_it_alone() -> None:
    async def scenario(helper: HelperProcess) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(helper.pid, number)
        assert isinstance(await search(helper, "who"), RenderedReply)

    using(scenario)


async def until_replaced(helper: HelperProcess, lost: int) -> None:
    async with asyncio.timeout(30):
        while helper.pid == lost or helper.snapshot is None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("query", ["end", "hang", "kill"])
def test_one_that_is_lost_is_replaced(query: str) -> None:
    async def scenario(helper: HelperProcess) -> None:
        lost = helper.pid
        if query == "kill":
            os.kill(lost, signal.SIGKILL)
        with suppress(DeadlineError):
            assert await search(helper, query) is None
        await until_replaced(helper, lost)
        assert await search(helper, "who") == expected("who")

    using(scenario, Timeouts(answering=0.5))


def test_where_several_are_lost_one_after_another_the_next_one_comes_later() -> None:
    async def scenario(helper: HelperProcess) -> None:
        lost = helper.pid
        await search(helper, "end")
        await until_replaced(helper, lost)
        await search(helper, "end")
        await asyncio.sleep(0.1)
        assert helper.gone
        await helper.open("s1")
        assert helper.gone
        assert await search(helper, "who") is None

    using(scenario)


def test_a_snapshot_that_is_opened_again_is_opened_again_here() -> None:
    async def scenario(helper: HelperProcess) -> None:
        before = await search(helper, "opened")
        await helper.open("s1", 1)
        assert await search(helper, "opened") == before
        await helper.open("s1", 2)
        assert (await search(helper, "opened")) != before

    using(scenario)
