"""The JSON of an answer: quoted, or written and checked. Imports no web framework."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from service.schemas.citations import Evidence

FROM_VALUES = ConfigDict(from_attributes=True)


class ShortAnswer(BaseModel):
    """The words that answer, inside the evidence: `[start:end]` of the document's text."""

    model_config = FROM_VALUES

    text: str
    document: str
    start: int
    end: int


class Answer(BaseModel):
    """Text that answers, and the evidence for it.

    What answers comes first. Behind it stand the header of its table, and a sentence of another document that refers to
    it, such as "For the fees see the tariff". `short` is null where yes or no would answer, or nothing was read. The
    text of a `generated` answer was written by a language model; `[n]` in it marks the n-th piece of evidence, which is
    quoted.
    """

    model_config = FROM_VALUES

    text: str
    kind: Literal["extractive", "generated"]
    evidence: list[Evidence]
    short: ShortAnswer | None


class Struck(BaseModel):
    """A statement that a language model wrote and that is not in the answer, and why."""

    model_config = FROM_VALUES

    text: str
    reason: str


class Written(BaseModel):
    """What became of the wish for a written answer.

    `reason` says why the reply is as it would have been without a language model; null where the answer is `generated`.
    `struck` are the statements that the passages do not support. `quoted` is the quoted answer in whose place the
    written one stands.
    """

    model_config = FROM_VALUES

    model: Annotated[str, Field(description="The language model; empty where the service has none.")]
    reason: Annotated[str | None, BeforeValidator(lambda reason: reason or None)]
    struck: list[Struck]
    quoted: Answer | None


class StatementEvent(BaseModel):
    """One sentence of a written answer, once it is checked; `mark` is the number of its evidence."""

    model_config = FROM_VALUES

    text: str
    mark: int
    evidence: Evidence
