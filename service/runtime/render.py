"""Replies written as JSON where they are found, so that a helper process sends bytes and no Python objects."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import structlog
from pydantic import ValidationError

from corpus.errors import CentreQAError
from service.answering.answer import Reply
from service.answering.engine import Engine
from service.schemas.problems import from_error
from service.schemas.replies import AskReply, Failure, SearchReply
from service.schemas.requests import AskRequest, SearchRequest

Query: TypeAlias = AskRequest | SearchRequest
"""What a caller asks: for an answer, or for passages only."""

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RenderedReply:
    """The JSON body of a reply, and what is counted of it: as in `service.answering.answer.Reply`."""

    json: bytes
    refused: str = ""
    reader_failed: bool = False


def render(engine: Engine, query: Query) -> RenderedReply:
    """The engine's reply; raises as `Engine.ask` and `Engine.search` do."""
    if isinstance(query, SearchRequest):
        hits = engine.search(query.query, query.top_k, query.documents, filter=query.filter)
        return RenderedReply(SearchReply.model_validate(hits).model_dump_json().encode())
    reply = answer(engine, query)
    return RenderedReply(to_json(reply), reply.refused, reply.reader_failed)


def to_json(reply: Reply) -> bytes:
    """The body of a reply to a question."""
    return AskReply.model_validate(reply).model_dump_json().encode()


def answer(engine: Engine, query: AskRequest) -> Reply:
    """As `Engine.ask`."""
    return engine.ask(
        query.question, query.top_k, query.documents, query.filter, read=query.read, history=query.history
    )


def reply_or_failure(engine: Engine, question: object, replied: Callable[[Reply], None]) -> AskReply | Failure:
    """One of a batch, which fails alone; `replied` is called with the engine's reply."""
    try:
        reply = answer(engine, AskRequest.model_validate({"question": question}))
        replied(reply)
        return AskReply.model_validate(reply)
    except (CentreQAError, ValidationError) as error:
        return Failure(error=from_error(error))
    except Exception as error:
        log.exception("unexpected error in a batch")
        return Failure(error=from_error(error))
