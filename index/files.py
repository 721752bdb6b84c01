"""Files that survive a crash: what these functions wrote is on the disk when they return. And checksums."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from index.machine import available_threads


def sync(path: Path) -> None:
    """Have the operating system put a file, or the list of names of a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, text: str) -> None:
    """Replace a small text file. A crash leaves the old text or the new one, never a part of either."""
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}")  # a name that no other process takes
    temporary.write_text(text, "utf-8")
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


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
