"""Problems as HTTP replies."""

from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from corpus.errors import CentreQAError
from service.schemas.problems import Problem, from_error, from_fields, from_status, kind_of

MEDIA_TYPE = "application/problem+json"


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The reply that carries a problem."""
    return Response(problem.model_dump_json(), problem.status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error that a route or the router raises on purpose."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(CentreQAError, _typed)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    headers = dict(error.headers or {})
    if error.status_code == 405 and (methods := _allowed(request)):
        headers["Allow"] = ", ".join(methods)
    return respond(from_status(error.status_code, error.detail), headers)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return respond(from_status(400, ""))
    # The first part of `loc` only says that it is the body.
    return respond(from_fields((one["loc"][1:], one) for one in error.errors()))


async def _typed(request: Request, error: Exception) -> Response:
    assert isinstance(error, CentreQAError)  # noqa: S101
    seconds = kind_of(error).retry_after
    return respond(from_error(error), {"retry-after": str(seconds)} if seconds else None)


def _allowed(request: Request) -> list[str]:
    """Every documented method of the path; the router itself names only those of the first route that has it."""
    routes = [route for route in request.app.routes if getattr(route, "include_in_schema", True)]
    return [
        method
        for method in ("GET", "POST", "PUT")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
