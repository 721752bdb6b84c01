"""The routes of the HTTP contract, version 1. Docstrings here are shown in OpenAPI."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

import structlog
from fastapi import APIRouter, Response
from pydantic import ValidationError

from corpus.errors import CentreQAError, OverloadedError
from index.changes.watch import last_failure
from index.snapshots.store import SnapshotInfo
from service.runtime.evaluation import last_evaluation
from service.runtime.job import Job
from service.runtime.render import RenderedReply
from service.schemas import jobs, replies
from service.schemas.evaluation import Evaluation
from service.schemas.feedback import FeedbackRequest, Taken
from service.schemas.problems import from_error
from service.schemas.requests import (
    AskRequest,
    BatchRequest,
    SearchRequest,
)
from service.settings import Settings
from service.web.dependencies import Context, ContextDependency, EngineDependency, StoreDependency
from service.web.fast_path import EVENT_STREAM
from service.web.guard import GuardedRoute
from service.web.monitoring.metrics import CONTENT_TYPE
from service.web.monitoring.server_timing import server_timing
from service.web.parameters import (
    ASKED,
    BODY,
    METRICS_REPLY,
    Accept,
    JobPath,
    problems,
)
from service.web.request_log import current_request

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

ask_routes = APIRouter(prefix="/v1", route_class=GuardedRoute, responses=problems(401, 500))
health_routes = APIRouter(tags=["health"])
monitoring_routes = APIRouter(route_class=GuardedRoute, responses=problems(401), tags=["health"])


@ask_routes.post("/ask", name="ask", tags=["ask"], response_model=replies.AskReply, responses=ASKED)
async def ask_question(
    body: AskRequest, engine: EngineDependency, context: ContextDependency, accept: Accept = ""
) -> Response:
    """Answer a question by quoting the text, or say that the text does not answer it.

    With `generate`, a language model writes the answer. What the passages do not support is struck; where nothing is
    left, or the model fails, the quoted answer is given. With `Accept: text/event-stream` the quoted answer comes
    first (`quoted`), then each statement once it is checked (`statement`, `struck`), then the reply (`reply`).
    """
    if context.settings.log_questions:
        structlog.contextvars.bind_contextvars(question=body.question)
    if body.generate:
        from service.web.writing.responses import respond_in_writing

        return await respond_in_writing(body, engine, context, is_stream=EVENT_STREAM in accept)

    reply = await context.render(engine, body)
    context.inbox.recent.keep(current_request(), body, reply.json)
    return _respond(reply, context)


@ask_routes.post("/search", tags=["ask"], response_model=replies.SearchReply, responses=problems(*BODY, 404, 503))
async def search(body: SearchRequest, engine: EngineDependency, context: ContextDependency) -> Response:
    """Find passages, without an answer."""
    return _respond(await context.render(engine, body), context)


def _respond(reply: RenderedReply, context: Context) -> Response:
    """The reply as it was rendered, counted, with what it took."""
    context.metrics.replied(reply.outcome)
    return Response(reply.json, media_type="application/json", headers=server_timing(reply.outcome))


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
            context.metrics.replied(reply.outcome)
            results.append(reply.json)
    return Response(b'{"results":[%s]}' % b",".join(results), media_type="application/json")


@ask_routes.post("/feedback", status_code=201, tags=["ask"], responses=problems(*BODY, 404, 503, 507))
def take_feedback(body: FeedbackRequest, engine: EngineDependency, context: ContextDependency) -> Taken:
    """Say whether a reply was right, and where the right answer stands. It is kept on this machine.

    `python -m eval adopt` makes questions of it, after a look, and the gate of the next release asks them.
    """
    return Taken(id=context.inbox.take(body, engine).id)


@ask_routes.get("/snapshots", tags=["snapshots"], response_model=list[replies.Snapshot])
def list_snapshots(store: StoreDependency, context: ContextDependency) -> Sequence[SnapshotInfo]:
    """Every snapshot, newest first: its gate's figures, and what the build left out of its source."""
    return [public_info(info, context.settings) for info in store.list()]


def public_info(info: SnapshotInfo, settings: Settings) -> SnapshotInfo:
    """What may be told of a snapshot: where files lie is not."""
    report = info.evaluation
    if report and report.get("notes"):
        report = {**report, "notes": [settings.public(note) for note in report["notes"]]}
    return replace(info, left_out=info.left_out and info.left_out.with_reasons(settings.public), evaluation=report)


@ask_routes.get("/evaluation", tags=["snapshots"], responses=problems(404, 503))
def read_evaluation(context: ContextDependency) -> Evaluation:
    """The last run of labelled questions: its figures by kind and by genre, and what was missed.

    404 where nothing was evaluated yet, 503 where what it left is damaged; both say what to run.
    """
    run = last_evaluation(context.settings.var)
    return run.model_copy(update={"notes": [context.settings.public(note) for note in run.notes]})


@ask_routes.get("/jobs", tags=["snapshots"])
async def list_jobs(context: ContextDependency) -> list[jobs.ListedJob]:
    """The last jobs since the service was started, newest first."""
    return [jobs.ListedJob.of(name, job) for name, job in context.jobs.newest()]


@ask_routes.get(
    "/jobs/{job}", name="get_job", tags=["snapshots"], response_model=jobs.Job, responses=problems(404, 422)
)
async def read_job(job: JobPath, context: ContextDependency) -> Job:
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
    writes = context.writer is not None
    return replies.Ready(snapshot=engine.snapshot, detail=detail and context.settings.public(detail), writes=writes)


@monitoring_routes.get("/metrics", response_class=Response, responses={200: METRICS_REPLY})
def metrics(context: ContextDependency) -> Response:
    """Counters, gauges and histograms for Prometheus."""
    return Response(context.metrics.render(), headers={"content-type": CONTENT_TYPE})
