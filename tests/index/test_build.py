"""What a build encodes and what it takes over from the active snapshot."""

from pathlib import Path

import pytest

from corpus.passages import Chunking
from corpus.sources import make_document
from index.build import build
from index.edits import Edit
from index.files import digest
from index.snapshots.manifest import Manifest
from index.snapshots.store import Store
from tests.encoders import OtherEncoder
from tests.fakes import FakeEncoder
from tests.index.builds import ANIMALS, CITIES, EACH, LINES, MANY, TEXTS, assert_as_from_scratch, documents_of, numbers

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


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
    report = build(store, documents_of(more), encoder, EACH, edit=Edit("add"))
    assert numbers(report) == (1, 1, 1, 0, 2, 4)
    assert_as_from_scratch(store, {**more, "animals": ANIMALS}, tmp_path)
    assert numbers(build(store, [], encoder, EACH, edit=Edit("add"))) == (0, 0, 3, 0, 0, 6)


def test_add_to_nothing_is_a_build(store: Store, encoder: FakeEncoder) -> None:
    assert numbers(build(store, documents_of(TEXTS), encoder, EACH, edit=Edit("add"))) == (2, 0, 0, 0, 5, 0)


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


@pytest.mark.parametrize(("chunking", "other"), [(Chunking(min_tokens=2), FakeEncoder()), (EACH, OtherEncoder())])
def test_another_model_or_chunking_reuses_nothing(store: Store, chunking: Chunking, other: FakeEncoder) -> None:
    build(store, documents_of(TEXTS), FakeEncoder(), EACH)
    report = build(store, documents_of(TEXTS), other, chunking)
    assert numbers(report) == (0, 0, 2, 0, other.encoded, 0)
    assert report.encoded == report.passages
    assert build(store, documents_of({}), other, chunking, edit=Edit("add")).documents == 2


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


def test_many_passages_are_searched_by_lists_that_the_next_build_takes_over(
    store: Store, encoder: FakeEncoder, tmp_path: Path
) -> None:
    build(store, documents_of(MANY), encoder, EACH, exact_limit=100)
    before = store.open().dense_index.tuning
    assert (before.kind, before.lists, before.recall >= 0.99) == ("ivf-sq8", 44, True)
    assert store.open().manifest.dense == before
    assert store.list()[0].recall == before.recall
    changed = {"few": "Other words.", "many": MANY["many"]}  # before the others, so that all rows are moved
    assert numbers(build(store, documents_of(changed), encoder, EACH, exact_limit=100)) == (0, 1, 1, 0, 1, 120)
    after = store.open().dense_index.tuning
    assert (after.lists, after.probes) == (before.lists, before.probes)  # were codes in wrong lists, it would take more
    scratch = Store(tmp_path / "scratch")
    build(scratch, documents_of(changed), encoder, EACH, exact_limit=0)
    for question in ("Other words.", LINES[7], LINES[70]):
        vector = encoder.encode_queries([question])[0].vector
        taken_over, fresh = store.open(), scratch.open()
        vectors = taken_over.vectors.vectors
        nearest, expected = (snapshot.dense_index.query(vector, 5) for snapshot in (taken_over, fresh))
        assert (vectors[nearest] @ vector).tolist() == pytest.approx((vectors[expected] @ vector).tolist())
        assert taken_over.lexical.query(question).tolist() == fresh.lexical.query(question).tolist()
