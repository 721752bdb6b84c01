"""The routes that show documents, and check quotes in them. Docstrings here are shown in OpenAPI."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter

from service.answering.citations.citation import Citation
from service.answering.citations.citer import Citer
from service.answering.citations.finding import Claim, Verdict
from service.answering.citations.finding import verify as verify_in
from service.schemas import citations, replies
from service.schemas.examples import END, SNAPSHOT_ID, START
from service.schemas.requests import SnapshotId, VerifyRequest
from service.web.dependencies import ContextDependency, EngineDependency
from service.web.guard import GuardedRoute
from service.web.parameters import (
    ANNOTATION_REPLY,
    BODY,
    POSITION,
    After,
    DocumentPath,
    Limit,
    Structure,
    Words,
    problems,
)
from service.web.sockets.large_replies import Body, LargeReply

LISTED = TypeAdapter(list[replies.DocumentInfo])

document_routes = APIRouter(prefix="/v1", route_class=GuardedRoute, responses=problems(401, 500))


@document_routes.post("/verify", tags=["check"], response_model=citations.Verdict, responses=problems(*BODY, 404, 503))
async def verify(body: VerifyRequest, engine: EngineDependency, context: ContextDependency) -> Verdict:
    """Compare a quote with the text at its position, or find where it stands, in any snapshot (the active one)."""
    claim = Claim(body.start, body.end, body.quote, body.prefix, body.suffix, body.sha256)

    def verdict() -> Verdict:
        if body.snapshot in (None, engine.snapshot):
            return engine.verify(body.document, claim)
        return verify_in(context.older.open(body.snapshot), body.document, claim)

    return await context.pool.run(verdict)


@document_routes.get(
    "/citations/{document:path}",
    tags=["check"],
    response_model=citations.Citation | citations.Annotation,
    responses={**problems(404, 422, 503), 200: {"content": {"application/ld+json": ANNOTATION_REPLY}}},
)
async def cite(
    document: DocumentPath,
    start: Annotated[int, Query(ge=0, description=POSITION, examples=[START])],
    end: Annotated[int, Query(ge=0, description=POSITION, examples=[END])],
    request: Request,
    engine: EngineDependency,
    context: ContextDependency,
    snapshot: Annotated[
        SnapshotId | None, Query(description="The active one where absent.", examples=[SNAPSHOT_ID])
    ] = None,
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
    # The path of a request is decoded: what is no part of an address has to be encoded again.
    own = request.url.replace(path=f"/v1/citations/{quote(document)}")
    source = request.url.replace(path=f"/v1/documents/{quote(document)}", query="")
    annotation = citations.Annotation.of(citation, str(own), str(source))
    return Response(annotation.model_dump_json(), media_type=citations.ANNOTATION_TYPE, headers=headers)


@document_routes.get(
    "/documents", tags=["check"], response_model=list[replies.DocumentInfo], responses=problems(422, 503)
)
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


@document_routes.get(
    "/documents/{document:path}",
    name="get_document",
    tags=["check"],
    response_model=replies.Document,
    responses=problems(404, 422, 503),
)
async def read_document(
    document: DocumentPath, engine: EngineDependency, context: ContextDependency, structure: Structure = False
) -> Response:
    """One document with the text that all positions point into; an id may contain slashes."""

    def read() -> Body:
        return Body(replies.Document.of(engine.document(document), structure).model_dump_json(by_alias=True).encode())

    return LargeReply(await context.pool.run(lambda: context.large.get((engine.snapshot, document, structure), read)))
