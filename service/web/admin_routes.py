"""The routes of the HTTP contract that change what is served. Docstrings here are shown in OpenAPI."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from corpus.errors import ConflictError
from corpus.making import make_document
from index.snapshots.store import SnapshotInfo
from service.runtime.job import Job
from service.runtime.rebuild import Order
from service.schemas import feedback, jobs, replies
from service.schemas.examples import SNAPSHOT_ID
from service.schemas.requests import ActivateRequest, DocumentRequest, SnapshotRequest
from service.web.dependencies import Context, ContextDependency, EngineDependency
from service.web.guard import AdminRoute
from service.web.parameters import BODY, DocumentPath, JobPath, problems
from service.web.routes import public_info

admin_routes = APIRouter(prefix="/v1", route_class=AdminRoute, responses=problems(401, 500), tags=["admin"])
KeepHistory = Annotated[
    bool, Query(description="Keep the snapshots that hold the text; rolling back shows it again.", examples=[True])
]


@admin_routes.post("/snapshots", status_code=202, responses=problems(*BODY, 409))
async def build_snapshot(
    context: ContextDependency, response: Response, body: SnapshotRequest | None = None
) -> jobs.Accepted:
    """Build a snapshot from the texts sent, or from the corpus folder where none are, in another process."""
    return _start(_order(body or SnapshotRequest()), context, response)


@admin_routes.put("/documents/{document:path}", status_code=202, responses=problems(*BODY, 409))
async def put_document(
    document: DocumentPath, body: DocumentRequest, context: ContextDependency, response: Response
) -> jobs.Accepted:
    """Add one document, or replace the one that has this id: a new release, built in another process."""
    make_document(document, "Any text.", body.title)  # raises what is wrong with the id or the title
    upload = {"id": document, **body.model_dump(exclude_none=True)}
    return _start(Order([upload], mode="overwrite"), context, response)


@admin_routes.delete("/documents/{document:path}", status_code=202, responses=problems(404, 409, 422, 503))
async def delete_document(
    document: DocumentPath,
    engine: EngineDependency,
    context: ContextDependency,
    response: Response,
    keep_history: KeepHistory = False,
) -> jobs.Accepted:
    """Remove one document: a new release without it. Then every older snapshot that holds its text is deleted.

    The job's `receipt` says which snapshots those are, and the SHA-256 of the text that is gone.
    """
    engine.document(document)
    if len(engine.documents()) == 1:
        raise ConflictError(f"{document} is the only document; add another one before you remove it")
    return _start(Order(remove=(document,), keep_history=keep_history), context, response)


@admin_routes.put("/snapshots/active", response_model=replies.Snapshot, responses=problems(*BODY, 404, 503))
async def activate_snapshot(body: ActivateRequest, context: ContextDependency) -> SnapshotInfo:
    """Serve another snapshot: roll back, or forward. The reply comes when it is in use."""
    return public_info(await asyncio.to_thread(context.current.activate, body.id), context.settings)


@admin_routes.delete("/snapshots/{snapshot}", status_code=204, responses=problems(404, 409, 422, 503))
async def delete_snapshot(snapshot: Annotated[str, Path(examples=[SNAPSHOT_ID])], context: ContextDependency) -> None:
    """Delete one snapshot for good; not the active one, nor while a build runs."""
    if snapshot == context.current.snapshot:
        raise ConflictError(f"{snapshot} is in use; activate another snapshot before you delete it")
    await asyncio.to_thread(context.current.store.delete, snapshot)


@admin_routes.delete("/jobs/{job}", response_model=jobs.Job, responses=problems(404, 409, 422))
async def cancel_job(job: JobPath, context: ContextDependency) -> Job:
    """End a rebuild that runs; the reply comes when its process has ended. What was active stays active."""
    return await context.jobs.cancel(job)


@admin_routes.get("/feedback", responses=problems(422, 503))
def list_feedback(
    context: ContextDependency,
    limit: Annotated[int, Query(ge=1, le=1000, description="The most to list.", examples=[20])] = 100,
) -> feedback.WaitingList:
    """The feedback that waits to become questions, newest first."""
    waiting = context.inbox.waiting.read()
    right = sum(one.right for one in waiting)
    newest = [feedback.Waiting.model_validate(one) for one in waiting[: -limit - 1 : -1]]
    return feedback.WaitingList(waiting=len(waiting), right=right, wrong=len(waiting) - right, feedback=newest)


def _start(order: Order, context: Context, response: Response) -> jobs.Accepted:
    """Start a job and say where it can be watched; raises ConflictError while another one runs."""
    job = context.jobs.start(order)
    response.headers["location"] = f"/v1/jobs/{job}"
    return jobs.Accepted(job=job)


def _order(request: SnapshotRequest) -> Order:
    documents = None
    if request.documents is not None:
        documents = [upload.model_dump(exclude_none=True) for upload in request.documents]
    return Order(documents, mode="overwrite" if request.mode == "add" else "all", activate=request.activate)
