"""What the routes take and give, as the OpenAPI document shows it."""

from typing import Annotated, Any

from fastapi import Header, Path, Query

from service.schemas import examples
from service.schemas.examples import JOB_NAME
from service.web.error_handlers import MEDIA_TYPE
from service.web.fast_path import EVENT_STREAM

PROBLEMS = {
    400: "The body is not valid JSON.",
    401: "The key is missing or wrong.",
    404: "Nothing has that name.",
    409: "Other work is in the way.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "The request cannot be used; `errors` lists the fields.",
    500: "Something went wrong inside the service.",
    503: "Not ready, or too many requests are waiting; `Retry-After` says when to try again.",
    507: "No more can be kept.",
}
BODY = (400, 413, 415, 422)  # the problems of every route that reads a body


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": PROBLEMS[status], "content": content} for status in sorted(statuses)}


STREAM = {
    "description": "The reply; with `generate` and `Accept: text/event-stream`, as server-sent events.",
    "content": {
        "application/json": {
            "examples": {"quoted": {"value": examples.ANSWERED}, "written": {"value": examples.WRITTEN}}
        },
        EVENT_STREAM: {"schema": {"type": "string"}, "example": examples.WRITTEN_EVENTS},
    },
}
ASKED = {200: STREAM, **problems(*BODY, 404, 503)}
ANNOTATION_REPLY = {"schema": {"$ref": "#/components/schemas/Annotation"}}

Accept = Annotated[str, Header(include_in_schema=False)]
DocumentPath = Annotated[str, Path(examples=["unicri-centre"])]
JobPath = Annotated[str, Path(examples=[JOB_NAME])]
Limit = Annotated[int | None, Query(ge=1, le=1000, description="The most documents to list.", examples=[100])]
After = Annotated[
    str, Query(max_length=1000, description="List documents whose ids come after this one.", examples=["annual-report"])
]
Words = Annotated[
    str, Query(max_length=1000, description="Words that the id or the title holds, in any case.", examples=["centre"])
]
Structure = Annotated[
    bool,
    Query(description="Say what the text is made of: blocks, pages, what is not searched.", examples=[True]),
]
POSITION = "In code points of the document's text, half-open."

METRICS_REPLY = {"content": {"text/plain": {"schema": {"type": "string"}, "example": "centreqa_waiting 0.0\n"}}}
