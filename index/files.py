"""Files that survive a crash: what these functions wrote is on the disk when they return. Leftovers. Checksums."""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal

from index.machine import available_threads


def sync(path: Path) -> None:
    """Have the operating system put a file, or the list of names of a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_file(path: Path, most: int = -1) -> bytes:
    """A file, or at most so many bytes of it; raises OSError, also for a pipe or device, which may never end."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123  # it is open already
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "is no file", str(path))
        return file.read(most)


def make_folder(path: Path) -> None:
    """Make a folder with its parents, where it is missing; then the disk has their names."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        sync(path.parent)


def replace_file(path: Path, text: str) -> None:
    """Replace a small text file. A crash leaves the old text or the new one, never a part of either.

    The temporary file of a crash goes with the next call, or with `clear_temporaries`.
    """
    clear_temporaries(path)
    while not _replace(path, text):
        pass  # between its making and its lock the temporary file was taken for a leftover
    sync(path.parent)


def clear_temporaries(path: Path) -> None:
    """Delete what processes that were killed in `replace_file` left of this file."""
    for left in path.parent.glob(f".{path.name}-*"):
        with suppress(OSError), left.open("r+b") as file:
            if claim(file):
                left.unlink()


def _replace(path: Path, text: str) -> bool:
    """Replace the file; False where another process deleted the temporary file before it was locked."""
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}")  # a name that no other process takes
    with temporary.open("x", encoding="utf-8") as file:
        try:
            if not claim(file) or not os.fstat(file.fileno()).st_nlink:
                return False
            temporary.write_text(text, "utf-8")
            sync(temporary)
            temporary.replace(path)
            return True
        finally:
            temporary.unlink(missing_ok=True)


def claim(file: IO[Any]) -> bool:
    """Lock an open file until all who inherited it have closed it or ended; False where another process has it.

    A leftover is known by this: nobody holds it.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def open_all(paths: Iterable[Path], mode: Literal["wb", "xb"]) -> tuple[BinaryIO, ...]:
    """Open all files for writing, or none."""
    with ExitStack() as stack:
        files = tuple(stack.enter_context(path.open(mode)) for path in paths)
        stack.pop_all()
    return files


def close_all(files: Iterable[BinaryIO]) -> None:
    """Close all files, also where one cannot be written to the end; then raises OSError."""
    with ExitStack() as stack:
        for file in files:
            stack.callback(file.close)


def link(source: Path, target: Path) -> None:
    """Give a file a second name. Where the file system cannot do that, make a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        sync(target)


def digests(paths: Sequence[Path]) -> list[str]:
    """SHA-256 of each file, hexadecimal. All cores work on it: hashing lets other Python threads run."""
    with ThreadPoolExecutor(available_threads()) as pool:
        return list(pool.map(digest, paths))


def digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
