"""What a build encodes again and what it takes over, and that a failing one changes nothing."""

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from corpus.documents import Document
from corpus.errors import CentreQAError, ConflictError, CorpusError, GateError
from corpus.passages import Chunking
from corpus.sources import make_document
from index.build import BuildReport, build
from index.encoding.encoder import EncodedPassage, EncoderInput
from index.files import digest
from index.snapshots.manifest import Manifest
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import Store
from index.storage import vectors
from index.storage.quantised import Quantised
from index.storage.vectors import VectorWriter
from tests.fakes import FakeEncoder

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")
EACH = Chunking(min_tokens=1)
ANIMALS = "# Animals\nThe cat sat.\n\nA dog barked. It ran.\n\nBirds sing."
CITIES = "# Cities\nTurin lies on the Po.\n\nThe Hague is Dutch."
TEXTS = {"animals": ANIMALS, "cities": CITIES}


def documents_of(texts: dict[str, str]) -> list[Document]:
    return [make_document(name, text) for name, text in texts.items()]


def numbers(report: BuildReport) -> tuple[int, ...]:
    """Documents added, changed, unchanged, removed; passages encoded, reused."""
    return report.added, report.changed, report.unchanged, report.removed, report.encoded, report.reused


def contents(snapshot: Snapshot) -> dict[str, tuple[object, ...]]:
    """All that a snapshot says of each passage, by its id; where the token rows lie is left out."""
    found = {}
    table, stored = snapshot.table, snapshot.vectors
    for row in range(len(snapshot)):
        places = table.sentence_rows(row)
        sentences = table.sentences[places]
        tokens = stored.tokens_of(np.array([row]))[0]
        exact = (stored.vectors[row], *vars_of(stored.sentence_vectors[places]), *vars_of(tokens), sentences["tokens"])
        found[table.passage(row).id] = (table.passage(row), *(np.asarray(values).tobytes() for values in exact))
    return found


def vars_of(quantised: Quantised) -> tuple[object, object]:
    return quantised.codes, quantised.scales


def column_bytes(store: Store) -> dict[str, bytes]:
    """The columns that do not depend on the order in which passages were encoded."""
    folder = store.folder(str(store.current()))
    names = ("vectors.bin", "sentence_codes.bin", "sentence_scales.bin", "text.bin", "documents.jsonl", "dense.faiss")
    passages = store.open().table.passages.copy()
    passages["first_token"] = 0
    return {name: (folder / name).read_bytes() for name in names} | {"passages.bin": passages.tobytes()}


def assert_as_from_scratch(store: Store, texts: dict[str, str], root: Path, **options: int) -> None:
    scratch = Store(root / "scratch")
    build(scratch, documents_of(texts), FakeEncoder(), EACH, **options)  # type: ignore[arg-type]
    assert column_bytes(store) == column_bytes(scratch)
    assert contents(store.open()) == contents(scratch.open())


NEXT = [
    ("the same", TEXTS, (0, 0, 2, 0, 0, 5)),
    ("in another order", {"cities": CITIES, "animals": ANIMALS}, (0, 0, 2, 0, 0, 5)),
    ("one passage changed", {**TEXTS, "animals": ANIMALS.replace("cat", "cow")}, (0, 1, 1, 0, 1, 4)),
    ("one put before", {**TEXTS, "animals": ANIMALS.replace("s\n", "s\nÄh.\n\n", 1)}, (0, 1, 1, 0, 1, 5)),
    ("one taken away", {**TEXTS, "animals": ANIMALS.replace("\n\nBirds sing.", "")}, (0, 1, 1, 0, 0, 4)),
    ("moved", {"zoo/animals": ANIMALS, "cities": CITIES}, (1, 0, 1, 1, 0, 5)),
    ("another title", {**TEXTS, "cities": CITIES.replace("# Cities", "# Towns")}, (0, 1, 1, 0, 2, 3)),
    ("added", {**TEXTS, "more": "# More\nNew words."}, (1, 0, 2, 0, 1, 5)),
    ("removed", {"cities": CITIES}, (0, 0, 1, 1, 0, 2)),
    ("copied", {**TEXTS, "copy": CITIES}, (1, 0, 2, 0, 0, 7)),
    ("all new", {"new": "# New\nOther words."}, (1, 0, 0, 2, 1, 0)),
]


@pytest.mark.parametrize(("texts", "expected"), [case[1:] for case in NEXT], ids=[case[0] for case in NEXT])
def test_only_what_is_new_is_encoded(
    store: Store, encoder: FakeEncoder, tmp_path: Path, texts: dict[str, str], expected: tuple[int, ...]
) -> None:
    first = build(store, documents_of(TEXTS), encoder, EACH)
    assert (first.documents, first.passages, *numbers(first)) == (2, 5, 2, 0, 0, 0, 5, 0)
    encoder.encoded = 0
    second = build(store, documents_of(texts), encoder, EACH)
    assert numbers(second) == expected
    assert encoder.encoded == second.encoded
    assert second.documents == len(texts)
    assert second.passages == second.encoded + second.reused
    assert store.current() == second.snapshot != first.snapshot
    assert_as_from_scratch(store, texts, tmp_path)


def test_add_keeps_the_others_and_replaces_what_has_the_same_id(
    store: Store, encoder: FakeEncoder, tmp_path: Path
) -> None:
    build(store, documents_of(TEXTS), encoder, EACH)
    more = {"cities": CITIES.replace("Po", "Dora"), "new": "# New\nWords."}
    report = build(store, documents_of(more), encoder, EACH, add=True)
    assert numbers(report) == (1, 1, 1, 0, 2, 4)
    assert_as_from_scratch(store, {**more, "animals": ANIMALS}, tmp_path)
    assert numbers(build(store, [], encoder, EACH, add=True)) == (0, 0, 3, 0, 0, 6)


def test_add_to_nothing_is_a_build(store: Store, encoder: FakeEncoder) -> None:
    assert numbers(build(store, documents_of(TEXTS), encoder, EACH, add=True)) == (2, 0, 0, 0, 5, 0)


def test_add_to_a_damaged_snapshot_is_refused_since_its_documents_would_be_lost(
    store: Store, encoder: FakeEncoder
) -> None:
    first = build(store, documents_of(TEXTS), encoder)
    (store.folder(first.snapshot) / "vectors.bin").write_bytes(b"damaged")
    with pytest.raises(CentreQAError, match=r"vectors\.bin: is damaged"):
        build(store, documents_of({"new": "Words."}), encoder, add=True)
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


def test_another_title_alone_is_a_change(store: Store, encoder: FakeEncoder) -> None:
    for title in ("Old", "New"):
        report = build(store, [make_document("d", "Words.", title)], encoder)
    assert numbers(report) == (0, 1, 0, 0, 1, 0)


def test_not_activated_is_published_only(store: Store, encoder: FakeEncoder) -> None:
    report = build(store, documents_of(TEXTS), encoder, activate=False)
    assert store.current() is None
    assert store.names() == [report.snapshot]
    assert store.open(report.snapshot).document("cities").text == CITIES


def test_what_a_build_wrote_is_read_once_for_its_checksum_and_again_when_activated_later(
    store: Store, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(path: Path) -> str:
        read.append(path.name)
        return digest(path)

    monkeypatch.setattr("index.files.digest", counted)
    snapshot = build(store, documents_of(TEXTS), encoder).snapshot
    assert store.current() == snapshot
    files = [name.rpartition("/")[2] for name in Manifest.read(store.folder(snapshot)).files]
    assert sorted(read) == sorted(files)
    once = len(read)
    store.activate(snapshot)
    assert len(read) == 2 * once
    read.clear()
    build(store, documents_of(TEXTS), encoder)
    shared = ["token_codes.0.bin", "token_scales.0.bin"]  # read when the first is opened, and not again
    assert sorted([*read, *shared]) == sorted(2 * files)


class Other(FakeEncoder):
    variant = "other"


@pytest.mark.parametrize(("chunking", "other"), [(Chunking(min_tokens=2), FakeEncoder()), (EACH, Other())])
def test_another_model_or_chunking_reuses_nothing(store: Store, chunking: Chunking, other: FakeEncoder) -> None:
    build(store, documents_of(TEXTS), FakeEncoder(), EACH)
    report = build(store, documents_of(TEXTS), other, chunking)
    assert numbers(report) == (0, 0, 2, 0, other.encoded, 0)
    assert report.encoded == report.passages
    assert build(store, documents_of({}), other, chunking, add=True).documents == 2


@pytest.mark.parametrize(
    ("before", "after", "reused"), [(5, 5, 5), (5, 4, 5), (4, 5, 0), (4, 4, 5)], ids=["++", "+-", "-+", "--"]
)
def test_token_vectors_are_kept_up_to_the_limit(
    store: Store, encoder: FakeEncoder, tmp_path: Path, before: int, after: int, reused: int
) -> None:
    build(store, documents_of(TEXTS), encoder, EACH, token_limit=before)
    assert (store.open().manifest.counts.tokens > 0) == (before == 5)
    report = build(store, documents_of(TEXTS), encoder, EACH, token_limit=after)
    assert report.reused == reused
    assert (store.open().manifest.counts.tokens > 0) == (after == 5)
    assert_as_from_scratch(store, TEXTS, tmp_path, token_limit=after)


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


def test_progress_goes_through_the_phases(store: Store, encoder: FakeEncoder) -> None:
    seen: list[tuple[str, int, int]] = []
    build(store, documents_of(TEXTS), encoder, EACH, progress=lambda *progress: seen.append(progress))
    assert seen == [
        ("read", 1, 0),
        ("read", 2, 0),
        ("encode", 5, 5),
        ("encode", 5, 5),
        ("index", 0, 5),
        ("publish", 0, 1),
        ("publish", 1, 1),
    ]


LINES = [f"The {word} number {n} is {n * n}." for n in range(60) for word in ("first", "second")]
MANY = {"many": "\n\n".join(LINES), "few": "Few words."}


def test_many_passages_are_searched_by_lists_that_the_next_build_takes_over(
    store: Store, encoder: FakeEncoder, tmp_path: Path
) -> None:
    build(store, documents_of(MANY), encoder, EACH, exact_limit=100)
    before = store.open().dense.tuning
    assert (before.kind, before.lists, before.recall >= 0.99) == ("ivf-sq8", 44, True)
    assert store.open().manifest.dense == before
    assert store.list()[0].recall == before.recall
    changed = {"few": "Other words.", "many": MANY["many"]}  # before the others, so that all rows are moved
    assert numbers(build(store, documents_of(changed), encoder, EACH, exact_limit=100)) == (0, 1, 1, 0, 1, 120)
    after = store.open().dense.tuning
    assert (after.lists, after.probes) == (before.lists, before.probes)  # were codes in wrong lists, it would take more
    scratch = Store(tmp_path / "scratch")
    build(scratch, documents_of(changed), encoder, EACH, exact_limit=0)
    for question in ("Other words.", LINES[7], LINES[70]):
        vector = encoder.encode_queries([question])[0].vector
        found, fresh = (each.open().dense.query(vector, 5) for each in (store, scratch))
        stored = store.open().vectors.vectors
        assert (stored[found] @ vector).tolist() == pytest.approx((stored[fresh] @ vector).tolist())
        terms, fresh_terms = (each.open().lexical.query(question) for each in (store, scratch))
        assert terms.tolist() == fresh_terms.tolist()


def test_recall_that_is_not_reached_publishes_nothing(store: Store, encoder: FakeEncoder) -> None:
    first = build(store, documents_of(TEXTS), encoder, EACH)
    with pytest.raises(GateError, match="dense index: finds"):
        build(store, documents_of(MANY), encoder, EACH, exact_limit=0, recall=1.1)
    assert store.names() == [store.current()] == [first.snapshot]
    assert build(store, documents_of(MANY), encoder, EACH).reused == 121


TEN = {"ten": "# Ten\n" + "\n\n".join(f"Sentence number {n}." for n in range(10))}


class Failing(FakeEncoder):
    """Encodes `good` passages, then raises."""

    def __init__(self, good: int, error: BaseException) -> None:
        super().__init__()
        self.good = good
        self.error = error

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        if self.encoded + len(passages) > self.good:
            raise self.error
        return super().encode_passages(passages)


@pytest.mark.parametrize("error", [ValueError("bad"), MemoryError(), KeyboardInterrupt(), OSError("gone")])
def test_a_failing_encoder_changes_nothing_and_what_it_encoded_is_used(
    store: Store, encoder: FakeEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(vectors, "BLOCK", 2)
    first = build(store, documents_of(TEXTS), encoder, EACH)
    for good in (4, 3, 0):  # the third of the second time is lost: its block was not full
        with pytest.raises(type(error)):
            build(store, documents_of(TEN), Failing(good, error), EACH)
        assert store.open().id == first.snapshot
        assert store.names() == [first.snapshot]
    encoder.encoded = 0
    report = build(store, documents_of(TEN), encoder, EACH)
    assert numbers(report) == (1, 0, 0, 2, 4, 6)
    assert encoder.encoded == 4
    assert store.abandoned() == []
    assert_as_from_scratch(store, TEN, tmp_path)


def test_what_another_encoder_left_behind_is_not_used(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "BLOCK", 2)
    with pytest.raises(MemoryError):
        build(store, documents_of(TEN), Failing(6, MemoryError()), EACH)
    assert build(store, documents_of(TEN), Other(), EACH).reused == 0


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
    [(os, "fsync", 4), (Path, "write_text", 1), (VectorWriter, "_put_sentences", 2), (Path, "rename", 1)],
)
def test_a_full_disk_changes_nothing_and_what_was_encoded_is_used(
    store: Store, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, step: int
) -> None:
    monkeypatch.setattr(vectors, "BLOCK", 2)
    before = build(store, documents_of(TEXTS), encoder, EACH).snapshot
    for calls in count(step=step):
        texts = documents_of({"ten": TEN["ten"].replace("# Ten", f"# Ten {calls}")})  # nothing to reuse of the last
        encoder.encoded = 0
        with monkeypatch.context() as full:
            full.setattr(owner, name, full_after(calls, getattr(owner, name)))
            try:
                build(store, texts, encoder, EACH)
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017
            else:
                break
        published = store.list()[0].id != before
        assert store.open().id == before or published
        before = build(store, texts, encoder, EACH).snapshot
        assert encoder.encoded <= 12 or published  # at most the block that was open is lost
        assert store.open().id == before
        assert store.abandoned() == []
    assert calls >= 1
