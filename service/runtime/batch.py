"""Many questions at once, each on its own."""

from collections.abc import Callable, Sequence

import structlog
from pydantic import ValidationError

from corpus.errors import CentreQAError
from service.answering.engine import Engine
from service.schemas.problems import from_error
from service.schemas.replies import AskReply, BatchReply, Failure
from service.schemas.requests import AskRequest

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def ask_each(engine: Engine, questions: Sequence[object], replied: Callable[[str], None]) -> BatchReply:
    """A reply or a failure for each question, in their order; `replied` is told the code of every refusal, or ''."""
    return BatchReply(results=[_one(engine, question, replied) for question in questions])


def _one(engine: Engine, question: object, replied: Callable[[str], None]) -> AskReply | Failure:
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
