"""The three values that text becomes: documents, their sections, their passages.

Every offset counts Unicode code points of the document's canonical text, half-open:
`document.text[passage.start:passage.end] == passage.text`, always.
"""

from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Section:
    """The text below one heading, up to the next: `path` is the headings above it, outermost first.

    The document's title is not part of `path`; text before the first other heading has an empty one.
    """

    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document without its text: `length` in code points, `sha256` of the canonical text in UTF-8."""

    id: str
    title: str
    sha256: str
    length: int
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One canonical text (see `corpus.sources`) and where its sections lie."""

    info: DocumentInfo
    text: str

    @property
    def id(self) -> str:
        """The name that hits, evidence and filters use."""
        return self.info.id


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one section, small enough for the encoder; `sentences` are document offsets."""

    document: str
    title: str
    section: tuple[str, ...]
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]

    @property
    def id(self) -> str:
        """Where the passage lies, which is also its name: `document:start-end`."""
        return f"{self.document}:{self.start}-{self.end}"

    @property
    def context(self) -> str:
        """Title and section path: encoded and searched with the text, never quoted from."""
        return context(self.title, self.section)


def context(title: str, section: tuple[str, ...]) -> str:
    """What stands above a passage, as encoders and the lexical index read it: title > section > subsection."""
    return " > ".join((title, *section))
