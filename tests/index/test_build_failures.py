"""A build that fails changes nothing, and the next one uses what it encoded."""

import errno
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from corpus.documents import Document
from corpus.errors import CentreQAError, ConflictError, CorpusError, GateError
from corpus.passages import Chunking
from corpus.sources import make_document
from index.build import build
from index.edits import Edit
from index.snapshots.store import Store
from index.storage.vector_writer import VectorColumns, WriterLimits
from tests.encoders import FailingEncoder, OtherEncoder
from tests.fakes import FakeEncoder
from tests.index.builds import EACH, MANY, TEXTS, assert_as_from_scratch, documents_of, numbers

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
PAIRS = WriterLimits(block=2)  # a checkpoint after every two passages


def test_add_to_a_damaged_snapshot_is_refused_since_its_documents_would_be_lost(
    store: Store, encoder: FakeEncoder
) -> None:
    first = build(store, documents_of(TEXTS), encoder)
    (store.folder(first.snapshot) / "vectors.bin").write_bytes(b"damaged")
    with pytest.raises(CentreQAError, match=r"vectors\.bin: is damaged"):
        build(store, documents_of({"new": "Words."}), encoder, edit=Edit("add"))
    assert store.current() == first.snapshot


@pytest.mark.parametrize("damage", ["vectors.bin", "manifest.json", "CURRENT", "nonsense", None])
def test_a_build_is_the_way_out_of_damage(store: Store, encoder: FakeEncoder, damage: str | None) -> None:
    first = build(store, documents_of(TEXTS), encoder)
    if damage == "CURRENT":
        (store.root / damage).write_text("20000101T000000-aaaaaa\n")
    elif damage == "nonsense":
        (store.root / "CURRENT").write_bytes(b"\xff\x00")
    elif damage:
        (store.folder(first.snapshot) / damage).write_bytes(b"damaged")
    report = build(store, documents_of(TEXTS), encoder)
    assert report.reused == (0 if damage else report.passages)
    assert store.open().id == report.snapshot


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([], "the source holds no text to search"),
        ([make_document("a", "---")], "the source holds no text to search"),
        ([make_document("a", "One."), make_document("a", "Two.")], "a: two documents have this id"),
    ],
)
def test_documents_that_are_refused(
    store: Store, encoder: FakeEncoder, documents: list[Document], message: str
) -> None:
    first = build(store, documents_of(TEXTS), encoder)
    with pytest.raises(CorpusError, match=message):
        build(store, documents, encoder)
    assert store.names() == [store.current()] == [first.snapshot]
    assert build(store, documents_of(TEXTS), encoder).reused == first.passages
    assert store.abandoned() == []


def test_while_another_build_runs_there_is_no_second(store: Store, encoder: FakeEncoder) -> None:
    with store.lock(), pytest.raises(ConflictError, match=r"another build is running in .*; wait for it to end"):
        build(store, documents_of(TEXTS), encoder)
    assert build(store, documents_of(TEXTS), encoder).documents == 2


def test_recall_that_is_not_reached_publishes_nothing(store: Store, encoder: FakeEncoder) -> None:
    first = build(store, documents_of(TEXTS), encoder, EACH)
    with pytest.raises(GateError, match="dense index: finds"):
        build(store, documents_of(MANY), encoder, EACH, exact_limit=0, recall=1.1)
    assert store.names() == [store.current()] == [first.snapshot]
    assert build(store, documents_of(MANY), encoder, EACH).reused == 121


TEN = {"ten": "# Ten\n" + "\n\n".join(f"Sentence number {n}." for n in range(10))}


@pytest.mark.parametrize("error", [ValueError("bad"), MemoryError(), KeyboardInterrupt(), OSError("gone")])
def test_a_failing_encoder_changes_nothing_and_what_it_encoded_is_used(
    store: Store, encoder: FakeEncoder, tmp_path: Path, error: BaseException
) -> None:
    first = build(store, documents_of(TEXTS), encoder, EACH)
    for good in (4, 3, 0):  # the third of the second time is lost: its block was not full
        with pytest.raises(type(error)):
            build(store, documents_of(TEN), FailingEncoder(good, error), EACH, limits=PAIRS)
        assert store.open().id == first.snapshot
        assert store.names() == [first.snapshot]
    encoder.encoded = 0
    report = build(store, documents_of(TEN), encoder, EACH, limits=PAIRS)
    assert numbers(report) == (1, 0, 0, 2, 4, 6)
    assert encoder.encoded == 4
    assert store.abandoned() == []
    assert_as_from_scratch(store, TEN, tmp_path)


@pytest.mark.parametrize(
    ("encoder", "chunking", "token_limit", "reused"),
    [
        (FakeEncoder(), EACH, 10, 6),
        (OtherEncoder(), EACH, 10, 0),
        (FakeEncoder(), Chunking(min_tokens=1, overlap=1), 10, 0),
        (FakeEncoder(), EACH, 9, 0),
    ],
    ids=["the same", "another model", "another chunking", "without tokens"],
)
def test_only_a_build_of_the_same_identity_uses_what_was_left_behind(
    store: Store, encoder: FakeEncoder, chunking: Chunking, token_limit: int, reused: int
) -> None:
    with pytest.raises(MemoryError):
        build(store, documents_of(TEN), FailingEncoder(6, MemoryError()), EACH, limits=PAIRS)
    assert build(store, documents_of(TEN), encoder, chunking, token_limit=token_limit).reused == reused


def test_documents_that_end_in_an_error_change_nothing(store: Store, encoder: FakeEncoder) -> None:
    first = build(store, documents_of(TEXTS), encoder)

    def failing() -> Iterator[Document]:
        yield make_document("new", "Words.")
        raise CorpusError("line 2: not JSON")

    with pytest.raises(CorpusError, match="line 2: not JSON"):
        build(store, failing(), encoder)
    assert store.open().id == first.snapshot
    assert build(store, documents_of(TEXTS), encoder).reused == first.passages
    assert store.abandoned() == []


def full_after(calls: int, call: Callable[..., object]) -> Callable[..., object]:
    """The same function on a disk that is full after so many calls."""

    def limited(*args: object, **options: object) -> object:
        nonlocal calls
        calls -= 1
        if calls < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return call(*args, **options)

    return limited


@pytest.mark.parametrize(
    ("owner", "name", "step"),
    [(os, "fsync", 4), (Path, "write_text", 1), (VectorColumns, "put_sentences", 2), (Path, "rename", 1)],
)
def test_a_full_disk_changes_nothing_and_what_was_encoded_is_used(
    store: Store, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, step: int
) -> None:
    before = build(store, documents_of(TEXTS), encoder, EACH, limits=PAIRS).snapshot
    for calls in count(step=step):
        texts = documents_of({"ten": TEN["ten"].replace("# Ten", f"# Ten {calls}")})  # nothing to reuse of the last
        encoder.encoded = 0
        with monkeypatch.context() as full:
            full.setattr(owner, name, full_after(calls, getattr(owner, name)))
            try:
                build(store, texts, encoder, EACH, limits=PAIRS)
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017
            else:
                break
        published = store.list()[0].id != before
        assert store.open().id == before or published
        before = build(store, texts, encoder, EACH, limits=PAIRS).snapshot
        assert encoder.encoded <= 12 or published  # at most the block that was open is lost
        assert store.open().id == before
        assert store.abandoned() == []
    assert calls >= 1
