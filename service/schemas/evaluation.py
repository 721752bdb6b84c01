"""The JSON of the last evaluation, as `python -m eval run` leaves it for the service. Imports no web framework.

The file is read with this model, so what it holds is what it may hold: nothing else, and no number that is not finite.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from service.schemas import examples

_GOLD: examples.Example = {
    "document": "unicri-centre",
    "start": examples.START,
    "end": examples.START + 14,
    "quote": "Irakli Beridze",
}
_EXAMPLE: examples.Example = {
    "version": 1,
    "run": "20260102T040506-d4e5f6",
    "created": "2026-01-02T04:05:06+00:00",
    "dataset": "centre.jsonl",
    "sha256": examples.SHA256,
    "snapshot": examples.SNAPSHOT_ID,
    "questions": 130,
    "settings": {"split": "test", "limit": None},
    "notes": [],
    "measures": {"answer_accuracy": {"n": 91, "value": 0.901, "low": 0.838, "high": 0.956}},
    "reliability": [{"low": 0.9, "n": 52, "confidence": 0.95, "accuracy": 0.962}],
    "by_kind": [{"name": "who", "questions": 12, "measures": {"answer_accuracy": {"n": 12, "value": 0.917}}}],
    "by_genre": [],
    "failed": 1,
    "failures": [
        {
            "id": "head-2",
            "question": examples.QUESTION,
            "kind": "who",
            "genre": "",
            "cause": "wrongly refused",
            "signal": "",
            "expected": [_GOLD],
            "given": [
                {"document": "unicri-centre", "start": examples.START, "end": examples.END, "quote": examples.QUOTE}
            ],
            "abstained": "low_confidence",
            "confidence": 0.31,
            "level": "unsure",
        }
    ],
}
_STRICT = ConfigDict(extra="forbid", strict=True)
Share = Annotated[FiniteFloat, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class Measured(BaseModel):
    """A measure over the `n` questions that it applies to, with its 95 % interval; null where n is 0."""

    model_config = _STRICT

    n: Count
    value: FiniteFloat | None
    low: FiniteFloat | None
    high: FiniteFloat | None


class GroupFigure(BaseModel):
    """A measure over the `n` questions of a group that it applies to; null where n is 0."""

    model_config = _STRICT

    n: Count
    value: FiniteFloat | None


class Group(BaseModel):
    """The questions of one kind, or about one genre of text."""

    model_config = _STRICT

    name: str
    questions: Count
    measures: dict[str, GroupFigure]


class Tenth(BaseModel):
    """The questions with a confidence from `low` to `low` + .1: their mean confidence, and the share right."""

    model_config = _STRICT

    low: Share
    n: Count
    confidence: Share
    accuracy: Share


class Quoted(BaseModel):
    """`[start:end]` of a document's text."""

    model_config = _STRICT

    document: str
    start: Count
    end: Count
    quote: str


class FailedQuestion(BaseModel):
    """A question that was missed, what was expected and what was given.

    Nothing is expected where the text does not answer. `given` is the best answer found; it was withheld where
    `abstained` has the code of the refusal. `signal` names the ranking to blame, empty where none is.
    """

    model_config = _STRICT

    id: str
    question: str
    kind: str
    genre: str
    cause: str
    signal: str
    expected: list[Quoted]
    given: list[Quoted]
    abstained: str | None
    confidence: Share | None
    level: str | None


class Evaluation(BaseModel):
    """The last run of labelled questions: its measures, its groups, and the questions that were missed.

    `snapshot` is what was asked. Of `failed` questions `failures` are the first.
    """

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": _EXAMPLE})

    version: Literal[1]
    run: str
    created: str
    dataset: str
    sha256: str
    snapshot: str
    questions: Count
    settings: dict[str, str | int | FiniteFloat | None]
    notes: list[str]
    measures: dict[str, Measured]
    reliability: list[Tenth]
    by_kind: list[Group]
    by_genre: list[Group]
    failed: Count
    failures: list[FailedQuestion]
