"""The HTTP contract of version 1."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter, Response

from corpus.documents import DocumentInfo
from index.snapshots.store import SnapshotInfo
from service.answering.quotes import Verdict, check_quote
from service.runtime.batch import ask_each
from service.runtime.rebuild import Job
from service.schemas import replies
from service.schemas.requests import (
    ActivateRequest,
    AskRequest,
    BatchRequest,
    SearchRequest,
    SnapshotRequest,
    VerifyRequest,
)
from service.web.dependencies import CurrentContext, CurrentEngine, CurrentStore
from service.web.error_handlers import MEDIA_TYPE
from service.web.guard import AdminRoute, GuardedRoute
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
BODY = (400, 413, 415, 422)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route, for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": PROBLEMS[status], "content": content} for status in sorted(statuses)}


questions = APIRouter(prefix="/v1", route_class=GuardedRoute, responses=problems(401, 500))
ask = APIRouter(prefix="/v1", route_class=GuardedRoute, responses=problems(401, 500))
admin = APIRouter(prefix="/v1", route_class=AdminRoute, responses=problems(401, 500), tags=["admin"])
health = APIRouter(tags=["health"])
guarded = APIRouter(route_class=GuardedRoute, responses=problems(401), tags=["health"])


@questions.post("/ask", tags=["ask"], response_model=replies.AskReply, responses=problems(*BODY, 404, 503))
async def ask_question(body: AskRequest, engine: CurrentEngine, context: CurrentContext) -> Response:
    """Answer a question by quoting the text, or say that the text does not answer it."""
    if context.settings.log_questions:
        structlog.contextvars.bind_contextvars(question=body.question)

    reply = await context.write("ask", engine, body.question, body.top_k, body.documents)
    context.metrics.replied(reply.refused)
    return Response(reply.json, media_type="application/json")


@ask.post("/ask/batch", tags=["ask"], responses=problems(*BODY, 503))
async def ask_batch(body: BatchRequest, engine: CurrentEngine, context: CurrentContext) -> replies.BatchReply:
    """Answer up to 64 questions; one that fails gets a problem of its own and the others their answers."""
    return await context.workers.run(partial(ask_each, engine, body.questions, context.metrics.replied))


@questions.post("/search", tags=["ask"], response_model=replies.SearchReply, responses=problems(*BODY, 404, 503))
async def search(body: SearchRequest, engine: CurrentEngine, context: CurrentContext) -> Response:
    """Find passages, without an answer."""
    reply = await context.write("search", engine, body.query, body.top_k, body.documents)
    return Response(reply.json, media_type="application/json")


@ask.post("/verify", tags=["check"], response_model=replies.Verdict, responses=problems(*BODY, 404, 503))
def verify(body: VerifyRequest, engine: CurrentEngine, store: CurrentStore) -> Verdict:
    """Compare a quote with the text at its position, in the active snapshot or an older one."""
    if body.snapshot in (None, engine.snapshot):
        return engine.verify(body.document, body.start, body.end, body.quote)
    document = store.open(body.snapshot).document(body.document)
    return check_quote(document, body.start, body.end, body.quote)


@ask.get("/documents", tags=["check"], response_model=list[replies.DocumentInfo], responses=problems(503))
def list_documents(engine: CurrentEngine) -> tuple[DocumentInfo, ...]:
    """Every document of the active snapshot, without its text, in the order of their ids."""
    return engine.documents()


@ask.get("/documents/{document:path}", tags=["check"], responses=problems(404, 422, 503))
def read_document(document: str, engine: CurrentEngine) -> replies.Document:
    """One document with the text that all positions point into; an id may contain slashes."""
    return replies.Document.of(engine.document(document))


@ask.get("/snapshots", tags=["snapshots"], response_model=list[replies.Snapshot])
def list_snapshots(store: CurrentStore) -> Sequence[SnapshotInfo]:
    """Every snapshot, newest first."""
    return store.list()


@ask.get("/jobs/{job}", tags=["snapshots"], response_model=replies.Job, responses=problems(404, 422))
async def read_job(job: str, context: CurrentContext) -> Job:
    """How far a rebuild has come."""
    return context.jobs.get(job)


@admin.post("/snapshots", status_code=202, responses=problems(*BODY, 409))
async def build_snapshot(
    context: CurrentContext, response: Response, body: SnapshotRequest | None = None
) -> replies.Accepted:
    """Build a snapshot from the texts sent, or from the corpus folder where none are, in another process."""
    job = context.jobs.start((body or SnapshotRequest()).to_order())
    response.headers["location"] = f"/v1/jobs/{job}"
    return replies.Accepted(job=job)


@admin.put("/snapshots/active", response_model=replies.Snapshot, responses=problems(*BODY, 404, 503))
async def activate_snapshot(body: ActivateRequest, context: CurrentContext) -> SnapshotInfo:
    """Serve another snapshot: roll back, or forward. The reply comes when it is in use."""
    return await asyncio.to_thread(context.live.activate, body.id)


@health.get("/healthz")
async def healthz() -> replies.Alive:
    """The process answers."""
    return replies.Alive()


@health.get("/readyz", responses=problems(503))
async def readyz(engine: CurrentEngine, context: CurrentContext) -> replies.Ready:
    """A verified snapshot is loaded; `detail` says why a newer one could not be."""
    return replies.Ready(snapshot=engine.snapshot, detail=context.live.error)


@guarded.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(context: CurrentContext) -> Response:
    """Counters and gauges for Prometheus."""
    return Response(context.metrics.render(), headers={"content-type": CONTENT_TYPE})
