"""What a question gets back: an answer with its evidence, or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from index.search import Hit
from service.answering.citations.citation import Citation
from service.answering.stages import Effort

Level: TypeAlias = Literal["sure", "likely", "unsure"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands: `document.text[start:end] == quote`. `passage` is the rank of the hit that holds it.

    `page` and `anchor` say where that is in the file the text came from, as `corpus.documents.Anchor`. `citation` is
    there for what is shown: the evidence of an answer that is given, and the nearest sentence of a refusal.
    """

    document: str
    start: int
    end: int
    quote: str
    passage: int
    page: int | None = None
    anchor: str | None = None
    citation: Citation | None = field(default=None, compare=False)  # it follows from the rest


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The words that answer, inside the evidence: `document.text[start:end] == text`."""

    text: str
    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Text that answers, and the evidence for it. `short` is None where no few words of it answer, or nothing was read.

    A question that yes or no would answer has no short answer. Neither has a generated answer: a language model wrote
    its text, in which `[n]` marks the n-th piece of evidence.
    """

    text: str
    kind: Literal["extractive", "generated"]
    evidence: tuple[Evidence, ...]
    short: ShortAnswer | None = None


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer.

    `missing` are the words of the question that the nearest passage does not account for; `nearest` is the evidence of
    the best answer that was found, None where nothing matched.
    """

    code: Literal["no_match", "low_confidence", "out_of_scope"]
    message: str
    missing: tuple[str, ...] = ()
    nearest: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Struck:
    """A statement that a language model wrote and that is not shown as an answer, and why, in plain words."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the wish for a written answer.

    `reason` says in plain words why the reply is what it would have been without a language model; empty where its
    answer is what the `model` wrote. `quoted` is the quoted answer then, which the written one stands in place of.
    """

    model: str
    reason: str = ""
    struck: tuple[Struck, ...] = ()
    quoted: Answer | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Exactly one of `answer` and `abstained` is None.

    `best_answer` is the best one that was found, also where it is withheld; None where nothing matched the question.
    `confidence` (0..1) is the calibrated chance that it is right, computed from its `features`; `level` says it in a
    word.
    """

    confidence: float
    level: Level
    answer: Answer | None
    abstained: Abstention | None
    best_answer: Answer | None
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reply(Decision):
    """A decision with the question, the hits that it was made from, and the id of the snapshot.

    `understood` is the question as it was taken: with what it points back to, its spelling corrected, without
    courtesies and what it tells that the texts do not speak of; None where that is as it was asked. `did_you_mean` is
    the question with names of the texts in place of names that no text holds; None where there are none that look like
    them. `calibrated`: the confidence was fitted on questions about these documents, and not only on other texts.
    `reader_failed`: the reader should have read the hits, and gave numbers that cannot be used. `written` is there
    where a written answer was asked for. `effort` is the time of each stage.
    """

    question: str
    hits: tuple[Hit, ...]
    snapshot: str
    took_ms: float
    understood: str | None = None
    did_you_mean: str | None = None
    calibrated: bool = False
    reader_failed: bool = False
    effort: Effort = field(default_factory=Effort, compare=False)
    written: Written | None = None

    @property
    def refused(self) -> str:
        """The code of the refusal; empty where there is an answer."""
        return self.abstained.code if self.abstained else ""
