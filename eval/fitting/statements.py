"""Labelled statements: sentences as a language model would write them, and what of a document they are about.

One JSON object a line; the fields are described in eval/data/statements/README.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.documents import Document, Span
from corpus.errors import DatasetError
from eval.datasets.fields import id_of, make_set_document, read_json_lines, read_text, text_of, value_of

RIGHT = "right"  # the kind of a statement that is supported
# What is wrong with the others, in one detail each.
WRONG_KINDS = ("number", "unit", "date", "name", "role", "negation", "quantity", "extra", "cause", "scope")


@dataclass(frozen=True, slots=True)
class LabelledStatement:
    """A statement about a document. `source` are the spans that it renders, or that it gets wrong in one detail."""

    id: str
    text: str
    supported: bool
    kind: str
    document: Document
    source: tuple[Span, ...]


def read_statements(path: Path) -> tuple[LabelledStatement, ...]:
    """The statements of a file; their documents are named by paths from its folder. Raises DatasetError."""
    documents: dict[str, Document] = {}
    statements = tuple(_statement(item, where, path.parent, documents) for where, item in read_json_lines(path))
    if not statements:
        raise DatasetError(f"{path}: holds no statement; give a labelled set")
    return statements


def _statement(item: object, where: str, folder: Path, documents: dict[str, Document]) -> LabelledStatement:
    name, kind = text_of(item, "document", where), text_of(item, "kind", where)
    if name not in documents:
        documents[name] = make_set_document(Path(name).stem, read_text(folder / name), "", where)
    supported = value_of(item, "supported", bool, where)
    if kind not in (RIGHT, *WRONG_KINDS) or supported != (kind == RIGHT):
        raise DatasetError(f"{where}: kind should be {RIGHT} where supported, else one of {', '.join(WRONG_KINDS)}")
    quotes: Sequence[object] = value_of(item, "source", list, where)
    document = documents[name]
    source = tuple(_find(document.text, quote, where) for quote in quotes)
    return LabelledStatement(
        id_of(item, "id", where), text_of(item, "statement", where), supported, kind, document, source
    )


def _find(text: str, quote: object, where: str) -> Span:
    start = text.find(quote) if isinstance(quote, str) and quote else -1
    if not isinstance(quote, str) or start < 0:
        raise DatasetError(f"{where}: its source does not stand in the document; copy it word for word")
    return start, start + len(quote)
