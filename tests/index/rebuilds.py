"""What tests of rebuilds share: ten passages, some of which are replaced."""

import os
from collections.abc import Mapping
from pathlib import Path

from index.build import BuildReport, build
from index.snapshots.store import Store
from index.storage.vector_writer import DEFAULT_LIMITS, WriterLimits
from tests.fakes import FakeEncoder
from tests.index.builds import EACH, documents_of

WORDS = ["Sea", "Tree", "Wind", "Stone", "River", "Cloud", "Fire", "Snow", "Grass", "Sand"]
TEN = {"words": "\n\n".join(f"{word} and {word}s are here." for word in WORDS)}
CODES = "token_codes.0.bin"


def rebuild(
    store: Store,
    texts: Mapping[str, str],
    encoder: FakeEncoder | None = None,
    limits: WriterLimits = DEFAULT_LIMITS,
) -> BuildReport:
    return build(store, documents_of(texts), encoder or FakeEncoder(), EACH, limits=limits)


def ten_with(*new: str) -> dict[str, str]:
    """Ten passages, of which the first ones are replaced by so many new ones."""
    return {"words": "\n\n".join([TEN["words"].split("\n\n", len(new))[-1], *(f"{word} is new." for word in new)])}


def parts(store: Store) -> tuple[int, ...]:
    return store.open().manifest.parts


def inode(store: Store, snapshot: str | None, name: str = CODES) -> int:
    return (store.folder(str(snapshot)) / name).stat().st_ino


def flip(path: Path) -> None:
    """Damage the file itself, under each of its names."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
