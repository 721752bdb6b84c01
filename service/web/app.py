"""The HTTP door: routes, errors, limits and the page around one engine."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from os import PathLike, stat_result
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from service.runtime.current import Live
from service.runtime.forked import Process
from service.runtime.pool import Workers
from service.runtime.rebuild import Jobs
from service.settings import Settings
from service.web import error_handlers as handlers
from service.web import routes
from service.web.dependencies import Context
from service.web.fast_path import FastPath
from service.web.guard import admin_scheme, ask_scheme
from service.web.prometheus import Metrics
from service.web.request_log import RequestLog

DESCRIPTION = """Ask a body of text in plain language. Answers are quoted from it, with exact positions that can be
checked, a calibrated confidence, and an honest refusal where the text does not say.

Positions count Unicode code points of the document's text, half-open. Every error is `application/problem+json`
(RFC 9457), and every reply carries `x-request-id`."""

# Else the framework sends traces, metrics and logs wherever OTEL_ variables of the machine say.
NO_TELEMETRY: TelemetryConfig = {"auto_configure": False, "tracing": False, "metrics": False, "logs": False}

PAGE_HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    # File names carry no version: browsers ask each time, and mostly hear that nothing has changed.
    "cache-control": "no-cache",
}


def create_app(live: Live, settings: Settings, processes: Sequence[Process] = ()) -> FastAPI:
    """The application; it opens the active snapshot in the background once it is started."""
    workers = Workers(max(1, settings.workers - len(processes)), settings.max_waiting, processes)
    metrics = Metrics(lambda: live.snapshot, lambda: workers.waiting, lambda: sum(not each.gone for each in processes))
    app = FastAPI(
        telemetry=NO_TELEMETRY,
        title="CentreQA",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        middleware=[Middleware(RequestLog, metrics=metrics)],
    )
    app.state.context = Context(live, settings, workers, Jobs(live, settings), metrics)
    handlers.install(app)
    documented = [Depends(ask_scheme)] if settings.ask_key else []
    app.include_router(routes.questions, dependencies=documented)
    app.include_router(routes.ask, dependencies=documented)
    app.include_router(routes.guarded, dependencies=documented)
    app.include_router(routes.health)
    if settings.admin_key:
        app.include_router(routes.admin, dependencies=[Depends(admin_scheme)])
    else:
        # Without this the router would say 405, since GET is served there.
        app.add_route("/v1/snapshots", _absent, methods=["POST"], include_in_schema=False)
    app.router.middleware_stack = FastPath(app.router.middleware_stack, app.state.context, routes.questions.routes)
    pages = Pages(directory=Path(__file__).parent / "page")
    app.add_route("/", pages.index, include_in_schema=False)
    app.mount("/pages", pages)
    return app


class Pages(StaticFiles):
    """The page's own files, and nothing from anywhere else."""

    async def index(self, request: Request) -> Response:
        """The page."""
        return await self.get_response("index.html", request.scope)

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file, with what browsers must know about it."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(PAGE_HEADERS)
        return response


async def _absent(request: Request) -> Response:
    raise HTTPException(404)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    watching = asyncio.create_task(context.live.watch(context.workers.open))
    yield
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    await context.jobs.close()
    context.workers.close()
