"""A folder of a job's own under var/jobs, for what a client sent: it goes with the job, also where that was killed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from index.files import claim

LOCK = "lock"  # a file in each folder, which the service and the build that use it hold locked until both have ended


@dataclass(frozen=True, slots=True)
class PrivateFolder:
    """The folder, and the descriptor of its lock, which a process that uses the folder inherits."""

    path: Path
    lock: int


@contextmanager
def private_folder(parent: Path, name: str) -> Iterator[PrivateFolder]:
    """A new folder that only this user can read; what killed processes left of others goes first."""
    parent.mkdir(parents=True, exist_ok=True)
    path = parent / name
    with _alone(parent):
        _clear(parent)
        path.mkdir(mode=0o700)
        lock = (path / LOCK).open("x")
        claim(lock)
    try:
        with lock:
            yield PrivateFolder(path, lock.fileno())
    finally:
        shutil.rmtree(path, ignore_errors=True)


def clear_private_folders(parent: Path) -> None:
    """Delete the folders whose processes were killed."""
    if parent.is_dir():
        with _alone(parent):
            _clear(parent)


def _alone(parent: Path) -> FileLock:
    """Between the making of a folder and its lock, nobody may take it for a leftover."""
    return FileLock(parent.with_name(f"{parent.name}.lock"))


def _clear(parent: Path) -> None:
    for folder in parent.iterdir():
        with suppress(OSError):
            try:
                with (folder / LOCK).open("r+") as lock:
                    is_left = claim(lock)
            except FileNotFoundError:
                is_left = True
            if is_left:
                shutil.rmtree(folder, ignore_errors=True)
