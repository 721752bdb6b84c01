"""The JSON of every reply, read from the engine's values by attribute. Imports no web framework."""

from dataclasses import asdict
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, AliasPath, BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat
from pydantic.config import JsonDict

from corpus.documents import Document as CorpusDocument
from index.edits import SOURCE
from service.schemas import examples
from service.schemas.answers import Answer, Written
from service.schemas.citations import ABSENT, ABSENT_IF_EMPTY, Evidence
from service.schemas.jobs import FilesLeftOut
from service.schemas.problems import EXAMPLE, Problem
from service.schemas.structure import DocumentStructure, PassageStructure

Number = Annotated[FiniteFloat, AfterValidator(lambda value: round(value, 6))]


def _example(example: JsonDict | None = None) -> ConfigDict:
    extra: JsonDict | None = {"example": example} if example else None
    return ConfigDict(from_attributes=True, populate_by_name=True, json_schema_extra=extra)


class Abstention(BaseModel):
    """Why there is no answer, and what may help.

    `missing` are the words of the question that the nearest passage does not account for; `nearest` is the sentence
    that comes closest to an answer.
    """

    model_config = _example()

    code: Literal["no_match", "low_confidence", "out_of_scope"]
    message: str
    missing: list[str]
    nearest: Evidence | None


class Passage(BaseModel):
    """One hit: `text` is `[start:end]` of the document's text, counted in code points.

    `copies` are the ids of other passages that say the same and have no rank of their own; absent where there are none.
    `superseded_by` is the document of the reply that is in force and says otherwise; absent where there is none.
    `structure` is there where the request asks for it.
    """

    model_config = _example()

    rank: int
    id: Annotated[str, Field(validation_alias=AliasPath("passage", "id"))]
    document: Annotated[str, Field(validation_alias=AliasPath("passage", "document"))]
    title: Annotated[str, Field(validation_alias=AliasPath("passage", "title"))]
    section: Annotated[list[str], Field(validation_alias=AliasPath("passage", "section"))]
    start: Annotated[int, Field(validation_alias=AliasPath("passage", "start"))]
    end: Annotated[int, Field(validation_alias=AliasPath("passage", "end"))]
    text: Annotated[str, Field(validation_alias=AliasPath("passage", "text"))]
    score: Number
    signals: dict[str, Number]
    copies: Annotated[list[str], ABSENT_IF_EMPTY] = []
    superseded_by: Annotated[str | None, ABSENT] = None
    structure: Annotated[PassageStructure | None, ABSENT] = None


class StructuredPassage(Passage):
    """A passage that says where its sentences lie."""

    structure: Annotated[
        PassageStructure | None, BeforeValidator(PassageStructure.of), Field(validation_alias="passage")
    ]


Understood: TypeAlias = Annotated[
    str | None,
    Field(
        description="The question as it was taken: its spelling corrected, without courtesies, and without what it "
        "tells that the texts do not speak of; null where that is as it was asked."
    ),
]
Passages: TypeAlias = Annotated[list[Passage], Field(validation_alias="hits", description="Best first.")]


class AskReply(BaseModel):
    """An answer that can be checked, or a refusal: exactly one of `answer` and `abstained` is null."""

    model_config = _example(examples.ANSWERED)

    question: str
    understood: Understood
    confidence: Annotated[Number, Field(ge=0, le=1, description="The chance that the best answer found is right.")]
    level: Annotated[
        Literal["sure", "likely", "unsure"],
        Field(description="The chance in a word: of the answers given as sure, at least 93 in 100 are right."),
    ]
    answer: Answer | None
    abstained: Abstention | None
    passages: Passages
    snapshot: str
    took_ms: Number
    calibrated: Annotated[
        bool,
        Field(description="Confidence was fitted on questions about these documents; else on other texts only."),
    ]
    did_you_mean: Annotated[
        str | None,
        ABSENT,
        Field(description="The question with names of the texts in place of names that no text holds."),
    ] = None
    written: Annotated[Written | None, ABSENT, Field(description="There where `generate` was asked for.")] = None


class StructuredReply(AskReply):
    """As `AskReply`, its passages with their structure."""

    passages: Annotated[list[StructuredPassage], Field(validation_alias="hits")]  # type: ignore[assignment]


class SearchReply(BaseModel):
    """Passages only."""

    model_config = _example(examples.FOUND)

    query: str
    understood: Understood
    passages: Passages
    snapshot: str
    took_ms: Number


class Failure(BaseModel):
    """What one question of a batch gets when it fails."""

    error: Problem


class BatchReply(BaseModel):
    """One result for each question, in their order."""

    model_config = _example({"results": [examples.ANSWERED, {"error": EXAMPLE}]})

    results: list[AskReply | Failure]


class Section(BaseModel):
    """The headings above a stretch of text, outermost first."""

    model_config = _example()

    path: list[str]
    start: int
    end: int


class DocumentInfo(BaseModel):
    """A document without its text; `length` in code points, `sha256` of the text in UTF-8.

    `metadata` is what the source states: front matter, fields, properties of the file, its date (`modified`). `source`
    is what brought the document: a folder or file, or `http`.
    """

    model_config = _example(examples.DOCUMENT)

    id: str
    title: str
    sha256: str
    length: int
    sections: list[Section]
    metadata: Annotated[dict[str, str], BeforeValidator(dict)]
    source: Annotated[
        str | None, Field(validation_alias="metadata"), BeforeValidator(lambda pairs: dict(pairs).get(SOURCE))
    ]


class Document(DocumentInfo):
    """A document with its text, into which all positions point; with its `structure` where the request asks for it."""

    model_config = _example({**examples.DOCUMENT, "text": "= UNICRI Centre for AI and Robotics =\n\n…"})

    text: str
    structure: Annotated[DocumentStructure | None, ABSENT] = None

    @classmethod
    def of(cls, document: CorpusDocument, structure: bool = False) -> Self:
        """From a document of the corpus."""
        blocks = DocumentStructure.of(document) if structure else None
        return cls(**asdict(document.info), text=document.text, structure=blocks)


class Snapshot(BaseModel):
    """One build; `evaluation` is the report that released it, null where no gate was used."""

    model_config = _example(examples.SNAPSHOT)

    id: str
    created: str
    active: bool
    documents: int
    passages: int
    model: str
    bytes: Annotated[int, Field(description="Size on disk.")]
    recall: Annotated[
        float, Field(description="Share of the 10 nearest passages that the search by vectors finds, as measured.")
    ]
    evaluation: dict[str, Any] | None
    left_out: Annotated[
        FilesLeftOut | None, Field(description="Null where every file was read, or where that is not known.")
    ] = None


class Alive(BaseModel):
    """The process answers."""

    model_config = _example({"status": "ok"})

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """A verified snapshot is loaded; `detail` says why a newer one could not be built or opened."""

    model_config = _example({"status": "ready", "snapshot": examples.SNAPSHOT_ID, "detail": None})

    status: Literal["ready"] = "ready"
    snapshot: str
    detail: str | None = None
    writes: Annotated[
        bool,
        ABSENT_IF_EMPTY,
        Field(description="There is a language model for `generate`; else absent."),
    ] = False
