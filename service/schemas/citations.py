"""The JSON of quotes: evidence, citations, W3C annotations, and what became of a quote. Imports no web framework."""

from typing import Annotated, Literal, Self

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from service.answering.citations.citation import Citation as CitationValue
from service.schemas import examples

ABSENT = Field(exclude_if=lambda value: value is None)
ABSENT_IF_EMPTY = Field(exclude_if=lambda value: not value)

ANNOTATION_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
# What the vocabulary of the W3C has no word for.
TERMS = {"sha256": "urn:centreqa:term:sha256", "snapshot": "urn:centreqa:term:snapshot"}
CONTEXT: list[str | dict[str, str]] = ["http://www.w3.org/ns/anno.jsonld", TERMS]


class Evidence(BaseModel):
    """Where an answer stands: `[start:end]` of the document's text is the quote; `passage` is a rank.

    `start_utf16` and `end_utf16` say the same in UTF-16 units, as JavaScript counts, `start_utf8` and `end_utf8` in
    bytes of UTF-8. `sha256` is that of the whole text; `prefix` and `suffix` are what stands around the quote. `url`
    opens it on the page of this service; `text_fragment`, added to the address of any page that shows the text, has the
    browser find it. `page` and `anchor` (such as `slide 2`) say where that is in the file the text came from; absent
    where it has none. So a piece of evidence can be kept without the reply that it came in.
    """

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    document: str
    title: Annotated[str, Field(validation_alias=AliasPath("citation", "title"))]
    section: Annotated[list[str], Field(validation_alias=AliasPath("citation", "section"))]
    start: int
    end: int
    start_utf16: Annotated[int, Field(validation_alias=AliasPath("citation", "start_utf16"))]
    end_utf16: Annotated[int, Field(validation_alias=AliasPath("citation", "end_utf16"))]
    start_utf8: Annotated[int, Field(validation_alias=AliasPath("citation", "start_utf8"))]
    end_utf8: Annotated[int, Field(validation_alias=AliasPath("citation", "end_utf8"))]
    quote: str
    prefix: Annotated[str, Field(validation_alias=AliasPath("citation", "prefix"))]
    suffix: Annotated[str, Field(validation_alias=AliasPath("citation", "suffix"))]
    sha256: Annotated[str, Field(validation_alias=AliasPath("citation", "sha256"))]
    snapshot: Annotated[str, Field(validation_alias=AliasPath("citation", "snapshot"))]
    url: Annotated[str, Field(validation_alias=AliasPath("citation", "url"))]
    text_fragment: Annotated[str, Field(validation_alias=AliasPath("citation", "text_fragment"))]
    passage: int
    page: Annotated[int | None, ABSENT] = None
    anchor: Annotated[str | None, ABSENT] = None


class Citation(BaseModel):
    """A quote with all that it takes to find it again.

    `[start:end]` of the document's text is the quote: in code points, in UTF-16 units, in bytes of UTF-8. `sha256` is
    that of the whole text in UTF-8. `url` opens the quote on the page of this service; `text_fragment`, added to the
    address of any page that shows the text, has the browser find it.
    """

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.CITATION})

    document: str
    title: str
    section: list[str]
    page: Annotated[int | None, ABSENT] = None
    anchor: Annotated[str | None, ABSENT] = None
    start: int
    end: int
    start_utf16: int
    end_utf16: int
    start_utf8: int
    end_utf8: int
    quote: str
    prefix: str
    suffix: str
    sha256: str
    snapshot: str
    url: str
    text_fragment: str


class TextQuoteSelector(BaseModel):
    """A quote by what it says and what stands around it."""

    type: Literal["TextQuoteSelector"] = "TextQuoteSelector"
    exact: str
    prefix: str
    suffix: str


class TextPositionSelector(BaseModel):
    """A quote by its position in code points, half-open."""

    type: Literal["TextPositionSelector"] = "TextPositionSelector"
    start: int
    end: int


class Source(BaseModel):
    """The document that is quoted, the checksum of its text, and the snapshot that holds it."""

    id: str
    type: Literal["Text"] = "Text"
    sha256: str
    snapshot: str


class Target(BaseModel):
    """What is quoted: two selectors of the same words."""

    type: Literal["SpecificResource"] = "SpecificResource"
    source: Source
    selector: tuple[TextQuoteSelector, TextPositionSelector]


class Annotation(BaseModel):
    """A citation as a W3C Web Annotation."""

    model_config = ConfigDict(serialize_by_alias=True, json_schema_extra={"example": examples.ANNOTATION})

    context: Annotated[list[str | dict[str, str]], Field(serialization_alias="@context")] = CONTEXT
    id: str
    type: Literal["Annotation"] = "Annotation"
    motivation: Literal["highlighting"] = "highlighting"
    target: Target

    @classmethod
    def of(cls, citation: CitationValue, address: str, document_address: str) -> Self:
        """The annotation that is served at `address`, of the document that is served at the other."""
        quote = TextQuoteSelector(exact=citation.quote, prefix=citation.prefix, suffix=citation.suffix)
        position = TextPositionSelector(start=citation.start, end=citation.end)
        source = Source(id=document_address, sha256=citation.sha256, snapshot=citation.snapshot)
        return cls(id=address, target=Target(source=source, selector=(quote, position)))


class Place(BaseModel):
    """Where a quote stands: `[start:end]` of the document's text."""

    model_config = ConfigDict(from_attributes=True)

    start: int
    end: int


class Similar(BaseModel):
    """The sentences that come nearest to a quote that is gone, and how similar they are."""

    model_config = ConfigDict(from_attributes=True)

    start: int
    end: int
    text: str
    similarity: Annotated[float, Field(ge=0, le=1)]


class Verdict(BaseModel):
    """Whether the quote stands where it is said to stand, why or why not, and where it stands if not there.

    `now`: `exact` (it stands there), `moved` (it stands at `start` to `end`), `ambiguous` (it stands `count` times
    elsewhere; `places` are the likeliest ten, the first of them `start` to `end`) or `gone` (`nearest` comes nearest,
    null where nothing is very similar). `sha256` is that of the text as it is; `changed` compares it with the one that
    was given, null where none was.
    """

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.VERDICT})

    valid: bool
    reason: str
    now: Literal["exact", "moved", "ambiguous", "gone"]
    start: int | None
    end: int | None
    count: int
    places: list[Place]
    nearest: Similar | None
    sha256: str
    changed: bool | None
