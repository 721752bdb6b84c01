"""The JSON of every request body: exactly these fields, of exactly these types. Imports no web framework."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from service.schemas import examples

Question = Annotated[
    str,
    Field(min_length=1, max_length=1000, pattern=r"\S", description="Plain language, 1 to 1000 characters."),
]
# With a bound pydantic looks at the characters too, and refuses half of one, which no reply could hold.
Text = Annotated[str, Field(min_length=0)]
MAX_VALUES = 4096  # of a question: a thousand ids of documents, and room for all else
MAX_UPLOADS = 50_000  # documents sent at once
MAX_UPLOADED_VALUES = 8 * MAX_UPLOADS  # a document has three colons and three commas at most
# JSON Schema counts 5.0 as an integer, so it is taken as one; nothing else that is not an integer is.
WHOLE = BeforeValidator(lambda value: int(value) if isinstance(value, float) and value.is_integer() else value)
TopK = Annotated[int, Field(ge=1, le=50, description="How many passages to return."), WHOLE]
Offset = Annotated[int, WHOLE]
DocumentId = Annotated[str, Field(min_length=1, max_length=1000)]
SnapshotId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w.-]+$")]
Around = Annotated[str, Field(max_length=1000, description="What stood next to the quote.")]
Documents = Annotated[
    list[DocumentId] | None,
    Field(min_length=1, max_length=1000, description="Look only in these documents; in all where absent."),
]
Filter = Annotated[
    dict[Annotated[str, Field(max_length=1000)], Annotated[str, Field(max_length=1000)]] | None,
    Field(min_length=1, max_length=20, description="Look only in documents whose metadata has all of these values."),
]


def _strict(example: JsonDict) -> ConfigDict:
    """No unknown fields, no conversion of types; the example is shown in OpenAPI."""
    return ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": example})


class AskRequest(BaseModel):
    """A question."""

    model_config = _strict(examples.ASK)

    question: Question
    top_k: TopK = 5
    documents: Documents = None
    filter: Filter = None
    history: Annotated[
        list[Question],
        Field(max_length=20, description="Earlier questions, oldest first: a follow-up may point to them."),
    ] = []
    read: Annotated[bool, Field(description="Let the reader read the first passages; slower.")] = True
    structure: Annotated[bool, Field(description="Say of each passage where its sentences lie.")] = False
    generate: Annotated[
        bool,
        Field(description="Have a language model write the answer from the passages, where the service has one."),
    ] = False


class SearchRequest(BaseModel):
    """A query for passages only."""

    model_config = _strict(examples.SEARCH)

    query: Question
    top_k: TopK = 5
    documents: Documents = None
    filter: Filter = None


class BatchRequest(BaseModel):
    """Questions that succeed or fail one by one: what is no question fails alone, so anything is let in here."""

    model_config = _strict(examples.BATCH)

    questions: Annotated[list[Any], Field(min_length=1, max_length=64, description="Strings of 1 to 1000 characters.")]


class VerifyRequest(BaseModel):
    """A quote and where it is said to stand: code points, half-open.

    What stood around it tells its place where it stands in several; `sha256` is that of the text it was taken from.
    """

    model_config = _strict(examples.VERIFY)

    document: DocumentId
    start: Offset
    end: Offset
    quote: Text
    prefix: Around = ""
    suffix: Around = ""
    sha256: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$")] = None
    snapshot: Annotated[SnapshotId | None, Field(description="The active one where absent.")] = None


class Upload(BaseModel):
    """One text to index."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: DocumentId
    title: Annotated[str | None, Field(min_length=1, max_length=1000)] = None
    text: Annotated[str, Field(min_length=1, pattern=r"\S")]


class DocumentRequest(BaseModel):
    """The text of one document, and its title unless the first heading is that."""

    model_config = _strict(examples.DOCUMENT_TEXT)

    title: Annotated[str | None, Field(min_length=1, max_length=1000)] = None
    text: Annotated[str, Field(min_length=1, pattern=r"\S")]


def _distinct(uploads: list[Upload] | None) -> list[Upload] | None:
    ids = [upload.id for upload in uploads or ()]
    if len(set(ids)) < len(ids):
        raise PydanticCustomError("duplicate_ids", "must not hold two documents with the same id")
    return uploads


class SnapshotRequest(BaseModel):
    """New text, or the corpus folder again where there are no documents."""

    model_config = _strict(examples.UPLOAD)

    documents: Annotated[
        list[Upload] | None, Field(min_length=1, max_length=MAX_UPLOADS, fail_fast=True), AfterValidator(_distinct)
    ] = None
    mode: Annotated[
        Literal["replace", "add"], Field(description="Index only this text, or the active snapshot's text as well.")
    ] = "replace"
    activate: Annotated[bool, Field(description="Serve the new snapshot as soon as it is built.")] = True


class ActivateRequest(BaseModel):
    """The snapshot to serve."""

    model_config = _strict(examples.ACTIVATE)

    id: SnapshotId
