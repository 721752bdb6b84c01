"""Which documents a build takes: those it is given, and those of the active snapshot that stay."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from corpus.documents import Document, DocumentInfo
from corpus.errors import ConflictError, CorpusError, NotFoundError
from corpus.reading.report import Reading

if TYPE_CHECKING:  # a service imports this module before it needs them
    from index.snapshots.snapshot import Snapshot
    from index.storage.passage_writer import PassageWriter

SOURCE = "source"  # the name in a document's metadata under which it says what brought it
STATED = "stated source"  # the name that a text's own `source` is kept under
HTTP = "http"  # the source of documents that were sent over HTTP

Mode: TypeAlias = Literal["all", "add", "overwrite", "replace", "sync"]
"""What becomes of the active snapshot's documents.

all        they go; those given are all there are
add        they stay; one of the same id is replaced where the same source brought it, else the build is refused
overwrite  they stay; one of the same id is replaced, whatever brought it
replace    they stay; every document given must be there already
sync       as add, and those of the same source that are not given go
"""
MODES: tuple[Mode, ...] = ("all", "add", "overwrite", "replace", "sync")


@dataclass(frozen=True, slots=True)
class Edit:
    """How a build changes what the active snapshot holds.

    `source` is what brings the documents given (see `with_source`). `remove` are ids that do not stay, and of which
    no trace may be left: with them, no file is shared with the active snapshot.
    """

    mode: Mode = "all"
    source: str = ""
    remove: frozenset[str] = frozenset()

    def accept(self, new: DocumentInfo, old: DocumentInfo | None) -> None:
        """Raise where the mode does not allow this document in the place of the old one.

        NotFoundError: there is none to replace. ConflictError: another source brought it.
        """
        if self.mode == "replace" and old is None:
            raise NotFoundError(f"there is no document {new.id!r} to replace; `python -m index add` adds it")
        brought = source_of(old) if old else ""  # what says nothing of its source may be taken over by any
        if self.mode in ("add", "sync") and brought and not same_source(brought, self.source):
            raise ConflictError(f"{new.id}: {brought} brought this document; give --replace to take it over, or rename")

    def read(self, path: Path) -> Reading:
        """The documents at a path, as this source brings them; raises CorpusError.

        A file that cannot be read is left out, but not by `sync`, which would then drop what it brought before.
        """
        from corpus.sources import read_source

        return with_source(read_source(path, strict=self.mode == "sync"), self.source)

    def keeps(self, info: DocumentInfo) -> bool:
        """Whether a document of the active snapshot stays that the build is not given."""
        if self.mode == "all" or info.id in self.remove:
            return False
        return self.mode != "sync" or not same_source(source_of(info), self.source)


@dataclass(frozen=True, slots=True)
class DocumentChanges:
    """How many documents are new, changed, the same and gone, compared with the active snapshot."""

    added: int
    changed: int
    unchanged: int
    removed: int


def write_documents(
    writer: "PassageWriter",
    documents: Iterable[Document],
    active: "Snapshot | None",
    edit: Edit,
    report: Callable[[str, int, int], None],
) -> DocumentChanges:
    """Write the documents, and those of the active snapshot that stay; raises CorpusError and as `Edit.accept`."""
    before = {record.info.id: record.info for record in active.table.documents} if active else {}
    added = changed = 0
    for document in documents:
        old = before.get(document.id)
        edit.accept(document.info, old)
        writer.add(document)
        added += old is None
        changed += old is not None and differs(old, document.info)
        report("read", len(writer.names), 0)
    others = before.keys() - writer.names
    staying = sorted(name for name in others if edit.keeps(before[name]))
    for name in staying:
        assert active is not None  # noqa: S101
        writer.add(active.document(name))
    if not writer.passages:
        if edit.remove:
            raise CorpusError("nothing would be left to search: add another document before the last one is removed")
        raise CorpusError("the source holds no text to search; give a folder with .txt or .md files")
    unchanged = len(writer.names) - added - changed
    return DocumentChanges(added, changed, unchanged, removed=len(others) - len(staying))


def differs(old: DocumentInfo, new: DocumentInfo) -> bool:
    """Whether a document says something else than before."""
    return (old.sha256, old.title, old.metadata) != (new.sha256, new.title, new.metadata)


def has_changed(snapshot: "Snapshot", documents: Iterable[Document], source: str) -> bool:
    """Whether these are not exactly the documents that this source brought to the snapshot."""
    before = {record.info.id: record.info for record in snapshot.table.documents}
    own = {name for name, info in before.items() if same_source(source_of(info), source)}
    for document in documents:
        if document.id not in own or differs(before[document.id], document.info):
            return True
        own.remove(document.id)
    return bool(own)


def with_source(documents: Iterable[Document], source: str) -> Reading:
    """The documents, each with its source in its metadata; what a text itself calls its source gets another name."""
    named = (_with_source(document, source) for document in documents)
    return Reading(named, documents.report if isinstance(documents, Reading) else None)


def _with_source(document: Document, source: str) -> Document:
    stated = {STATED if name == SOURCE else name: value for name, value in document.info.metadata}
    metadata = tuple(sorted({**stated, SOURCE: source}.items()))
    return replace(document, info=replace(document.info, metadata=metadata))


def source_name(path: Path) -> str:
    """What documents from a folder or file call their source: the path as given, without `./` and doubled `/`.

    Bytes of it that are no UTF-8 are escaped.
    """
    name = Path(os.path.normpath(path)).as_posix()
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def source_of(info: DocumentInfo) -> str:
    """What brought a document; empty where it does not say."""
    metadata: Mapping[str, str] = dict(info.metadata)
    return metadata.get(SOURCE, "")


def same_source(one: str, other: str) -> bool:
    """Whether two sources are the same; a path may be written in several ways."""
    if one == other or HTTP in (one, other) or not (one and other):
        return one == other
    return Path(one).resolve() == Path(other).resolve()
