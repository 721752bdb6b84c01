"""Errors as HTTP replies: each becomes a problem, with the headers that belong to it."""

from collections.abc import Callable, Mapping

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from corpus.errors import CentreQAError
from service.schemas.bodies import BodyError
from service.schemas.problems import Problem, from_error, from_fields, from_status, problem_type

MEDIA_TYPE = "application/problem+json"


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The reply that carries a problem."""
    return Response(problem.model_dump_json(), problem.status, headers=headers, media_type=MEDIA_TYPE)


def refuse(error: CentreQAError, public: Callable[[str], str] = str) -> Response:
    """The reply to what failed for a known reason: of its message what is `public`, and when to try again."""
    seconds = problem_type(error).retry_after
    problem = from_error(error)
    problem.detail = public(problem.detail)
    return respond(problem, {"retry-after": str(seconds)} if seconds else None)


def install(app: FastAPI) -> None:
    """Handle every error that a route or the router raises on purpose; `RequestLog` handles all others."""
    app.add_exception_handler(HTTPException, _handle_http)
    app.add_exception_handler(RequestValidationError, _handle_validation)
    app.add_exception_handler(BodyError, _handle_body)
    app.add_exception_handler(CentreQAError, _handle_ours)


async def _handle_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    headers = dict(error.headers or {})
    if error.status_code == 405 and (methods := _allowed(request)):
        headers["Allow"] = ", ".join(methods)
    return respond(from_status(error.status_code, error.detail), headers)


async def _handle_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    # The first part of `loc` only says that the field is in the query.
    return respond(from_fields((field["loc"][1:], field) for field in error.errors()))


async def _handle_body(request: Request, error: Exception) -> Response:
    assert isinstance(error, BodyError)  # noqa: S101
    return respond(error.problem)


async def _handle_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, CentreQAError)  # noqa: S101
    return refuse(error, request.app.state.context.settings.public)


def _allowed(request: Request) -> list[str]:
    """The documented methods of the path; the router would name only those of the first route that has this path."""
    routes = [route for route in request.app.routes if getattr(route, "include_in_schema", True)]
    return [
        method
        for method in ("GET", "POST", "PUT", "DELETE")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
