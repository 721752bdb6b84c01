"""What failed and killed builds leave: no more than the next one can use, and never in its way."""

import errno
import shutil
from collections.abc import Iterator

import pytest

from corpus.documents import Document
from corpus.errors import ConflictError, CorpusError
from corpus.sources import make_document
from index.build import build
from index.snapshots.store import Store
from index.storage.vector_writer import WriterLimits
from tests.encoders import FailingEncoder
from tests.fakes import FakeEncoder
from tests.index.builds import EACH, TEXTS, documents_of

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")
PAIRS = WriterLimits(block=2)  # a checkpoint after every two passages
TEN = {"ten": "# Ten\n" + "\n\n".join(f"Sentence number {n}." for n in range(10))}


def leftovers(store: Store) -> list[str]:
    return sorted(path.name for path in (store.root / "snapshots").glob(".*"))


def test_builds_that_fail_again_and_again_leave_one_folder_at_most(store: Store, encoder: FakeEncoder) -> None:
    for number in range(3):
        texts = {"ten": TEN["ten"].replace("# Ten", f"# Ten {number}")}
        with pytest.raises(MemoryError):
            build(store, documents_of(texts), FailingEncoder(4, MemoryError()), EACH, limits=PAIRS)
        with pytest.raises(CorpusError):
            build(store, [make_document("a", "---")], encoder, EACH)
        assert len(leftovers(store)) == 1
    build(store, documents_of(TEN), encoder, EACH)
    assert leftovers(store) == []


def test_old_leftovers_go_before_the_build_that_needs_their_room(store: Store) -> None:
    with pytest.raises(MemoryError):
        build(store, documents_of(TEN), FailingEncoder(6, MemoryError()), EACH, limits=PAIRS)
    [useful] = leftovers(store)
    for number in range(3):  # as earlier versions, kills and deletions that were interrupted leave them
        shutil.copytree(store.root / "snapshots" / useful, store.root / "snapshots" / f".building-{number}")
        (store.root / "snapshots" / f".building-{number}" / "partial.json").unlink(missing_ok=True)
        (store.root / f".CURRENT-{number}").write_text("never finished")
    seen: list[list[str]] = []
    documents = iter(documents_of(TEN))

    def watched() -> Iterator[Document]:
        seen.append(leftovers(store))
        yield from documents

    report = build(store, watched(), FakeEncoder(), EACH, activate=False)
    assert report.reused == 6
    assert [useful in names for names in seen] == [True]
    assert len(seen[0]) == 2  # that one, and the folder of the build
    assert leftovers(store) == []
    assert list(store.root.glob(".*")) == []


def test_nothing_of_a_build_that_runs_is_cleared(store: Store, encoder: FakeEncoder) -> None:
    with store.lock():
        running = store.stage()
        with pytest.raises(ConflictError):
            build(store, documents_of(TEXTS), encoder)
        assert running.is_dir()
    build(store, documents_of(TEXTS), encoder)
    assert not running.exists()


def test_a_disk_that_stays_full_is_given_back_all_that_was_left(
    store: Store, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    for left in (1, 0, 1):  # the first keeps what it encoded; together with that, the second has no room
        with pytest.raises(OSError, match="No space"):
            build(store, documents_of(TEN), FailingEncoder(2 if left else 0, full), EACH, limits=PAIRS)
        assert len(leftovers(store)) == left
    assert build(store, documents_of(TEN), encoder, EACH).documents == 1
