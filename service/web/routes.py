"""The routes of the HTTP contract, version 1. Docstrings here are shown in OpenAPI."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter, Response
from pydantic import BaseModel

from corpus.documents import DocumentInfo
from index.snapshots.store import SnapshotInfo
from service.answering.quotes import Verdict, check_quote
from service.runtime.rebuild import Job, Order
from service.runtime.render import render_batch
from service.schemas import replies
from service.schemas.requests import (
    ActivateRequest,
    AskRequest,
    BatchRequest,
    SearchRequest,
    SnapshotRequest,
    VerifyRequest,
)
from service.web.dependencies import ContextDependency, EngineDependency, StoreDependency
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
BODY = (400, 413, 415, 422)  # the problems of every route that reads a body


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": PROBLEMS[status], "content": content} for status in sorted(statuses)}


ask_routes = APIRouter(prefix="/v1", route_class=GuardedRoute, responses=problems(401, 500))
admin_routes = APIRouter(prefix="/v1", route_class=AdminRoute, responses=problems(401, 500), tags=["admin"])
health_routes = APIRouter(tags=["health"])
monitoring_routes = APIRouter(route_class=GuardedRoute, responses=problems(401), tags=["health"])


@ask_routes.post("/ask", tags=["ask"], response_model=replies.AskReply, responses=problems(*BODY, 404, 503))
async def ask_question(body: AskRequest, engine: EngineDependency, context: ContextDependency) -> Response:
    """Answer a question by quoting the text, or say that the text does not answer it."""
    if context.settings.log_questions:
        structlog.contextvars.bind_contextvars(question=body.question)

    reply = await context.render("ask", engine, body.question, body.top_k, body.documents)
    context.metrics.replied(reply.refused)
    return Response(reply.json, media_type="application/json")


@ask_routes.post("/search", tags=["ask"], response_model=replies.SearchReply, responses=problems(*BODY, 404, 503))
async def search(body: SearchRequest, engine: EngineDependency, context: ContextDependency) -> Response:
    """Find passages, without an answer."""
    reply = await context.render("search", engine, body.query, body.top_k, body.documents)
    return Response(reply.json, media_type="application/json")


# The routes of the fast path: each endpoint, and the model of its body.
FAST_ROUTES: Mapping[Callable[..., Any], type[BaseModel]] = {ask_question: AskRequest, search: SearchRequest}


@ask_routes.post("/ask/batch", tags=["ask"], responses=problems(*BODY, 503))
async def ask_batch(body: BatchRequest, engine: EngineDependency, context: ContextDependency) -> replies.BatchReply:
    """Answer up to 64 questions; one that fails gets a problem of its own and the others their answers."""
    return await context.pool.run(partial(render_batch, engine, body.questions, context.metrics.replied))


@ask_routes.post("/verify", tags=["check"], response_model=replies.Verdict, responses=problems(*BODY, 404, 503))
def verify(body: VerifyRequest, engine: EngineDependency, store: StoreDependency) -> Verdict:
    """Compare a quote with the text at its position, in the active snapshot or an older one."""
    if body.snapshot in (None, engine.snapshot):
        return engine.verify(body.document, body.start, body.end, body.quote)
    document = store.open(body.snapshot).document(body.document)
    return check_quote(document, body.start, body.end, body.quote)


@ask_routes.get("/documents", tags=["check"], response_model=list[replies.DocumentInfo], responses=problems(503))
def list_documents(engine: EngineDependency) -> tuple[DocumentInfo, ...]:
    """Every document of the active snapshot, without its text, in the order of their ids."""
    return engine.documents()


@ask_routes.get("/documents/{document:path}", tags=["check"], responses=problems(404, 422, 503))
def read_document(document: str, engine: EngineDependency) -> replies.Document:
    """One document with the text that all positions point into; an id may contain slashes."""
    return replies.Document.of(engine.document(document))


@ask_routes.get("/snapshots", tags=["snapshots"], response_model=list[replies.Snapshot])
def list_snapshots(store: StoreDependency) -> Sequence[SnapshotInfo]:
    """Every snapshot, newest first."""
    return store.list()


@ask_routes.get("/jobs/{job}", tags=["snapshots"], response_model=replies.Job, responses=problems(404, 422))
async def read_job(job: str, context: ContextDependency) -> Job:
    """How far a rebuild has come."""
    return context.jobs.get(job)


@admin_routes.post("/snapshots", status_code=202, responses=problems(*BODY, 409))
async def build_snapshot(
    context: ContextDependency, response: Response, body: SnapshotRequest | None = None
) -> replies.Accepted:
    """Build a snapshot from the texts sent, or from the corpus folder where none are, in another process."""
    job = context.jobs.start(_order(body or SnapshotRequest()))
    response.headers["location"] = f"/v1/jobs/{job}"
    return replies.Accepted(job=job)


@admin_routes.put("/snapshots/active", response_model=replies.Snapshot, responses=problems(*BODY, 404, 503))
async def activate_snapshot(body: ActivateRequest, context: ContextDependency) -> SnapshotInfo:
    """Serve another snapshot: roll back, or forward. The reply comes when it is in use."""
    return await asyncio.to_thread(context.current.activate, body.id)


@health_routes.get("/healthz")
async def healthz() -> replies.Alive:
    """The process answers."""
    return replies.Alive()


@health_routes.get("/readyz", responses=problems(503))
async def readyz(engine: EngineDependency, context: ContextDependency) -> replies.Ready:
    """A verified snapshot is loaded; `detail` says why a newer one could not be."""
    return replies.Ready(snapshot=engine.snapshot, detail=context.current.error)


@monitoring_routes.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(context: ContextDependency) -> Response:
    """Counters and gauges for Prometheus."""
    return Response(context.metrics.render(), headers={"content-type": CONTENT_TYPE})


def _order(request: SnapshotRequest) -> Order:
    documents = None
    if request.documents is not None:
        documents = [upload.model_dump(exclude_none=True) for upload in request.documents]
    return Order(documents, add=request.mode == "add", activate=request.activate)
