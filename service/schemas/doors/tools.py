"""The JSON of the tools that have no route of their own: one stretch of a document, one page of the list."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.schemas.replies import DocumentInfo
from service.schemas.requests import WHOLE, DocumentId

PART = 20_000  # characters of a document that are given where no end is asked for: what a model reads at a time

Position = Annotated[int, Field(ge=0), WHOLE]


class DocumentPartRequest(BaseModel):
    """Which document, and from where to where."""

    model_config = ConfigDict(extra="forbid", strict=True)

    document: DocumentId
    start: Position = 0
    end: Annotated[
        Position | None, Field(description=f"Half-open; {PART} characters after the start where absent.")
    ] = None


class DocumentPart(BaseModel):
    """`text` is `[start:end]` of the document's text, which has `length` code points and this checksum in UTF-8."""

    document: str
    title: str
    sha256: str
    length: int
    start: int
    end: int
    text: str
    snapshot: str


class DocumentListRequest(BaseModel):
    """Which documents to list."""

    model_config = ConfigDict(extra="forbid", strict=True)

    words: Annotated[str, Field(max_length=1000, description="Words that the id or the title holds.")] = ""
    limit: Annotated[int, Field(ge=1, le=1000), WHOLE] = 100
    after: Annotated[str, Field(max_length=1000, description="List documents whose ids come after this one.")] = ""


class DocumentList(BaseModel):
    """One page, in the order of ids. `total` counts all pages; `has_more`: ask again `after` the last id."""

    documents: list[DocumentInfo]
    total: int
    has_more: bool
    snapshot: str
