"""The reply to one question, written as JSON where it was found."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from service.answering.engine import Engine
from service.schemas.replies import AskReply, SearchReply

Kind: TypeAlias = Literal["ask", "search"]


@dataclass(frozen=True, slots=True)
class Written:
    """The body of a reply; `refused` is the code of a refusal, empty where there is none."""

    json: bytes
    refused: str = ""


def write(kind: Kind, engine: Engine, question: str, top_k: int, documents: Collection[str] | None) -> Written:
    """Ask the engine; raises as it does."""
    if kind == "search":
        return Written(SearchReply.model_validate(engine.search(question, top_k, documents)).model_dump_json().encode())
    reply = engine.ask(question, top_k, documents)
    return Written(AskReply.model_validate(reply).model_dump_json().encode(), reply.refused)
