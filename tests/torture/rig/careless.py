"""Stores that lack one protection each: with them, the tests of this folder must fail."""

import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import SnapshotError
from index.snapshots.manifest import MANIFEST, Contents, Manifest
from index.snapshots.pointer import CURRENT, write_pointer
from index.snapshots.store import Store


class NamedTooEarly(Store):
    """Gives a snapshot a name before all of it is there."""

    def publish(self, staging: Path, contents: Contents, *, activate: bool = False) -> Manifest:
        return super().publish(staging.rename(staging.with_name("99990101T000000-aaaaaa")), contents, activate=activate)


class NamedLongBefore(NamedTooEarly):
    """The same on a disk that takes long."""

    def publish(self, staging: Path, contents: Contents, *, activate: bool = False) -> Manifest:
        named = staging.rename(staging.with_name("99990101T000000-aaaaab"))
        time.sleep(0.5)
        return super().publish(named, contents, activate=activate)


class WrittenInPlace(Store):
    """Writes over the file that names the active snapshot."""

    def activate(self, snapshot: str) -> None:
        self.verify(snapshot)
        (self.root / CURRENT).write_text(snapshot + "\n")


class RemovedFirst(Store):
    """Removes the file that names the active snapshot before another one is there."""

    def activate(self, snapshot: str) -> None:
        self.verify(snapshot)
        (self.root / CURRENT).unlink(missing_ok=True)
        write_pointer(self.root, snapshot)


class UnreadIsEmpty(Store):
    """Takes a list of documents that cannot be read for an empty one."""

    def texts(self, snapshot: str) -> Sequence[tuple[str, str]]:
        try:
            return super().texts(snapshot)
        except SnapshotError:
            return ()


class DeletedInPlace(Store):
    """Deletes a snapshot under its own name."""

    def delete(self, snapshot: str) -> None:
        shutil.rmtree(self.folder(snapshot))

    def prune(self, keep: int) -> Sequence[str]:
        active = self.current()
        old = [info.id for info in self.list()[keep:] if info.id != active]
        for snapshot in old:
            self.delete(snapshot)
        return old


class ReportedInPlace(Store):
    """Writes a report over the one that the manifest describes."""

    def annotate(self, snapshot: str, evaluation: Mapping[str, Any]) -> None:
        super().annotate(snapshot, evaluation)
        manifest = self.folder(snapshot) / MANIFEST
        manifest.write_text(manifest.read_text("utf-8"), "utf-8")


class NeverCleared(Store):
    """Leaves what is left."""

    def clear(self, keep: Collection[Path] = ()) -> None:
        pass


STORES: Mapping[str, type[Store]] = {
    "careful": Store,
    "named too early": NamedTooEarly,
    "named long before": NamedLongBefore,
    "written in place": WrittenInPlace,
    "deleted in place": DeletedInPlace,
    "reported in place": ReportedInPlace,
}
