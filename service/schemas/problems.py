"""Every error as a problem (RFC 9457): the one place where an error gets its HTTP status. Imports no web framework."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import (
    CentreQAError,
    ConflictError,
    GateError,
    InputError,
    NotFoundError,
    OverloadedError,
    UnavailableError,
)

MAX_ERRORS = 20
MAX_TEXT = 500


class FieldError(BaseModel):
    """One refused field: where it is in the request, and why."""

    loc: list[str | int]
    msg: str


class Problem(BaseModel):
    """Why a request was not answered."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:centreqa:problem:invalid-request",
                "title": "question must not be blank",
                "status": 422,
                "detail": "question must not be blank",
                "errors": [{"loc": ["question"], "msg": "must not be blank"}],
            }
        }
    )

    type: Annotated[str, Field(description="Names the kind of problem; stable.")]
    title: str
    status: int
    detail: str
    errors: Annotated[
        list[FieldError] | None, Field(exclude_if=lambda errors: errors is None, description="The refused fields.")
    ] = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of errors looks over HTTP; `retry_after` in seconds."""

    slug: str
    status: int
    title: str
    retry_after: int | None = None


KINDS: Mapping[type[Exception], Kind] = {
    InputError: Kind("invalid-request", 422, "The request cannot be used"),
    NotFoundError: Kind("not-found", 404, "Nothing has that name"),
    ConflictError: Kind("conflict", 409, "Other work is in the way"),
    GateError: Kind("gate", 409, "The release did not pass its gate"),
    OverloadedError: Kind("overloaded", 503, "Too many requests are waiting", retry_after=1),
    UnavailableError: Kind("unavailable", 503, "Not ready to answer", retry_after=5),
    Exception: Kind("internal", 500, "Something went wrong inside the service"),
}

# What the HTTP layer itself refuses, and the detail it gives.
REFUSALS: Mapping[int, tuple[Kind, str]] = {
    kind.status: (kind, detail)
    for kind, detail in (
        (Kind("not-json", 400, "Not JSON"), "the body is not valid JSON"),
        (Kind("unauthorized", 401, "A key is needed"), "send `Authorization: Bearer KEY` with a key for this route"),
        (Kind("no-route", 404, "No such route"), "nothing is served here; /openapi.json lists what is"),
        (Kind("no-method", 405, "Method not allowed"), "/openapi.json lists the methods of this route"),
        (Kind("too-large", 413, "The body is too large"), "send less in one request"),
        (Kind("wrong-type", 415, "The body is not JSON"), "send it with `Content-Type: application/json`"),
    )
}

# Pydantic's kinds of error -> plain words to follow the field's name.
PLAIN: Mapping[str, str] = {
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


def kind_of(error: Exception) -> Kind:
    """The entry of the nearest base class."""
    return next(KINDS[base] for base in type(error).__mro__ if base in KINDS)


def from_error(error: Exception) -> Problem:
    """A problem for any exception; what nobody expected says nothing about itself."""
    if isinstance(error, ValidationError):
        return from_fields((one["loc"], one) for one in error.errors(include_url=False, include_input=False))
    expected = isinstance(error, CentreQAError)
    return _problem(kind_of(error), str(error) if expected else "the log has more, under this reply's x-request-id")


def from_status(status: int, detail: str) -> Problem:
    """A problem for what the HTTP layer itself refused."""
    kind, plain = REFUSALS.get(status) or (Kind("http", status, HTTPStatus(status).phrase), detail)
    return _problem(kind, plain)


def from_fields(errors: Iterable[tuple[tuple[int | str, ...], Mapping[str, Any]]]) -> Problem:
    """A 422 from pydantic's errors, each with its place in the request; what was sent is never echoed."""
    fields = [FieldError(loc=[_name(part) for part in loc], msg=_plain(error)) for loc, error in errors]
    lines = [f"{'.'.join(map(str, field.loc)) or 'the body'} {field.msg}" for field in fields]
    kind = replace(KINDS[InputError], title=lines[0])
    return _problem(kind, "; ".join(lines[:MAX_ERRORS]), fields[:MAX_ERRORS])


def _problem(kind: Kind, detail: str, errors: list[FieldError] | None = None) -> Problem:
    kind_uri = f"urn:centreqa:problem:{kind.slug}"
    return Problem(type=kind_uri, title=kind.title, status=kind.status, detail=_clean(detail), errors=errors)


def _plain(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch":
        return "must not be blank" if context["pattern"] == r"\S" else f"must match {context['pattern']}"
    message = PLAIN.get(error["type"])
    return message.format(**context) if message else _clean(str(error["msg"]))


def _name(part: int | str) -> int | str:
    return part if isinstance(part, int) else _clean(part, 80)


def _clean(text: str, limit: int = MAX_TEXT) -> str:
    """Text that any JSON writer takes: no lone surrogates, no endless length."""
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")
