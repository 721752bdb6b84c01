"""What routes may ask for, by name."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from index.stores import ServedStore
from service.answering.engine import Engine
from service.runtime.current import Live
from service.runtime.pool import Workers
from service.runtime.rebuild import Jobs
from service.runtime.render import Kind, Written, write
from service.settings import Settings
from service.web.prometheus import Metrics


@dataclass(frozen=True, slots=True)
class Context:
    """Everything one application holds."""

    live: Live
    settings: Settings
    workers: Workers
    jobs: Jobs
    metrics: Metrics

    async def write(
        self, kind: Kind, engine: Engine, question: str, top_k: int, documents: Collection[str] | None
    ) -> Written:
        """The engine's reply, when its turn has come; raises as the engine does, and OverloadedError."""
        return await self.workers.run(
            partial(write, kind, engine, question, top_k, documents),
            lambda process: process.write(kind, engine.snapshot, question, top_k, documents),
        )


async def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


async def _engine(request: Request) -> Engine:
    return (await _context(request)).live.engine


async def _store(request: Request) -> ServedStore:
    return (await _context(request)).live.store


CurrentContext = Annotated[Context, Depends(_context)]
# Taken once a request: a swap in the middle of it changes nothing for it.
CurrentEngine = Annotated[Engine, Depends(_engine)]
CurrentStore = Annotated[ServedStore, Depends(_store)]
