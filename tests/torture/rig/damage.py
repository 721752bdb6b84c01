"""Ways in which a file is not as it was written, each undone at the end of its block."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TypeAlias

TERABYTE = 1 << 40

Damage: TypeAlias = Callable[[Path, Random], object]
"""Puts something else in the place of a file, which is not there any more."""


def flip(path: Path, position: int, bit: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1 << bit
    path.write_bytes(data)


@contextmanager
def flipped(path: Path, position: int, bit: int) -> Iterator[None]:
    """One bit of a file is another one."""
    flip(path, position, bit)
    try:
        yield
    finally:
        flip(path, position, bit)


@contextmanager
def replaced(path: Path, damage: Damage, random: Random) -> Iterator[None]:
    """Something else is in the place of a file; links find it under the name `kept` beside its folder."""
    kept = path.rename(kept_as(path))
    try:
        damage(path, random)
        yield
    finally:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            if path.is_file() and not path.is_symlink():
                os.truncate(path, 0)  # who still reads a terabyte is at its end
            path.unlink(missing_ok=True)
        kept.rename(path)


def kept_as(path: Path) -> Path:
    """Where the good file is while another one is in its place."""
    return path.with_name(f"{path.name}.kept")


def _cut(path: Path, random: Random) -> None:
    data = kept_as(path).read_bytes()
    path.write_bytes(data[: random.randrange(len(data)) if data else 0])


def _sparse(path: Path, random: Random) -> None:
    path.write_bytes(kept_as(path).read_bytes())
    os.truncate(path, TERABYTE)


def _another(path: Path, random: Random) -> None:
    """As if two files had been exchanged."""
    others = sorted(other for other in path.parent.iterdir() if other.is_file() and other != kept_as(path))
    path.write_bytes(random.choice(others).read_bytes())


DAMAGES: Mapping[str, Damage] = {
    "missing": lambda path, random: None,
    "empty": lambda path, random: path.write_bytes(b""),
    "cut": _cut,
    "longer": lambda path, random: path.write_bytes(kept_as(path).read_bytes() + b"\0"),
    "a terabyte long": _sparse,
    "another file": _another,
    "zeros": lambda path, random: path.write_bytes(bytes(kept_as(path).stat().st_size)),
    "a link to itself": lambda path, random: path.symlink_to(path),
    "a link to nothing": lambda path, random: path.symlink_to("nothing"),
    "a link to a folder": lambda path, random: path.symlink_to("."),
    "a link to a device": lambda path, random: path.symlink_to("/dev/zero"),
    "a link to the good file": lambda path, random: path.symlink_to(kept_as(path).name),
    "a folder": lambda path, random: path.mkdir(),
    "a pipe": lambda path, random: os.mkfifo(path),
}
