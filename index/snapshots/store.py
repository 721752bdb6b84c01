"""Every snapshot under var/, and which of them is active. Publishing and activating are atomic.

snapshots/<id>/           a published snapshot; nothing in it changes any more
snapshots/.building-*/    being built, or left behind by a build that was interrupted
CURRENT                   the id of the active snapshot
build.lock                held by the one build that may run, and for a moment by each deletion
"""

import json
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from corpus.errors import ConflictError, NotFoundError, SnapshotError
from index.files import clear_temporaries, digests, make_folder, read_file, sync
from index.snapshots.left_out import FilesLeftOut, read_left_out
from index.snapshots.manifest import MANIFEST, Contents, File, Manifest
from index.snapshots.pointer import CURRENT, read_pointer, write_pointer
from index.snapshots.report import clear_report, read_report, write_report
from index.snapshots.snapshot import Snapshot
from index.storage.checkpoint import PARTIAL
from index.storage.passages import DOCUMENTS_FILE

STAGING = ".building-"  # how the names of unpublished folders begin
PATIENCE = 2.0  # seconds to wait for the build lock: longer than a deletion holds it, far shorter than a build


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """One line of the list of snapshots.

    `created` is ISO 8601 in UTC, `model` names the model and its variant. `bytes` is the size on disk; files that
    snapshots share count in each of them. `evaluation` is the report that released the snapshot, as JSON, or None where
    no gate was used. `recall` is the share of the 10 nearest passages that search by vectors was measured to find.
    `left_out` are the files of its source that the build left out, None where it left out none or that is not known.
    """

    id: str
    created: str
    active: bool
    documents: int
    passages: int
    model: str
    bytes: int
    evaluation: Mapping[str, Any] | None
    recall: float = 1.0
    left_out: FilesLeftOut | None = None

    @property
    def passed(self) -> bool | None:
        """Whether it passed its gate; None where no gate was used."""
        gate = (self.evaluation or {}).get("gate")
        passed = gate.get("passed") if isinstance(gate, dict) else None
        return passed if isinstance(passed, bool) else None

    @classmethod
    def of(cls, manifest: Manifest, *, active: bool, evaluation: Mapping[str, Any] | None) -> "SnapshotInfo":
        """The line of the snapshot with this manifest."""
        return cls(
            id=manifest.id,
            created=manifest.created,
            active=active,
            documents=manifest.counts.documents,
            passages=manifest.counts.passages,
            model=f"{manifest.model.name} ({manifest.model.variant})",
            bytes=manifest.bytes,
            evaluation=evaluation,
            recall=manifest.dense.recall,
        )


class Store:
    """The folder var/. Several processes may use it at the same time."""

    def __init__(self, root: Path, patience: float = PATIENCE) -> None:
        """`patience` is for how many seconds to wait where another process holds the build lock."""
        self.root = root
        self._patience = patience
        self._snapshots = root / "snapshots"

    def list(self) -> Sequence[SnapshotInfo]:
        """Every snapshot whose manifest can be read, newest first; none is active where CURRENT cannot be read."""
        try:
            current = self.current()
        except SnapshotError:
            current = None
        infos = []
        for folder in (self._snapshots / name for name in self.names()):
            with suppress(SnapshotError):
                manifest, active = Manifest.read(folder), folder.name == current
                info = SnapshotInfo.of(manifest, active=active, evaluation=read_report(folder, manifest))
                # A folder that was renamed is listed under its new name.
                infos.append(replace(info, id=folder.name, left_out=read_left_out(folder, manifest)))
        return sorted(infos, key=lambda info: (info.created, info.id), reverse=True)

    def names(self) -> Sequence[str]:
        """The id of every snapshot, damaged or not, oldest first."""
        return sorted(folder.name for folder in self._snapshots.glob("[!.]*") if folder.is_dir())

    def current(self) -> str | None:
        """The id of the active snapshot, None where none was ever activated; raises SnapshotError."""
        return read_pointer(self.root)

    def folder(self, snapshot: str) -> Path:
        """The folder of a snapshot; raises NotFoundError."""
        if snapshot not in self.names():
            raise NotFoundError(f"there is no snapshot {snapshot!r}; `python -m index list` shows those there are")
        return self._snapshots / snapshot

    def open(self, snapshot: str | None = None) -> Snapshot:
        """Verify and open a snapshot, the active one where None; raises NotFoundError, SnapshotError."""
        snapshot = self.current() if snapshot is None else snapshot
        if snapshot is None:
            raise SnapshotError(f"there is no index in {self.root} yet; run `python -m index build`")
        return Snapshot.open(self.folder(snapshot))

    def verify(self, snapshot: str) -> Manifest:
        """Compare every checksum of a snapshot; raises NotFoundError, SnapshotError."""
        folder = self.folder(snapshot)
        manifest = Manifest.read(folder)
        manifest.verify(folder)
        return manifest

    def activate(self, snapshot: str) -> None:
        """Verify the snapshot and make it the active one, atomically; raises NotFoundError, SnapshotError."""
        self.verify(snapshot)
        write_pointer(self.root, snapshot)

    def annotate(self, snapshot: str, evaluation: Mapping[str, Any]) -> None:
        """Put the report that a release was judged by beside its files, in place of an earlier one."""
        write_report(self.folder(snapshot), evaluation)

    def prune(self, keep: int) -> Sequence[str]:
        """Delete all but the `keep` newest snapshots and the active one; returns what was deleted.

        What cannot be read is not deleted, since its age is not known, and does not count. Raises
        ConflictError while a build runs, and SnapshotError where it cannot be known which one is active.
        """
        with self.lock():
            active = self.current()
            old = [info.id for info in self.list()[keep:] if info.id != active]
            for snapshot in old:
                self._delete(snapshot)
        return old

    def delete(self, snapshot: str) -> None:
        """Delete one snapshot; raises NotFoundError, and ConflictError where it is active or a build runs."""
        folder = self.folder(snapshot)
        with self.lock():
            if snapshot == self.current():
                raise ConflictError(f"{snapshot} is active; activate another snapshot before you delete it")
            if folder.is_dir():
                self._delete(snapshot)

    def texts(self, snapshot: str) -> Sequence[tuple[str, str]]:
        """Id and SHA-256 of every document, also of a snapshot that cannot be opened any more.

        Raises NotFoundError, and SnapshotError where not even this can be read.
        """
        path = self.folder(snapshot) / DOCUMENTS_FILE
        try:
            lines = [json.loads(line) for line in read_file(path).split(b"\n") if line]
            return [(str(line[0]), str(line[2])) for line in lines]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise SnapshotError(f"{path}: cannot be read ({error}); build the index again") from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the build lock; raises ConflictError where another process keeps it for longer than the patience."""
        make_folder(self._snapshots)
        try:
            with FileLock(self.root / "build.lock", timeout=self._patience):
                yield
        except Timeout as error:
            raise ConflictError(
                f"another build is running in {self.root}; wait for it to end, then try again"
            ) from error

    def abandoned(self) -> Sequence[Path]:
        """Folders that interrupted builds left behind, newest first. Call it only under the lock."""
        return sorted(self._snapshots.glob(STAGING + "*"), key=lambda folder: folder.stat().st_mtime, reverse=True)

    def clear(self, keep: Collection[Path] = ()) -> None:
        """Delete what was left behind by what was killed, but not `keep`. Call it only under the lock."""
        for folder in self.abandoned():
            if folder not in keep:
                shutil.rmtree(folder, ignore_errors=True)
        clear_temporaries(self.root / CURRENT)
        for name in self.names():
            clear_report(self._snapshots / name)

    def stage(self) -> Path:
        """A new folder to build in. Call it only under the lock."""
        folder = self._snapshots / f"{STAGING}{secrets.token_hex(4)}"
        folder.mkdir(parents=True)
        return folder

    def publish(self, staging: Path, contents: Contents, *, activate: bool = False) -> Manifest:
        """Make a finished staging folder a snapshot. All of it is on the disk before it gets its name.

        With `activate`, it becomes the active snapshot, without another reading of its files.
        """
        paths = {path.relative_to(staging).as_posix(): path for path in staging.rglob("*") if path.is_file()}
        written = {name: path for name, path in paths.items() if name != PARTIAL and name not in contents.shared}
        manifest = Manifest.new(contents, _sync_and_describe(written))
        (staging / MANIFEST).write_text(manifest.to_json(), "utf-8")
        sync(staging / MANIFEST)
        for folder in {path.parent for path in paths.values()}:
            sync(folder)
        published = staging.rename(self._snapshots / manifest.id)
        (published / PARTIAL).unlink()  # not earlier: an error or a crash before must not lose what was encoded
        sync(self._snapshots)
        if activate:
            write_pointer(self.root, manifest.id)
        return manifest

    def _delete(self, snapshot: str) -> None:
        """Delete a snapshot, under the lock."""
        # Renamed first, so that what a crash leaves half deleted is no snapshot. The next build deletes it.
        deleted = self.folder(snapshot).rename(self._snapshots / f"{STAGING}{snapshot}")
        sync(self._snapshots)  # else the disk may lose files before the name
        shutil.rmtree(deleted)


def _sync_and_describe(paths: Mapping[str, Path]) -> Mapping[str, File]:
    """Put these files on the disk; returns the size and checksum of each."""
    for path in paths.values():
        sync(path)  # also what the last checkpoint put there: no snapshot rests on checkpoints
    sha256s = digests(list(paths.values()))
    return {
        name: File(path.stat().st_size, sha256) for (name, path), sha256 in zip(paths.items(), sha256s, strict=True)
    }
