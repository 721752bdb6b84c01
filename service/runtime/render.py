"""Replies written as JSON where they are found, so that a helper process sends bytes and no Python objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from service.answering.answer import Level, Reply
from service.answering.engine import Engine, SearchReply
from service.schemas import replies
from service.schemas.requests import AskRequest, SearchRequest

Query: TypeAlias = AskRequest | SearchRequest
"""What a caller asks: for an answer, or for passages only."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is counted of a reply, in values that JSON has: as in `service.answering.answer.Reply`.

    `level` and `confidence` are None where passages were searched. `stages` are the seconds of each, none where the
    reply was `remembered`.
    """

    took_ms: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)
    remembered: bool = False
    confidence: float | None = None
    level: Level | None = None
    refused: str = ""
    reader_failed: bool = False

    @classmethod
    def of(cls, reply: Reply | SearchReply) -> "Outcome":
        """That of the engine's reply."""
        effort = reply.effort
        if isinstance(reply, SearchReply):
            return cls(reply.took_ms, effort.seconds, effort.remembered)
        judged = (reply.confidence, reply.level, reply.refused, reply.reader_failed)
        return cls(reply.took_ms, effort.seconds, effort.remembered, *judged)

    def values(self) -> list[object]:
        """The values in the order of the fields: `asdict` takes ten times as long."""
        return [getattr(self, name) for name in self.__slots__]


@dataclass(frozen=True, slots=True)
class RenderedReply:
    """The JSON body of a reply, and what is counted of it."""

    json: bytes
    outcome: Outcome = field(default_factory=Outcome, compare=False)  # no two replies take the same time


def render(engine: Engine, query: Query) -> RenderedReply:
    """The engine's reply; raises as `Engine.ask` and `Engine.search` do."""
    if isinstance(query, SearchRequest):
        found = engine.search(query.query, query.top_k, query.documents, filter=query.filter)
        return RenderedReply(replies.SearchReply.model_validate(found).model_dump_json().encode(), Outcome.of(found))
    reply = answer(engine, query)
    return RenderedReply(to_json(reply, query.structure), Outcome.of(reply))


def to_json(reply: Reply, structure: bool = False) -> bytes:
    """The body of a reply to a question; its passages say where their sentences lie where `structure` is wanted."""
    model = replies.StructuredReply if structure else replies.AskReply
    return model.model_validate(reply).model_dump_json().encode()


def answer(engine: Engine, query: AskRequest) -> Reply:
    """As `Engine.ask`."""
    return engine.ask(
        query.question, query.top_k, query.documents, query.filter, read=query.read, history=query.history
    )
