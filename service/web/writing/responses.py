"""Replies with a written answer: in one piece, or as server-sent events. A client that goes away stops the work.

Imported when the first one is wanted: the start is none the slower for it.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from functools import partial

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from service.answering.answer import Reply, Struck
from service.answering.engine import Engine
from service.answering.written.draft import Kept
from service.runtime.render import Outcome, answer, to_json
from service.runtime.writing.writer import Emit, not_configured
from service.schemas.requests import AskRequest
from service.web.dependencies import Context
from service.web.fast_path import EVENT_STREAM
from service.web.sockets.http11 import ENDS_WITH_CLIENT
from service.web.writing.events import event, statement_event


class Written(StreamingResponse):
    """A reply whose work is for nothing once the client hangs up, or only closes its sending side."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        scope.setdefault("state", {})[ENDS_WITH_CLIENT] = True
        await super().__call__(scope, receive, send)


async def respond_in_writing(body: AskRequest, engine: Engine, context: Context, *, is_stream: bool) -> Response:
    """The reply, whose answer a language model writes; raises as the engine does, before anything is sent."""
    quoted = await _quote(body, engine, context)
    if is_stream:
        return Written(_events(quoted, body.structure, engine, context), media_type=EVENT_STREAM)
    return Written(_whole(quoted, body.structure, engine, context), media_type="application/json")


async def write_answer(body: AskRequest, engine: Engine, context: Context) -> bytes:
    """The body of the reply, for a door that has its own way to send it."""
    quoted = await _quote(body, engine, context)
    return to_json(await _write(quoted, engine, context, lambda _: None), body.structure)


async def _quote(body: AskRequest, engine: Engine, context: Context) -> Reply:
    quoted = await context.pool.run(partial(answer, engine, body))
    context.metrics.replied(Outcome.of(quoted))
    return quoted


async def _whole(quoted: Reply, structure: bool, engine: Engine, context: Context) -> AsyncGenerator[bytes]:
    yield to_json(await _write(quoted, engine, context, lambda _: None), structure)


async def _events(quoted: Reply, structure: bool, engine: Engine, context: Context) -> AsyncGenerator[bytes]:
    """The events of one reply. The work goes on while they are sent, so a slow client keeps nobody's seat."""
    yield event("quoted", to_json(quoted, structure))
    checked: asyncio.Queue[Kept | Struck | None] = asyncio.Queue()
    work = asyncio.create_task(_write(quoted, engine, context, checked.put_nowait))
    work.add_done_callback(lambda _: checked.put_nowait(None))
    try:
        while statement := await checked.get():
            yield statement_event(statement)
        yield event("reply", to_json(await work, structure))
    finally:
        work.cancel()


async def _write(quoted: Reply, engine: Engine, context: Context, emit: Emit) -> Reply:
    if context.writer is None:
        return not_configured(quoted)
    started = time.perf_counter()
    reply = await context.writer.write(quoted, engine, context.pool, emit)
    context.metrics.wrote(reply, time.perf_counter() - started)
    return reply
