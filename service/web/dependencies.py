"""What a route can be given: the application's context, the engine in use, the store."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.requests import Request

from index.stores import ServedStore
from service.answering.engine import Engine
from service.runtime.current import CurrentEngine
from service.runtime.feedback import Inbox
from service.runtime.older import OlderSnapshots
from service.runtime.rebuild import Jobs
from service.runtime.render import Query, RenderedReply, render
from service.runtime.workers.pool import Pool
from service.settings import Settings
from service.web.monitoring.metrics import Metrics
from service.web.sockets.large_replies import LargeReplies

if TYPE_CHECKING:
    from service.runtime.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that one application holds."""

    current: CurrentEngine
    settings: Settings
    pool: Pool
    jobs: Jobs
    metrics: Metrics
    inbox: Inbox
    older: OlderSnapshots
    large: LargeReplies
    writer: "Writer | None" = None  # None where no language model is configured

    async def render(self, engine: Engine, query: Query) -> RenderedReply:
        """The engine's reply, once the pool has a seat for it; raises as the engine does, and OverloadedError."""
        return await self.pool.run(partial(render, engine, query), lambda helper: helper.render(engine.snapshot, query))


async def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


async def _engine(request: Request) -> Engine:
    return (await _context(request)).current.engine


async def _store(request: Request) -> ServedStore:
    return (await _context(request)).current.store


ContextDependency = Annotated[Context, Depends(_context)]
# Taken once a request: a swap in the middle of it changes nothing for it.
EngineDependency = Annotated[Engine, Depends(_engine)]
StoreDependency = Annotated[ServedStore, Depends(_store)]
