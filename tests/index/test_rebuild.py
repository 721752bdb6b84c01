"""Rebuild after rebuild: token vectors that did not change are shared, and nobody can tell but by the time it takes."""

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import SnapshotError
from index.build import BuildReport, build
from index.encoding.encoder import EncodedPassage, EncoderInput
from index.files import digest
from index.retrieval.fusion import Ranking
from index.search import Hit, Searcher
from index.snapshots.manifest import Manifest
from index.snapshots.store import Store
from index.storage import token_vectors as tokens
from index.storage import vectors
from tests.fakes import FakeEncoder
from tests.index.test_build import EACH, Failing, assert_as_from_scratch, documents_of

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")
WORDS = ["Sea", "Tree", "Wind", "Stone", "River", "Cloud", "Fire", "Snow", "Grass", "Sand"]
TEXTS = {"words": "\n\n".join(f"{word} and {word}s are here." for word in WORDS)}
CODES = "token_codes.0.bin"


def rebuild(store: Store, texts: dict[str, str], encoder: FakeEncoder | None = None) -> BuildReport:
    return build(store, documents_of(texts), encoder or FakeEncoder(), EACH)


def changed(*new: str) -> dict[str, str]:
    """So many of the ten passages are others."""
    return {"words": "\n\n".join([TEXTS["words"].split("\n\n", len(new))[-1], *(f"{word} is new." for word in new)])}


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


def test_a_rebuild_shares_what_was_there_and_adds_what_is_new(store: Store, tmp_path: Path) -> None:
    first = rebuild(store, TEXTS).snapshot
    whole = parts(store)
    second = rebuild(store, changed("Moon")).snapshot
    assert (whole, parts(store)) == ((70,), (70, 5))
    assert store.open().manifest.counts.tokens == 70 - 7 + 5
    assert inode(store, first) == inode(store, second)
    assert_as_from_scratch(store, changed("Moon"), tmp_path)
    third = rebuild(store, changed("Moon")).snapshot
    assert parts(store) == (70, 5)
    assert inode(store, second, "token_scales.1.bin") == inode(store, third, "token_scales.1.bin")
    back = rebuild(store, TEXTS)  # its first passage went out of use, but is numbered still
    assert (back.encoded, parts(store)) == (1, (70, 5, 7))


@pytest.mark.parametrize(("new", "anew"), [(2, False), (3, True)])
def test_where_too_little_is_still_used_all_is_written_anew(store: Store, tmp_path: Path, new: int, anew: bool) -> None:
    first = rebuild(store, TEXTS).snapshot
    second = rebuild(store, changed(*WORDS[:new]))
    assert second.encoded == new
    assert (len(parts(store)) == 1) == anew
    assert (inode(store, first) != inode(store, second.snapshot)) == anew
    assert_as_from_scratch(store, changed(*WORDS[:new]), tmp_path)


def test_passages_that_are_said_twice_are_used_twice(store: Store) -> None:
    thrice = {"words": "\n\n".join(3 * [TEXTS["words"]])}
    rebuild(store, thrice)
    rebuild(store, thrice | {"new": "Moon."})
    assert parts(store) == (210, 3)


def test_when_there_are_many_parts_they_become_one(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST", 3)
    counts = []
    for number in range(8):
        rebuild(store, TEXTS | {f"more/{n}": f"Number {n}." for n in range(number)})
        counts.append(len(parts(store)))
    assert counts == [1, 2, 3, 1, 2, 3, 1, 2]
    assert_as_from_scratch(store, TEXTS | {f"more/{n}": f"Number {n}." for n in range(7)}, tmp_path)


def test_what_is_shared_outlives_the_snapshot_that_it_came_from(store: Store, tmp_path: Path) -> None:
    first = rebuild(store, TEXTS).snapshot
    rebuild(store, changed("Moon"))
    assert store.prune(1) == [first]
    assert_as_from_scratch(store, changed("Moon"), tmp_path)
    assert store.verify(str(store.current())).files.keys() >= {CODES, "token_codes.1.bin"}
    assert rebuild(store, TEXTS).encoded == 1


def test_damage_to_a_shared_file_is_seen_in_every_snapshot_that_holds_it(store: Store, tmp_path: Path) -> None:
    for texts in (TEXTS, changed("Moon"), changed("Moon", "Sun")):
        rebuild(store, texts)
    flip(store.folder(str(store.current())) / CODES)
    for name in store.names():
        with pytest.raises(SnapshotError, match=rf"{name}/token_codes\.0\.bin: is damaged"):
            store.verify(name)
    assert rebuild(store, TEXTS).reused == 0
    assert_as_from_scratch(store, TEXTS, tmp_path)
    assert parts(store) == (sum(parts(store)),)


def refuse(*paths: Path) -> None:
    """A file system without links."""
    raise OSError(errno.EPERM, "Operation not permitted")


class Damaging(FakeEncoder):
    """Damages what the build that it encodes for took over."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        flip(next(self.store.root.glob("snapshots/.building-*")) / CODES)
        return super().encode_passages(passages)


@pytest.mark.parametrize("links", [True, False])
def test_what_is_damaged_while_it_is_shared_gets_no_new_checksum(
    store: Store, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", refuse)
    first = rebuild(store, TEXTS).snapshot
    second = rebuild(store, changed("Moon"), Damaging(store)).snapshot
    right, kept = (Manifest.read(store.folder(name)).files[CODES] for name in (first, second))
    assert right == kept
    assert right.sha256 != digest(store.folder(second) / CODES)
    with pytest.raises(SnapshotError, match=rf"{second}/token_codes\.0\.bin: is damaged"):
        store.open()
    assert rebuild(store, TEXTS).reused == 0


def test_where_there_are_no_links_nothing_else_is_different(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", refuse)
    first = rebuild(store, TEXTS).snapshot
    second = rebuild(store, changed("Moon")).snapshot
    assert inode(store, first) != inode(store, second)
    assert len(parts(store)) == 2
    assert_as_from_scratch(store, changed("Moon"), tmp_path)


MANY = changed("Moon", "Sun")


def interrupt(store: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Build of ten passages two others, of which the first is on the disk when the encoder gives up."""
    monkeypatch.setattr(vectors, "BLOCK", 1)
    rebuild(store, TEXTS)
    with pytest.raises(MemoryError):
        rebuild(store, MANY, Failing(1, MemoryError()))
    left = store.abandoned()[0]
    assert sorted(path.name for path in left.glob("token_codes.*")) == [CODES, "token_codes.1.bin"]
    return left


def test_an_interrupted_rebuild_goes_on_where_it_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = interrupt(store, monkeypatch)
    shared, own = (left / CODES).stat(), (left / "token_codes.1.bin").read_bytes()
    with (left / "token_codes.1.bin").open("ab") as file:
        file.write(b"beyond the checkpoint")
    report = rebuild(store, MANY)
    assert (report.encoded, report.reused) == (1, 9)
    assert_as_from_scratch(store, MANY, tmp_path)
    assert parts(store) == (70, 10)
    kept = store.folder(report.snapshot)
    assert (kept / CODES).stat().st_mtime_ns == shared.st_mtime_ns
    assert (kept / "token_codes.1.bin").read_bytes()[: len(own)] == own


def test_what_an_interrupted_rebuild_shared_is_not_taken_from_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody compared its checksum since: damage there would be given a right one."""
    flip(interrupt(store, monkeypatch) / CODES)
    report = rebuild(store, MANY)
    assert (report.encoded, report.reused) == (9, 1)
    assert_as_from_scratch(store, MANY, tmp_path)


STEPS = st.lists(
    st.tuples(
        st.lists(
            st.sampled_from([f"{word} and {word}s are here. So it is." for word in WORDS]), min_size=1, max_size=9
        ),
        st.sampled_from(["built", "built", "interrupted", "rolled back", "pruned"]),
    ),
    min_size=2,
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(STEPS)
def test_any_rebuilds_end_as_a_build_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[list[str], str]]
) -> None:
    monkeypatch.setattr(tokens, "MOST", 3)
    monkeypatch.setattr(tokens, "PART", 20)
    monkeypatch.setattr(vectors, "BLOCK", 2)
    root = Path(mkdtemp(dir=tmp_path))
    store = Store(root / "var")
    for paragraphs, step in steps:
        texts = {f"d{n}": "\n\n".join(paragraphs[n::2]) for n in range(2) if paragraphs[n::2]}
        if step == "interrupted":
            with suppress(MemoryError):
                rebuild(store, texts, Failing(2, MemoryError()))
            continue
        if step == "rolled back" and store.names():
            store.activate(store.list()[-1].id)
        rebuild(store, texts)
        if step == "pruned":
            store.prune(1)
        for name in store.names():
            store.verify(name)
    texts = {f"d{n}": "\n\n".join(paragraphs[n::2]) for n in range(2) if paragraphs[n::2]}
    rebuild(store, texts)
    assert_as_from_scratch(store, texts, root)
    found, expected = (
        [Searcher(each.open(), FakeEncoder(), Ranking()).search(f"Where are {word}s?", 5)[1] for word in WORDS]
        for each in (store, Store(root / "scratch"))
    )
    assert [[described(hit) for hit in hits] for hits in found] == [
        [described(hit) for hit in hits] for hits in expected
    ]


def described(hit: Hit) -> tuple[object, ...]:
    assert hit.match is not None
    assert hit.sentences is not None
    return hit.rank, hit.passage, hit.score, dict(hit.signals), hit.sentences.tolist(), hit.match.tolist()
