"""What a question gets back: an answer with its evidence, or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from index.search import Hit


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands: `document.text[start:end] == quote`. `passage` is the rank of the hit that holds it.

    `page` and `anchor` say where that is in the file the text came from, as `corpus.documents.Anchor`.
    """

    document: str
    start: int
    end: int
    quote: str
    passage: int
    page: int | None = None
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Text that answers, and the evidence for it."""

    text: str
    kind: Literal["extractive", "generated"]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer."""

    code: Literal["no_match", "low_confidence"]
    message: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Exactly one of `answer` and `abstained` is None.

    `best_answer` is the best one that was found, also where it is withheld; None where nothing matched the question.
    `confidence` (0..1) is the calibrated chance that it is right, computed from its `features`.
    """

    confidence: float
    answer: Answer | None
    abstained: Abstention | None
    best_answer: Answer | None
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reply(Decision):
    """A decision with the question, the hits that it was made from, and the id of the snapshot.

    `understood` is the question with its spelling corrected; None where nothing was corrected.
    """

    question: str
    hits: tuple[Hit, ...]
    snapshot: str
    took_ms: float
    understood: str | None = None

    @property
    def refused(self) -> str:
        """The code of the refusal; empty where there is an answer."""
        return self.abstained.code if self.abstained else ""
