"""A question from a door that has its own way to send the reply."""

from service.answering.engine import Engine
from service.schemas.requests import AskRequest
from service.web import routes
from service.web.dependencies import Context


async def ask_whole(body: AskRequest, engine: Engine, context: Context) -> bytes:
    """The JSON of the reply in one piece, its answer quoted or, with `generate`, written; raises as the engine does."""
    if body.generate:
        from service.web.writing.responses import write_answer

        return await write_answer(body, engine, context)
    return bytes((await routes.ask_question(body, engine, context)).body)
