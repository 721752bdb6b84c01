"""The routes of the HTTP contract, version 1. Docstrings here are shown in OpenAPI."""

from collections.abc import Callable, Collection, Sequence
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import structlog
from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from corpus.errors import CentreQAError, OverloadedError
from index.changes.watch import last_failure
from index.snapshots.store import SnapshotInfo
from service.answering.citations.citation import Citation
from service.answering.citations.citer import Citer
from service.answering.citations.finding import Claim, Verdict
from service.answering.citations.finding import verify as verify_in
from service.runtime.job import Job
from service.schemas import citations, jobs, replies
from service.schemas.problems import from_error
from service.schemas.requests import (
    AskRequest,
    BatchRequest,
    SearchRequest,
    SnapshotId,
    VerifyRequest,
)
from service.web.dependencies import ContextDependency, EngineDependency, StoreDependency
from service.web.error_handlers import MEDIA_TYPE
from service.web.guard import GuardedRoute
from service.web.large_replies import Body, LargeReply
from service.web.prometheus import CONTENT_TYPE

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
}
BODY = (400, 413, 415, 422)  # the problems of every route that reads a body


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": PROBLEMS[status], "content": content} for status in sorted(statuses)}


ANNOTATION = {"schema": {"$ref": "#/components/schemas/Annotation"}}

Limit = Annotated[int | None, Query(ge=1, le=1000, description="The most documents to list.")]
After = Annotated[str, Query(max_length=1000, description="List documents whose ids come after this one.")]
Position = Annotated[int, Query(ge=0, description="In code points of the document's text, half-open.")]
Words = Annotated[str, Query(max_length=1000, description="Words that the id or the title holds, in any case.")]

LISTED = TypeAdapter(list[replies.DocumentInfo])
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

ask_routes = APIRouter(prefix="/v1", route_class=GuardedRoute, responses=problems(401, 500))
health_routes = APIRouter(tags=["health"])
monitoring_routes = APIRouter(route_class=GuardedRoute, responses=problems(401), tags=["health"])


@ask_routes.post("/ask", tags=["ask"], response_model=replies.AskReply, responses=problems(*BODY, 404, 503))
async def ask_question(body: AskRequest, engine: EngineDependency, context: ContextDependency) -> Response:
    """Answer a question by quoting the text, or say that the text does not answer it."""
    if context.settings.log_questions:
        structlog.contextvars.bind_contextvars(question=body.question)

    reply = await context.render(engine, body)
    context.metrics.replied(reply)
    return Response(reply.json, media_type="application/json")


@ask_routes.post("/search", tags=["ask"], response_model=replies.SearchReply, responses=problems(*BODY, 404, 503))
async def search(body: SearchRequest, engine: EngineDependency, context: ContextDependency) -> Response:
    """Find passages, without an answer."""
    reply = await context.render(engine, body)
    return Response(reply.json, media_type="application/json")


FAST_ROUTES: Collection[Callable[..., Any]] = (ask_question, search)


@ask_routes.post("/ask/batch", tags=["ask"], response_model=replies.BatchReply, responses=problems(*BODY, 503))
async def ask_batch(body: BatchRequest, engine: EngineDependency, context: ContextDependency) -> Response:
    """Answer up to 64 questions; one that fails gets a problem of its own and the others their answers."""
    results: list[bytes] = []
    for question in body.questions:  # one waits for its turn at a time, so that others have theirs
        try:
            reply = await context.render(engine, AskRequest.model_validate({"question": question}))
        except Exception as error:
            if isinstance(error, OverloadedError) and not results:
                raise
            if not isinstance(error, CentreQAError | ValidationError):
                log.exception("unexpected error in a batch")
            results.append(replies.Failure(error=from_error(error)).model_dump_json().encode())
        else:
            context.metrics.replied(reply)
            results.append(reply.json)
    return Response(b'{"results":[%s]}' % b",".join(results), media_type="application/json")


@ask_routes.post("/verify", tags=["check"], response_model=citations.Verdict, responses=problems(*BODY, 404, 503))
async def verify(body: VerifyRequest, engine: EngineDependency, context: ContextDependency) -> Verdict:
    """Compare a quote with the text at its position, or find where it stands, in any snapshot (the active one)."""
    claim = Claim(body.start, body.end, body.quote, body.prefix, body.suffix, body.sha256)

    def verdict() -> Verdict:
        if body.snapshot in (None, engine.snapshot):
            return engine.verify(body.document, claim)
        return verify_in(context.older.open(body.snapshot), body.document, claim)

    return await context.pool.run(verdict)


@ask_routes.get(
    "/citations/{document:path}",
    tags=["check"],
    response_model=citations.Citation | citations.Annotation,
    responses={**problems(404, 422, 503), 200: {"content": {"application/ld+json": ANNOTATION}}},
)
async def cite(
    document: str,
    start: Position,
    end: Position,
    request: Request,
    engine: EngineDependency,
    context: ContextDependency,
    snapshot: Annotated[SnapshotId | None, Query(description="The active one where absent.")] = None,
) -> Response:
    """The citation of `[start:end]` of a document's text; an id may contain slashes.

    `Accept: application/ld+json` gives it as a W3C Web Annotation.
    """

    def cited() -> Citation:
        if snapshot in (None, engine.snapshot):
            return engine.cite(document, start, end)
        return Citer(context.older.open(snapshot)).cite(document, start, end)

    citation = await context.pool.run(cited)
    headers = {"vary": "accept"}
    if "application/ld+json" not in request.headers.get("accept", ""):
        reply = citations.Citation.model_validate(citation)
        return Response(reply.model_dump_json(), media_type="application/json", headers=headers)
    source = request.url.replace(path=f"/v1/documents/{quote(document)}", query="")
    annotation = citations.Annotation.of(citation, str(request.url), str(source))
    return Response(annotation.model_dump_json(), media_type=citations.ANNOTATION_TYPE, headers=headers)


@ask_routes.get("/documents", tags=["check"], response_model=list[replies.DocumentInfo], responses=problems(422, 503))
async def list_documents(
    engine: EngineDependency, context: ContextDependency, limit: Limit = None, after: After = "", q: Words = ""
) -> Response:
    """The documents of the active snapshot, without text, in the order of their ids; all of them unless limited.

    The header `x-total-count` says how many there are on all pages; where there is another page, `link` names it.
    """

    def listed() -> Body:
        page = engine.list_documents(limit, after, q)
        headers = {"x-total-count": str(page.total)}
        if page.has_more:
            query = {"limit": str(limit), "after": page.documents[-1].id, **({"q": q} if q else {})}
            headers["link"] = f'</v1/documents?{urlencode(query)}>; rel="next"'
        return Body(LISTED.dump_json(LISTED.validate_python(page.documents), by_alias=True), headers)

    return LargeReply(await context.pool.run(lambda: context.large.get((engine.snapshot, limit, after, q), listed)))


@ask_routes.get(
    "/documents/{document:path}", tags=["check"], response_model=replies.Document, responses=problems(404, 422, 503)
)
async def read_document(document: str, engine: EngineDependency, context: ContextDependency) -> Response:
    """One document with the text that all positions point into; an id may contain slashes."""

    def read() -> Body:
        return Body(replies.Document.of(engine.document(document)).model_dump_json(by_alias=True).encode())

    return LargeReply(await context.pool.run(lambda: context.large.get((engine.snapshot, document), read)))


@ask_routes.get("/snapshots", tags=["snapshots"], response_model=list[replies.Snapshot])
def list_snapshots(store: StoreDependency) -> Sequence[SnapshotInfo]:
    """Every snapshot, newest first."""
    return store.list()


@ask_routes.get("/jobs", tags=["snapshots"])
async def list_jobs(context: ContextDependency) -> list[jobs.ListedJob]:
    """The last jobs since the service was started, newest first."""
    return [jobs.ListedJob.of(name, job) for name, job in context.jobs.newest()]


@ask_routes.get("/jobs/{job}", tags=["snapshots"], response_model=jobs.Job, responses=problems(404, 422))
async def read_job(job: str, context: ContextDependency) -> Job:
    """How far a rebuild has come."""
    return context.jobs.get(job)


@health_routes.get("/healthz")
async def healthz() -> replies.Alive:
    """The process answers."""
    return replies.Alive()


@health_routes.get("/readyz", responses=problems(503))
async def readyz(engine: EngineDependency, context: ContextDependency) -> replies.Ready:
    """A verified snapshot is loaded; `detail` says why the active one is not in use, or a newer one was not built."""
    failure = last_failure(context.settings.var)
    detail = context.current.error or (str(failure) if failure else None)
    return replies.Ready(snapshot=engine.snapshot, detail=detail and context.settings.public(detail))


@monitoring_routes.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(context: ContextDependency) -> Response:
    """Counters and gauges for Prometheus."""
    return Response(context.metrics.render(), headers={"content-type": CONTENT_TYPE})
