"""Snapshots beside the one in use: opened, and so verified, once for all quotes that are checked in them."""

import threading

from corpus.errors import SnapshotError
from index.search import ServedSnapshot
from index.stores import ServedStore

KEPT = 4  # snapshots that stay open, those that were asked for last


class OlderSnapshots:
    """Opens snapshots by their id. Opening one reads all of it: call it in a thread of the pool."""

    def __init__(self, store: ServedStore, kept: int = KEPT) -> None:
        self._store = store
        self._kept = kept
        self._opened: dict[str, ServedSnapshot] = {}  # the one that was asked for last comes last
        self._opening = threading.Lock()

    def open(self, snapshot: str) -> ServedSnapshot:
        """As `ServedStore.open`; one that was deleted or changed since is not kept."""
        with self._opening:
            existing = {info.id for info in self._store.list()}
            self._opened = {name: opened for name, opened in self._opened.items() if name in existing}
            opened = self._opened.pop(snapshot, None)
            if opened is None or _was_changed(opened):
                opened = self._store.open(snapshot)
            self._opened[snapshot] = opened
            while len(self._opened) > self._kept:
                del self._opened[next(iter(self._opened))]
            return opened


def _was_changed(opened: ServedSnapshot) -> bool:
    try:
        opened.require_unchanged(now=True)
    except SnapshotError:
        return True
    return False
