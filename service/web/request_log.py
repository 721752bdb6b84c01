"""The middleware that names, counts and logs every request, and says what browsers may do with the reply."""

import asyncio
import re
import time
from uuid import uuid4

import structlog
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.errors import UnavailableError
from service.schemas.problems import from_error
from service.web.browsers import protect
from service.web.error_handlers import refuse, respond
from service.web.monitoring.metrics import Metrics

METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"}  # all others are counted as OTHER
REQUEST_ID = b"x-request-id"
REPEATABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")  # a client's own id that is safe to send back and to log
STOPPED = "the service was stopped before this was done; send it again when it is back"
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class RequestLog:
    """Gives each request an id, a log line and a place in the metrics; turns an unexpected error into a problem.

    So it does with the end of the service, which cancels what is not done within its time.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; websockets and lifespan events are passed on untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status, name = time.perf_counter(), 0, request_id(scope)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*protect(message["headers"]), (REQUEST_ID, name.encode())]}
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=name)
        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:
            log.exception("unexpected error")
            if status:
                raise
            await respond(from_error(error))(scope, receive, send_with_id)
        except asyncio.CancelledError:  # not passed on: the server would reply with a 500 in plain text
            log.warning("the service ends before a request is answered", has_begun=bool(status))
            if not status:
                await refuse(UnavailableError(STOPPED))(scope, receive, send_with_id)
        seconds = time.perf_counter() - started
        method, route = (scope["method"] if scope["method"] in METHODS else "OTHER"), route_template(scope, status)
        self.metrics.observe(method, route, status, seconds)
        log.info("request", method=method, route=route, status=status, ms=round(1000 * seconds, 2))


def request_id(scope: Scope) -> str:
    """The client's own id for the request where it is `REPEATABLE_ID`, else a new one."""
    given = next((value for name, value in scope["headers"] if name == REQUEST_ID), b"").decode("latin-1")
    return given if REPEATABLE_ID.fullmatch(given) else uuid4().hex


def current_request() -> str:
    """The id of the request that is being answered; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def route_template(scope: Scope, status: int) -> str:
    """The path of the route, its parameters named and not filled in.

    `page` for the page, its files and the OpenAPI document, `unmatched` where no route was found.
    """
    route: BaseRoute | None = scope.get("route")
    return getattr(route, "path", "") or ("page" if 0 < status < 400 else "unmatched")
