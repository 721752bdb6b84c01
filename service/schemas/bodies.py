"""Request bodies: counted before they are parsed, then parsed and validated once. Imports no web framework."""

import json
import re
from functools import cache

from pydantic import TypeAdapter, ValidationError

from corpus.errors import InputError
from service.schemas.problems import Problem, from_error, from_status


class BodyError(Exception):
    """A body was refused; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def read_body(adapter: TypeAdapter[object], body: bytes, most: int) -> object:
    """What the JSON of a body says, validated; raises BodyError.

    `most` is how many colons and commas it may hold outside of strings: one a value. An empty body reads as null.
    """
    _require_few(body, most)
    try:
        return adapter.validate_json(body or b"null")
    except ValidationError as error:
        if error.error_count() > 1 or error.errors(include_input=False)[0]["type"] != "json_invalid":
            raise BodyError(from_error(error)) from None
    # The standard library reads some JSON that pydantic does not: UTF-16, escaped halves of characters.
    try:
        encoding = json.detect_encoding(body)
        text = body.decode(encoding, "surrogatepass")
        if encoding != "utf-8":  # only now quotes are where they seem to be
            _require_few(text.encode("utf-8", "surrogatepass"), most)
        return adapter.validate_python(json.loads(text))
    except ValidationError as error:
        raise BodyError(from_error(error)) from None
    except (ValueError, RecursionError):
        raise BodyError(from_status(400, "")) from None


def _require_few(body: bytes, most: int) -> None:
    if holds_more(body, most):
        fault = InputError(f"the body holds more than {most} values; send fewer in one request")
        raise BodyError(from_error(fault))


def holds_more(body: bytes, most: int) -> bool:
    """Whether JSON holds more than so many colons and commas outside of strings: there is one beside each value.

    Where it does, the rest of it is not looked at. Values that only lie in each other are for the parser to limit.
    """
    if body.count(b":") + body.count(b",") <= most:  # far cheaper
        return False
    return bool(_signs(most + 1).match(body))


@cache
def _signs(count: int) -> re.Pattern[bytes]:
    """So many colons and commas: none is looked for in a string, and nothing is looked at twice."""
    string = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)'
    return re.compile(rb'(?:[^":,]*+(?:%s[^":,]*+)*+[:,]){%d}+' % (string, count), re.DOTALL)
