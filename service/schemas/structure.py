"""The JSON of what a text is made of: sentences and blocks by position. Given only where a request asks for it."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from corpus.documents import BlockKind, Document, Passage
from service.schemas.citations import ABSENT, Place

LEAD = "What is read with it: the header of a table, the sentence that introduces a list. It may stand elsewhere."


class Sentence(BaseModel):
    """`[start:end]` of the document's text; `block` says which of the passage's blocks holds it, from 0."""

    start: int
    end: int
    kind: BlockKind
    block: int


class Lead(BaseModel):
    """What is read with a passage and may stand elsewhere: `text` is `[start:end]` of the document's text."""

    start: int
    end: int
    text: str


class PassageStructure(BaseModel):
    """The sentences of a passage in order, and what is read with it: the header of a table, what introduces a list."""

    sentences: list[Sentence]
    lead: Lead | None

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """From a passage of the corpus; sentences of unknown kind are one paragraph."""
        unknown: list[tuple[BlockKind, int]] = [("paragraph", 0)] * len(passage.sentences)
        known = list(zip(passage.kinds, passage.blocks, strict=True)) or unknown
        sentences = [
            Sentence(start=start, end=end, kind=kind, block=block)
            for (start, end), (kind, block) in zip(passage.sentences, known, strict=True)
        ]
        lead = passage.lead and Lead(start=passage.lead[0], end=passage.lead[1], text=passage.lead_text)
        return cls(sentences=sentences, lead=lead)


class Block(BaseModel):
    """`[start:end]` of the text; `level` is that of a heading, or how deep an item is nested, from 1; 0 for others."""

    model_config = ConfigDict(from_attributes=True)

    kind: BlockKind
    start: int
    end: int
    level: int
    lead: Annotated[Place | None, Field(description=LEAD)]


class Anchor(BaseModel):
    """From `start` to the next anchor the text stands there in its file: `label` is such as `page 3`, `slide 2`."""

    model_config = ConfigDict(from_attributes=True)

    start: int
    page: Annotated[int | None, ABSENT] = None
    label: str


class DocumentStructure(BaseModel):
    """Blocks and anchors in the order of the text; what lies between blocks are marks, and `hidden` is not searched."""

    blocks: list[Block]
    hidden: list[Place]
    anchors: list[Anchor]

    @classmethod
    def of(cls, document: Document) -> Self:
        """From a document of the corpus."""
        blocks = [
            Block(
                kind=block.kind,
                start=block.start,
                end=block.end,
                level=block.level,
                lead=block.lead and _place(block.lead),
            )
            for block in document.blocks
        ]
        anchors = [Anchor.model_validate(anchor) for anchor in document.info.anchors]
        return cls(blocks=blocks, hidden=[_place(span) for span in document.hidden], anchors=anchors)


def _place(span: tuple[int, int]) -> Place:
    return Place(start=span[0], end=span[1])
