"""Rebuilds that are interrupted, and any sequence of rebuilds: the end is what a build from nothing gives."""

from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.retrieval.fusion import Ranking
from index.search import Hit, Searcher
from index.snapshots.store import Store
from index.storage.token_vectors import TokenLimits
from index.storage.vector_writer import WriterLimits
from tests.encoders import FailingEncoder
from tests.fakes import FakeEncoder
from tests.index.builds import assert_as_from_scratch
from tests.index.rebuilds import CODES, TEN, WORDS, flip, parts, rebuild, ten_with

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
SINGLY = WriterLimits(block=1)  # a checkpoint after every passage
SMALL = WriterLimits(block=2, tokens=TokenLimits(full_part=20, most_parts=3))

MANY = ten_with("Moon", "Sun")


def interrupt(store: Store) -> Path:
    """Replace two of ten passages, and give up when the first one is on the disk; returns the folder left behind."""
    rebuild(store, TEN)
    with pytest.raises(MemoryError):
        rebuild(store, MANY, FailingEncoder(1, MemoryError()), SINGLY)
    left = store.abandoned()[0]
    assert sorted(path.name for path in left.glob("token_codes.*")) == [CODES, "token_codes.1.bin"]
    return left


def test_an_interrupted_rebuild_goes_on_where_it_was(store: Store, tmp_path: Path) -> None:
    left = interrupt(store)
    shared, written = (left / CODES).stat(), (left / "token_codes.1.bin").read_bytes()
    with (left / "token_codes.1.bin").open("ab") as file:
        file.write(b"beyond the checkpoint")
    report = rebuild(store, MANY, limits=SINGLY)
    assert (report.encoded, report.reused) == (1, 9)
    assert_as_from_scratch(store, MANY, tmp_path)
    assert parts(store) == (70, 10)
    kept = store.folder(report.snapshot)
    assert (kept / CODES).stat().st_mtime_ns == shared.st_mtime_ns
    assert (kept / "token_codes.1.bin").read_bytes()[: len(written)] == written


def test_what_an_interrupted_rebuild_shared_is_not_taken_from_it(store: Store, tmp_path: Path) -> None:
    """Nobody has compared its checksum since, so damage there would be given a right one."""
    flip(interrupt(store) / CODES)
    report = rebuild(store, MANY, limits=SINGLY)
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
def test_any_rebuilds_end_as_a_build_from_nothing(tmp_path: Path, steps: list[tuple[list[str], str]]) -> None:
    root = Path(mkdtemp(dir=tmp_path))
    store = Store(root / "var")
    for paragraphs, step in steps:
        texts = {f"d{n}": "\n\n".join(paragraphs[n::2]) for n in range(2) if paragraphs[n::2]}
        if step == "interrupted":
            with suppress(MemoryError):
                rebuild(store, texts, FailingEncoder(2, MemoryError()), SMALL)
            continue
        if step == "rolled back" and store.names():
            store.activate(store.list()[-1].id)
        rebuild(store, texts, limits=SMALL)
        if step == "pruned":
            store.prune(1)
        for name in store.names():
            store.verify(name)
    texts = {f"d{n}": "\n\n".join(paragraphs[n::2]) for n in range(2) if paragraphs[n::2]}
    rebuild(store, texts, limits=SMALL)
    assert_as_from_scratch(store, texts, root)
    searchers = [Searcher(built.open(), FakeEncoder(), Ranking()) for built in (store, Store(root / "scratch"))]
    for word in WORDS:
        hits, expected = (searcher.search(f"Where are {word}s?", 5)[1] for searcher in searchers)
        assert [described(hit) for hit in hits] == [described(hit) for hit in expected]


def described(hit: Hit) -> tuple[object, ...]:
    assert hit.match is not None
    assert hit.sentences is not None
    return hit.rank, hit.passage, hit.score, dict(hit.signals), hit.sentences.tolist(), hit.match.tolist()
