"""What the tests of hostile folders share: a good text, a secret, and how it is noticed that one was read."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from corpus.documents import Document, DocumentInfo
from corpus.reading.report import Reading

GOOD, SECRET = "A good text.", "A secret text."
MOST = 10_000  # characters that are read without care: of what never ends there are more


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
    """Reads what it finds, under the name that it finds it, as anybody would; it leaves nothing out that is there.

    It does not wait for a writer where it finds a pipe, as it well might: a test would have to wait too.
    """

    def documents() -> Iterator[Document]:
        folders = [folder]
        for path in (inner / name for inner in folders for name in os.listdir(inner) if name[0] != "."):  # noqa: PTH208
            if path.is_dir():
                folders.append(path)
                continue
            with suppress(FileNotFoundError), open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123
                text = file.read(MOST).decode("utf-8", "replace")
                name = str(path.relative_to(folder).with_suffix(""))
                yield Document(DocumentInfo(name, name, "", len(text), ()), text)

    return Reading(documents())
