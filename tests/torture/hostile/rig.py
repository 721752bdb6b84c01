"""What the tests of hostile folders share: a good text, a secret, and how it is noticed that one was read."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from corpus.documents import Document
from corpus.making import make_document
from corpus.reading.report import Reading

GOOD, SECRET = "A good text.", "A secret text."


class Harmed(AssertionError):
    """A folder did what it was made for."""


def require_harmless(documents: Iterable[Document], allowed: Callable[[str], bool]) -> list[str]:
    """The ids of documents that all hold what is allowed; raises Harmed."""
    names = []
    for document in documents:
        if not allowed(document.text):
            raise Harmed(f"{document.id} holds {document.text[:40]!r}")
        names.append(document.id)
    return names


def careless(folder: Path) -> Reading:
    """Reads files as anybody would."""

    def documents() -> Iterator[Document]:
        for path in folder.glob("[!.]*.txt"):
            with suppress(FileNotFoundError):
                yield make_document(path.stem, path.read_text("utf-8"))

    return Reading(documents())
