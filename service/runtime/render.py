"""Replies written as JSON where they are found, so that a helper process sends bytes and no Python objects."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import structlog
from pydantic import ValidationError

from corpus.errors import CentreQAError
from service.answering.engine import Engine
from service.schemas.problems import from_error
from service.schemas.replies import AskReply, Failure, SearchReply
from service.schemas.requests import AskRequest

Operation: TypeAlias = Literal["ask", "search"]
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RenderedReply:
    """The JSON body of a reply; `refused` is the code of a refusal, empty where there is none."""

    json: bytes
    refused: str = ""


def render(
    operation: Operation,
    engine: Engine,
    question: str,
    top_k: int,
    documents: Collection[str] | None,
    filter: Mapping[str, str] | None = None,  # noqa: A002
    read: bool = True,
    history: Sequence[str] = (),
) -> RenderedReply:
    """The engine's reply; raises as `Engine.ask` and `Engine.search` do."""
    if operation == "search":
        hits = SearchReply.model_validate(engine.search(question, top_k, documents, filter=filter))
        return RenderedReply(hits.model_dump_json().encode())
    reply = engine.ask(question, top_k, documents, filter, read=read, history=history)
    return RenderedReply(AskReply.model_validate(reply).model_dump_json().encode(), reply.refused)


def reply_or_failure(engine: Engine, question: object, replied: Callable[[str], None]) -> AskReply | Failure:
    """One of a batch, which fails alone; `replied` is called with the code of a refusal or an empty string."""
    try:
        request = AskRequest.model_validate({"question": question})
        reply = engine.ask(request.question, request.top_k)
        replied(reply.refused)
        return AskReply.model_validate(reply)
    except (CentreQAError, ValidationError) as error:
        return Failure(error=from_error(error))
    except Exception as error:
        log.exception("unexpected error in a batch")
        return Failure(error=from_error(error))
