"""The application: routes, errors, limits and the page, put together around one engine."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
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

from index.changes.watch import settled_async
from service.feedback import FOLDER
from service.runtime.current import CurrentEngine
from service.runtime.feedback import Inbox
from service.runtime.older import OlderSnapshots
from service.runtime.rebuild import Jobs, Order, build_command
from service.runtime.watch import rebuild_each_time
from service.runtime.workers.helper_process import HelperProcess
from service.runtime.workers.pool import Pool
from service.runtime.writing.opening import open_writer
from service.settings import Settings
from service.web import error_handlers, routes
from service.web.admin_routes import admin_routes
from service.web.browsers import ServedHosts
from service.web.compression import Compression
from service.web.dependencies import Context
from service.web.document_routes import document_routes
from service.web.doors.chat import chat_routes
from service.web.doors.mcp_http import is_installed, mcp_routes
from service.web.fast_path import FastPath, select_routes
from service.web.guard import admin_scheme, ask_scheme
from service.web.monitoring.metrics import Metrics
from service.web.request_log import RequestLog
from service.web.sockets.large_replies import LargeReplies, Pieces

DESCRIPTION = """Ask a body of text in plain language. Answers are quoted from it, with exact positions that can be
checked, a calibrated confidence, and an honest refusal where the text does not say.

Positions count Unicode code points of the document's text, half-open. Every error is `application/problem+json`
(RFC 9457), and every reply carries `x-request-id`."""

# Else the framework would send traces, metrics and logs to wherever the machine's OTEL_ variables say.
NO_TELEMETRY: TelemetryConfig = {"auto_configure": False, "tracing": False, "metrics": False, "logs": False}

# The page reads from its address what it is to show.
PAGE_PATHS = ("/", "/library", "/index", "/evaluation", "/d/{document:path}")
PAGE_HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    # File names carry no version, so browsers must ask each time; mostly they are told that nothing has changed.
    "cache-control": "no-cache",
}


def create_app(
    current: CurrentEngine,
    settings: Settings,
    helpers: Sequence[HelperProcess] = (),
    build_command: Callable[[Path, Order, Settings], Sequence[str]] = build_command,
) -> FastAPI:
    """The application; once started, it opens the active snapshot in the background and follows what is active.

    `build_command` gives the command line of a rebuild, as for `Jobs`.
    """
    pool = Pool(max(1, settings.workers - len(helpers)), settings.max_waiting, helpers, settings.deadline)
    metrics = Metrics(current, pool)
    app = FastAPI(
        telemetry=NO_TELEMETRY,
        title="CentreQA",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,  # what clients that are made from it call their functions
        lifespan=_lifespan,
        middleware=[
            Middleware(RequestLog, metrics=metrics),
            Middleware(ServedHosts, settings=settings),
            Middleware(Compression),
            Middleware(Pieces),
        ],
    )
    app.state.context = Context(
        current,
        settings,
        pool,
        Jobs(current, settings, build_command),
        metrics,
        Inbox(settings.var / FOLDER, settings.max_feedback),
        OlderSnapshots(current.store),
        LargeReplies(),
        open_writer(settings),
    )
    error_handlers.install(app)
    ask_key = [Depends(ask_scheme)] if settings.ask_key else []  # shown in OpenAPI; the routes' guard decides
    app.include_router(routes.ask_routes, dependencies=ask_key)
    app.include_router(document_routes, dependencies=ask_key)
    app.include_router(routes.monitoring_routes, dependencies=ask_key)
    app.include_router(routes.health_routes)
    app.include_router(chat_routes, dependencies=ask_key)
    if is_installed():
        app.include_router(mcp_routes)
    if settings.admin_key:
        app.include_router(admin_routes, dependencies=[Depends(admin_scheme)])
    else:
        # Without this the router would say 405, since GET is served there.
        app.add_route("/v1/snapshots", _absent, methods=["POST"], include_in_schema=False)
        app.add_route("/v1/documents/{document:path}", _absent, methods=["PUT", "DELETE"], include_in_schema=False)
        app.add_route("/v1/feedback", _absent, methods=["GET"], include_in_schema=False)
        app.add_route("/v1/jobs/{job}", _absent, methods=["DELETE"], include_in_schema=False)
    fast_routes = select_routes(routes.ask_routes.routes, routes.FAST_ROUTES)
    app.router.middleware_stack = FastPath(app.router.middleware_stack, app.state.context, fast_routes)
    pages = Pages(directory=Path(__file__).parent / "page")
    for path in PAGE_PATHS:
        app.add_route(path, pages.index, include_in_schema=False)
    app.mount("/pages", pages)
    return app


class Pages(StaticFiles):
    """The files of the page, and of no other folder."""

    async def index(self, request: Request) -> Response:
        """Serve the page itself."""
        return await self.get_response("index.html", request.scope)

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file, with the headers that say what browsers may do with it."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(PAGE_HEADERS)
        return response


async def _absent(request: Request) -> Response:
    raise HTTPException(404)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    await asyncio.to_thread(context.jobs.clear)
    watching = [asyncio.create_task(context.current.watch(context.pool.open))]
    if folder := context.settings.watch:
        times = settled_async(folder, context.settings.var)
        watching.append(asyncio.create_task(rebuild_each_time(times, folder, context.jobs, context.settings.var)))
    yield
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    await context.jobs.close()
    if context.writer:
        await context.writer.close()
    await context.pool.close()
