"""Every error as a problem (RFC 9457). Here, and nowhere else, an error gets its HTTP status. No web framework."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import (
    CentreQAError,
    ConflictError,
    DeadlineError,
    FullError,
    GateError,
    InputError,
    NotFoundError,
    OverloadedError,
    UnavailableError,
)

MAX_ERRORS = 20  # fields named in one problem
MAX_COLLECTED = 1000  # errors of one body; of more, only their number is told: naming each takes 4 µs
MAX_TEXT = 500  # characters of a text in a problem
MAX_NAME = 80  # characters of a field's name in a problem


EXAMPLE: dict[str, Any] = {
    "type": "urn:centreqa:problem:invalid-request",
    "title": "question must not be blank",
    "status": 422,
    "detail": "question must not be blank",
    "errors": [{"loc": ["question"], "msg": "must not be blank"}],
}


class FieldError(BaseModel):
    """One refused field: where it is in the request, and why."""

    loc: list[str | int]
    msg: str


class Problem(BaseModel):
    """Why a request was not answered."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    type: Annotated[str, Field(description="Names the kind of problem; stable.")]
    title: str
    status: int
    detail: str
    errors: Annotated[
        list[FieldError] | None, Field(exclude_if=lambda errors: errors is None, description="The refused fields.")
    ] = None


@dataclass(frozen=True, slots=True)
class ProblemType:
    """What the problems of one class of errors share. `slug` ends their URI; `retry_after` is in seconds."""

    slug: str
    status: int
    title: str
    retry_after: int | None = None


PROBLEM_TYPES: Mapping[type[Exception], ProblemType] = {
    InputError: ProblemType("invalid-request", 422, "The request cannot be used"),
    NotFoundError: ProblemType("not-found", 404, "Nothing has that name"),
    ConflictError: ProblemType("conflict", 409, "Other work is in the way"),
    GateError: ProblemType("gate", 409, "The release did not pass its gate"),
    OverloadedError: ProblemType("overloaded", 503, "Too many requests are waiting", retry_after=1),
    DeadlineError: ProblemType("deadline", 503, "The question took too long", retry_after=5),
    FullError: ProblemType("full", 507, "No more can be kept"),
    UnavailableError: ProblemType("unavailable", 503, "Not ready to answer", retry_after=5),
    Exception: ProblemType("internal", 500, "Something went wrong inside the service"),
}


@dataclass(frozen=True, slots=True)
class HttpProblem:
    """What the HTTP layer itself refuses, before any code of ours runs, and the detail that is given."""

    type: ProblemType
    detail: str


_UNAUTHORIZED = "send `Authorization: Bearer KEY` with a key for this route"
HTTP_PROBLEMS: Mapping[int, HttpProblem] = {
    http_problem.type.status: http_problem
    for http_problem in (
        HttpProblem(ProblemType("not-json", 400, "Not JSON"), "the body is not valid JSON"),
        HttpProblem(ProblemType("unauthorized", 401, "A key is needed"), _UNAUTHORIZED),
        HttpProblem(
            ProblemType("no-route", 404, "No such route"), "nothing is served here; /openapi.json lists what is"
        ),
        HttpProblem(
            ProblemType("no-method", 405, "Method not allowed"), "/openapi.json lists the methods of this route"
        ),
        HttpProblem(ProblemType("too-large", 413, "The body is too large"), "send less in one request"),
        HttpProblem(
            ProblemType("wrong-host", 421, "Nothing is served under this name"),
            "ask under localhost or the address that is bound, or name the host in CENTREQA_ALLOWED_HOSTS",
        ),
        HttpProblem(
            ProblemType("wrong-type", 415, "The body is not JSON"), "send it with `Content-Type: application/json`"
        ),
    )
}

# Pydantic's types of error, and the plain words that follow the field's name.
PLAIN_MESSAGES: Mapping[str, str] = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "string_type": "must be a string",
    "string_unicode": "must be valid Unicode text",
    "string_too_short": "must have at least {min_length} character(s)",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "too_short": "must have at least {min_length} item(s)",
    "too_long": "must have at most {max_length} items",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
}


def problem_type(error: Exception) -> ProblemType:
    """The type of the error's nearest base class."""
    return next(PROBLEM_TYPES[base] for base in type(error).__mro__ if base in PROBLEM_TYPES)


def from_error(error: Exception) -> Problem:
    """A problem for any exception; one that nobody expected says nothing about itself."""
    if isinstance(error, ValidationError):
        return _from_validation(error)
    expected = isinstance(error, CentreQAError)
    detail = str(error) if expected else "the log has more, under this reply's x-request-id"
    return _problem(problem_type(error), detail)


def _from_validation(error: ValidationError) -> Problem:
    if (count := error.error_count()) > MAX_COLLECTED:
        detail = f"the body has {count} mistakes; send the fields that /openapi.json lists, and no others"
        return _problem(PROBLEM_TYPES[InputError], detail)
    return from_fields((field["loc"], field) for field in error.errors(include_url=False, include_input=False))


def from_status(status: int, detail: str) -> Problem:
    """A problem for what the HTTP layer itself refused; `detail` is its own, for a status that has no `HttpProblem`."""
    http_problem = HTTP_PROBLEMS.get(status) or HttpProblem(
        ProblemType("http", status, HTTPStatus(status).phrase), detail
    )
    return _problem(http_problem.type, http_problem.detail)


def from_fields(errors: Iterable[tuple[tuple[int | str, ...], Mapping[str, Any]]]) -> Problem:
    """A 422 from pydantic's errors, each with where it is in the request; what was sent is never echoed."""
    fields = [FieldError(loc=[_name(part) for part in loc], msg=_plain(error)) for loc, error in errors]
    lines = [f"{'.'.join(map(str, field.loc)) or 'the body'} {field.msg}" for field in fields]
    titled = replace(PROBLEM_TYPES[InputError], title=lines[0])
    return _problem(titled, "; ".join(lines[:MAX_ERRORS]), fields[:MAX_ERRORS])


def _problem(problem_type: ProblemType, detail: str, errors: list[FieldError] | None = None) -> Problem:
    return Problem(
        type=f"urn:centreqa:problem:{problem_type.slug}",
        title=problem_type.title,
        status=problem_type.status,
        detail=_clean(detail),
        errors=errors,
    )


def _plain(error: Mapping[str, Any]) -> str:
    """The message of one of pydantic's errors, in plain words where there are some."""
    context = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch":
        return "must not be blank" if context["pattern"] == r"\S" else f"must match {context['pattern']}"
    message = PLAIN_MESSAGES.get(error["type"])
    return message.format(**context) if message else _clean(str(error["msg"]))


def _name(part: int | str) -> int | str:
    return part if isinstance(part, int) else _clean(part, MAX_NAME)


def _clean(text: str, limit: int = MAX_TEXT) -> str:
    """Text that every JSON writer accepts: without lone surrogates, and of limited length."""
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")
