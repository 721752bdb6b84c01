"""The JSON of feedback: what is sent, and what waits. Imports no web framework."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.schemas.examples import END, QUESTION, QUOTE, SNAPSHOT_ID, START, Example
from service.schemas.requests import DocumentId, Offset, Question

STANDS: Example = {"document": "unicri-centre", "start": START, "end": END, "quote": QUOTE}
SENT: Example = {"question": QUESTION, "right": False, "comment": "It names the founder.", "evidence": STANDS}
WAITING: Example = {
    **SENT,
    "id": "0f1e2d3c4b5a6978",
    "received": "2026-01-02T03:04:05+00:00",
    "snapshot": SNAPSHOT_ID,
    "evidence": [STANDS],
    "answered": [],
    "refused": False,
    "filtered": False,
}


class FeedbackEvidence(BaseModel):
    """Where the right answer stands: code points of the document's text, half-open."""

    model_config = ConfigDict(extra="forbid", strict=True)

    document: DocumentId
    start: Offset
    end: Offset
    quote: Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S")]


class FeedbackRequest(BaseModel):
    """Whether a reply was right: the one to the request of this id, or one to the question.

    `evidence` is where the right answer stands. What the reply quoted is taken for it where that was right and nothing
    else is said.
    """

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": SENT})

    request: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", description="The `x-request-id` of one of the last replies."),
    ] = None
    question: Question | None = None
    right: bool
    comment: Annotated[str, Field(max_length=2000)] = ""
    evidence: FeedbackEvidence | None = None

    @model_validator(mode="after")
    def _about_one(self) -> Self:
        if (self.request is None) == (self.question is None):
            raise PydanticCustomError("about_one", "must hold `request` or `question`, one of them")
        return self


class Taken(BaseModel):
    """The feedback is kept, and waits to become a question of the own set."""

    model_config = ConfigDict(json_schema_extra={"example": {"id": WAITING["id"]}})

    id: str


class Quote(BaseModel):
    """Where an answer stands: `[start:end]` of the document's text is the quote."""

    model_config = ConfigDict(from_attributes=True)

    document: str
    start: int
    end: int
    quote: str


class Waiting(BaseModel):
    """What somebody said of a reply.

    `evidence` is where the right answer stands, as they say; `answered` what the reply quoted. `refused`: the reply
    said that the text does not answer. `filtered`: only some documents were asked.
    """

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": WAITING})

    id: str
    received: Annotated[str, Field(description="ISO 8601, in UTC.")]
    question: str
    right: bool
    snapshot: str
    comment: str
    evidence: list[Quote]
    answered: list[Quote]
    refused: bool
    filtered: bool


class WaitingList(BaseModel):
    """How much waits, how much of it says that a reply was right and wrong, and the newest of it first."""

    model_config = ConfigDict(json_schema_extra={"example": {"waiting": 0, "right": 0, "wrong": 0, "feedback": []}})

    waiting: int
    right: int
    wrong: int
    feedback: list[Waiting]
