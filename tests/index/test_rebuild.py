"""Rebuild after rebuild: token vectors that did not change are shared, and only the time it takes tells."""

import errno
import os
from pathlib import Path

import pytest

from corpus.errors import SnapshotError
from index.files import digest
from index.snapshots.manifest import Manifest
from index.snapshots.store import Store
from index.storage.token_vectors import TokenLimits
from index.storage.vector_writer import WriterLimits
from tests.encoders import WatchedEncoder
from tests.index.builds import assert_as_from_scratch
from tests.index.rebuilds import CODES, TEN, WORDS, flip, inode, parts, rebuild, ten_with

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


def test_a_rebuild_shares_what_was_there_and_adds_what_is_new(store: Store, tmp_path: Path) -> None:
    first = rebuild(store, TEN).snapshot
    whole = parts(store)
    second = rebuild(store, ten_with("Moon")).snapshot
    assert (whole, parts(store)) == ((70,), (70, 5))
    assert store.open().manifest.counts.tokens == 70 - 7 + 5
    assert inode(store, first) == inode(store, second)
    assert_as_from_scratch(store, ten_with("Moon"), tmp_path)
    third = rebuild(store, ten_with("Moon")).snapshot
    assert parts(store) == (70, 5)
    assert inode(store, second, "token_scales.1.bin") == inode(store, third, "token_scales.1.bin")
    back = rebuild(store, TEN)  # its first passage went out of use, but is numbered still
    assert (back.encoded, parts(store)) == (1, (70, 5, 7))


@pytest.mark.parametrize(("new", "anew"), [(2, False), (3, True)])
def test_where_too_little_is_still_used_all_is_written_anew(store: Store, tmp_path: Path, new: int, anew: bool) -> None:
    first = rebuild(store, TEN).snapshot
    second = rebuild(store, ten_with(*WORDS[:new]))
    assert second.encoded == new
    assert (len(parts(store)) == 1) == anew
    assert (inode(store, first) != inode(store, second.snapshot)) == anew
    assert_as_from_scratch(store, ten_with(*WORDS[:new]), tmp_path)


def test_passages_that_are_said_twice_are_used_twice(store: Store) -> None:
    thrice = {"words": "\n\n".join(3 * [TEN["words"]])}
    rebuild(store, thrice)
    rebuild(store, thrice | {"new": "Moon."})
    assert parts(store) == (210, 3)


def test_when_there_are_many_parts_they_become_one(store: Store, tmp_path: Path) -> None:
    limits = WriterLimits(tokens=TokenLimits(most_parts=3))
    counts = []
    for number in range(8):
        rebuild(store, TEN | {f"more/{n}": f"Number {n}." for n in range(number)}, limits=limits)
        counts.append(len(parts(store)))
    assert counts == [1, 2, 3, 1, 2, 3, 1, 2]
    assert_as_from_scratch(store, TEN | {f"more/{n}": f"Number {n}." for n in range(7)}, tmp_path)


def test_what_is_shared_outlives_the_snapshot_that_it_came_from(store: Store, tmp_path: Path) -> None:
    first = rebuild(store, TEN).snapshot
    rebuild(store, ten_with("Moon"))
    assert store.prune(1) == [first]
    assert_as_from_scratch(store, ten_with("Moon"), tmp_path)
    assert store.verify(str(store.current())).files.keys() >= {CODES, "token_codes.1.bin"}
    assert rebuild(store, TEN).encoded == 1


def test_damage_to_a_shared_file_is_seen_in_every_snapshot_that_holds_it(store: Store, tmp_path: Path) -> None:
    for texts in (TEN, ten_with("Moon"), ten_with("Moon", "Sun")):
        rebuild(store, texts)
    flip(store.folder(str(store.current())) / CODES)
    for name in store.names():
        with pytest.raises(SnapshotError, match=rf"{name}/token_codes\.0\.bin: is damaged"):
            store.verify(name)
    assert rebuild(store, TEN).reused == 0
    assert_as_from_scratch(store, TEN, tmp_path)
    assert parts(store) == (sum(parts(store)),)


def refuse(*paths: Path) -> None:
    """A file system without links."""
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False])
def test_what_is_damaged_while_it_is_shared_gets_no_new_checksum(
    store: Store, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", refuse)
    first = rebuild(store, TEN).snapshot
    damaging = WatchedEncoder(lambda: flip(next(store.root.glob("snapshots/.building-*")) / CODES))
    second = rebuild(store, ten_with("Moon"), damaging).snapshot
    right, kept = (Manifest.read(store.folder(name)).files[CODES] for name in (first, second))
    assert right == kept
    assert right.sha256 != digest(store.folder(second) / CODES)
    with pytest.raises(SnapshotError, match=rf"{second}/token_codes\.0\.bin: is damaged"):
        store.open()
    assert rebuild(store, TEN).reused == 0


def test_where_there_are_no_links_nothing_else_is_different(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", refuse)
    first = rebuild(store, TEN).snapshot
    second = rebuild(store, ten_with("Moon")).snapshot
    assert inode(store, first) != inode(store, second)
    assert len(parts(store)) == 2
    assert_as_from_scratch(store, ten_with("Moon"), tmp_path)
