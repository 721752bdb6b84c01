"""Removing a document for good: the snapshots that hold its text go too, and a receipt says which."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from corpus.errors import NotFoundError, SnapshotError


@dataclass(frozen=True, slots=True)
class RemovedText:
    """One text that a document had: its SHA-256 as in `corpus.documents.DocumentInfo`."""

    id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a removal did.

    `removed` are the texts that are gone, `deleted` the snapshots that held one. `kept` are snapshots that still do,
    because history was to be kept. `copies` are documents of the active snapshot that say the same as a removed one.
    """

    removed: tuple[RemovedText, ...]
    deleted: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The receipt for people."""
        gone = "is in no snapshot any more" if not self.kept else "is not in the active snapshot any more"
        lines = [f"{text.id} (SHA-256 {text.sha256}) {gone}" for text in self.removed]
        lines += [f"deleted snapshot {name}, which held it" for name in self.deleted]
        lines += [f"kept snapshot {name}, which holds it" for name in self.kept]
        return lines + [
            f"document {name} says the same and stays: remove it too if it has to go" for name in self.copies
        ]


class Store(Protocol):
    """What a removal needs of a store, here or on a server."""

    def names(self) -> Sequence[str]:
        """The id of every snapshot, damaged or not, oldest first."""

    def current(self) -> str | None:
        """The id of the active snapshot."""

    def texts(self, snapshot: str) -> Sequence[tuple[str, str]]:
        """Id and SHA-256 of every document of a snapshot; raises SnapshotError."""

    def delete(self, snapshot: str) -> None:
        """Delete a snapshot that is not active; raises NotFoundError, ConflictError."""


def texts_of(store: Store, documents: Collection[str]) -> tuple[RemovedText, ...]:
    """Every text that these documents have in any snapshot; raises NotFoundError where one has none."""
    held = {RemovedText(*text) for name in store.names() for text in _texts(store, name) or () if text[0] in documents}
    if missing := sorted(set(documents) - {text.id for text in held}):
        raise NotFoundError(
            f"no snapshot has a document {missing[0]!r}; GET /v1/documents lists those of the active one"
        )
    return tuple(sorted(held, key=lambda text: (text.id, text.sha256)))


def erase(store: Store, removed: Iterable[RemovedText], *, keep_history: bool = False) -> Receipt:
    """Delete every snapshot that holds one of the texts, or that cannot be read; call it when another one is active.

    The active snapshot stays, whatever it holds. Raises ConflictError while a build runs; then call it again.
    """
    removed = tuple(removed)
    active = store.current()
    staying = () if active is None else _texts(store, active) or ()
    ids = {text.id for text in removed}
    sha256s = {text.sha256 for text in removed}
    copies = tuple(name for name, sha256 in staying if sha256 in sha256s)
    gone = sha256s - {sha256 for _, sha256 in staying}  # deleting snapshots for a text that stays would be in vain
    holders = []
    for name in store.names():
        texts = _texts(store, name)
        if name != active and (texts is None or any(document in ids or sha256 in gone for document, sha256 in texts)):
            holders.append(name)
    if keep_history:
        return Receipt(removed, kept=tuple(holders), copies=copies)
    for name in holders:
        with suppress(NotFoundError):  # another process was faster
            store.delete(name)
    return Receipt(removed, tuple(holders), copies=copies)


def _texts(store: Store, snapshot: str) -> Sequence[tuple[str, str]] | None:
    """Id and SHA-256 of every document; None where the snapshot cannot be read."""
    try:
        return store.texts(snapshot)
    except (SnapshotError, NotFoundError):
        return None
