"""JSON logs on stderr, one line a request; and the middleware that writes them."""

import logging
import re
import sys
import time
from uuid import uuid4

import structlog
from asgi_correlation_id import correlation_id
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.handlers import respond
from service.metrics import Metrics
from service.problems import from_error

METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"}
log: structlog.stdlib.BoundLogger = structlog.get_logger("service")


def configure(level: str) -> None:
    """Send structlog and the standard library's loggers to stderr as JSON; called once, by the command line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def new_request_id() -> str:
    """A name for a request that came without one."""
    return uuid4().hex


def is_request_id(given: str) -> bool:
    """Whether a client's own id is short and plain enough to repeat in headers and logs."""
    return re.fullmatch(r"[A-Za-z0-9._-]{1,64}", given) is not None


class RequestLog:
    """Counts and logs every request, and turns what nobody expected into a problem."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; websockets and lifespan untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=correlation_id.get())
        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            log.exception("unexpected error")
            if status:
                raise
            await respond(from_error(error))(scope, receive, watched)
        seconds = time.perf_counter() - start
        method, route = (scope["method"] if scope["method"] in METHODS else "OTHER"), template(scope)
        self.metrics.observe(method, route, status, seconds)
        log.info("request", method=method, route=route, status=status, ms=round(1000 * seconds, 2))


def template(scope: Scope) -> str:
    """The route's path with its parameters named, not filled in; `unmatched` where no route was found."""
    route: BaseRoute | None = scope.get("route")
    return getattr(route, "path", "") or "unmatched"
