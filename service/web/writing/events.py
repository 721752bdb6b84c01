"""Server-sent events: what a client is told while an answer is written."""

from service.answering.answer import Struck
from service.answering.written.draft import Kept
from service.schemas import answers


def statement_event(statement: Kept | Struck) -> bytes:
    """What became of one statement."""
    if isinstance(statement, Struck):
        return event("struck", answers.Struck.model_validate(statement).model_dump_json().encode())
    return event("statement", answers.StatementEvent.model_validate(statement).model_dump_json().encode())


def event(name: str, data: bytes) -> bytes:
    """One event; JSON holds no line end."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), data)
