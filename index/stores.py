"""The store whose snapshots are served: on this machine or on a Milvus server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from index.search import ServedSnapshot
from index.snapshots.store import SnapshotInfo, Store


class ServedStore(Protocol):
    """Every snapshot there is, and which of them is active. Several processes may use it at the same time."""

    @property
    def root(self) -> Path:
        """The local folder var/, which also holds the files derived from the model's weights."""

    def list(self) -> Sequence[SnapshotInfo]:
        """Every snapshot, newest first."""

    def current(self) -> str | None:
        """The id of the active snapshot; None where none was ever activated."""

    def open(self, snapshot: str | None = None) -> ServedSnapshot:
        """Open a snapshot, the active one where None; raises NotFoundError, SnapshotError."""

    def activate(self, snapshot: str) -> None:
        """Make a snapshot the active one, atomically; raises NotFoundError, SnapshotError."""

    def delete(self, snapshot: str) -> None:
        """Delete one snapshot; raises NotFoundError, and ConflictError where it is active or a build runs."""


def open_store(var: Path, uri: str | None = None, token: str = "", alias: str | None = None) -> ServedStore:
    """The store in the local folder, or where `uri` is given, the one on that server; raises UnavailableError."""
    if not uri:
        return Store(var)
    from index.milvus.store import ALIAS, MilvusStore

    return MilvusStore(uri, var, token, ALIAS if alias is None else alias)
