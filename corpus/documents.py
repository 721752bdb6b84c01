"""The values that text becomes: documents, their sections, their passages.

Every offset counts Unicode code points of the document's canonical text. Spans are half-open:
`document.text[passage.start:passage.end] == passage.text`, always.
"""

from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""Start and end, half-open."""


@dataclass(frozen=True, slots=True)
class Section:
    """The text below one heading, up to the next heading. `path` holds the headings above it, outermost first.

    `path` does not hold the document's title. It is empty for text before the first heading below the title.
    """

    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document without its text. `length` is in code points, `sha256` is that of the canonical text in UTF-8."""

    id: str
    title: str
    sha256: str
    length: int
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One canonical text (see `corpus.canonical`) with its title, sections and checksum."""

    info: DocumentInfo
    text: str

    @property
    def id(self) -> str:
        """The name of the document in hits, evidence and filters."""
        return self.info.id


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one section, small enough for the encoder.

    `document` is the id of the document, `section` the path of the section. `start`, `end` and `sentences` are offsets
    in the document.
    """

    document: str
    title: str
    section: tuple[str, ...]
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]

    @property
    def id(self) -> str:
        """The name of the passage, which says where it lies: `document:start-end`."""
        return f"{self.document}:{self.start}-{self.end}"

    @property
    def context(self) -> str:
        """Title and section path: encoded and searched with the text, never quoted."""
        return context(self.title, self.section)


def context(title: str, section: tuple[str, ...]) -> str:
    """Title and section path as encoders and the lexical index read them: `title > section > subsection`."""
    return " > ".join((title, *section))
