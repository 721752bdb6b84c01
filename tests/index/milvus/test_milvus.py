"""Snapshots on a Milvus server, through the real client; milvus-lite, in this process, stands in for the server."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from corpus.errors import ModelMismatch, NotFoundError, SnapshotError, UnavailableError
from corpus.passages import Chunking
from corpus.sources import make_document
from index.build import build
from index.milvus import reading as milvus_reading
from index.milvus import rows as milvus_rows
from index.milvus import search as milvus_search
from index.milvus.connection import Connection
from index.milvus.rows import KINDS, Header, term_key
from index.milvus.store import MilvusStore
from index.retrieval.fusion import DENSE_ONLY, LEXICAL_ONLY, Ranking
from index.search import Hit, Searcher
from index.snapshots.store import Store
from index.storage.quantised import quantise
from index.stores import open_store
from tests.fakes import FakeEncoder

EACH = Chunking(min_tokens=1)
TEXTS = {
    "animals": "# Zoo\nThe cat sat on the mat. It purred loudly.\n\nA dog barked.\n## Air\nBirds sing in the morning.",
    "cities/é": "Turin lies on the river Po.\n\nThe Hague is in the Netherlands. The Centre is there.",
    "rules": "---\n\n---",
    "smile": "🙂 😀.",
    "tools": "A hammer drives nails.\n\nA saw cuts wood. The cat watched. It purred.",
}
QUESTION = "Where is the Centre in The Hague?"
QUESTIONS = [QUESTION, "the cat and the other cat purred", "zzz unknown", "?", " ", "É\u2028🙂"]
Publish = Callable[..., str]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server."""
    pytest.importorskip("pymilvus", reason="pymilvus is not installed: pip install -e '.[milvus]'")
    lite = pytest.importorskip("milvus_lite.server_manager", reason="milvus-lite is not installed: it is in '.[dev]'")
    path = tmp_path_factory.mktemp("milvus") / "lite.db"
    # The client sleeps half a second whenever it waits for a server to index or load, which this one does at once.
    brief = SimpleNamespace(**vars(time) | {"sleep": lambda seconds: time.sleep(min(seconds, 0.01))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pymilvus.client.grpc_handler.time", brief)
        yield str(path)
    lite.server_manager_instance.release_server(str(path))


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two local snapshots, of one text without token vectors and of all with them, in two parts; that one is active."""
    store = Store(tmp_path_factory.mktemp("local"))
    documents = [make_document(name, text) for name, text in TEXTS.items()]
    first = build(store, documents[:1], FakeEncoder(), EACH, token_limit=0).snapshot
    store.annotate(first, {"hit@3": 0.9})
    (store.root / "confidence.json").write_text('{"é": 1}\n', "utf-8")
    shared = build(store, documents[:-1], FakeEncoder(), EACH).snapshot
    last = build(store, documents, FakeEncoder(), EACH).snapshot
    assert len(store.open(last).manifest.parts) == 2
    shutil.rmtree(store.folder(shared))
    return store


@pytest.fixture(scope="module")
def published(server: str, local: Store) -> MilvusStore:
    """Both of them on the server; the second is active. Tests that change anything put it back."""
    store = MilvusStore(server)
    for snapshot in local.names():
        store.publish(local, snapshot)
    store.activate(str(local.current()))
    return store


@pytest.fixture
def both(published: MilvusStore, local: Store) -> tuple[Searcher, Searcher]:
    """The same snapshot there and here."""
    encoder = FakeEncoder()
    return Searcher(published.open(), encoder, Ranking()), Searcher(local.open(), encoder, Ranking())


def by_age(store: Store) -> list[str]:
    """Every snapshot, oldest first: the ids of one second are in any order."""
    return [info.id for info in reversed(store.list())]


def ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


ALIKE = [None, DENSE_ONLY, LEXICAL_ONLY, Ranking(dense=0, lexical=0), Ranking(depth=2)]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("documents", [None, ["animals"], ["tools", "cities/é", "tools"], [], ["rules"]], ids=str)
def test_hits_are_those_of_the_local_searcher(
    both: tuple[Searcher, Searcher], question: str, documents: list[str] | None
) -> None:
    there, here = both
    for ranking in ALIKE:
        for top_k in (1, 3, 50):
            query, hits = there.search(question, top_k, documents, ranking)
            _, expected = here.search(question, top_k, documents, ranking)
            assert query.text == question
            assert [(hit.rank, hit.passage) for hit in hits] == [(hit.rank, hit.passage) for hit in expected]
            for hit, other in zip(hits, expected, strict=True):
                assert (hit.match is None) == (other.match is None)
                if hit.match is not None and other.match is not None:
                    np.testing.assert_allclose(hit.match, other.match, atol=1e-5)
                assert hit.score == pytest.approx(other.score, abs=1e-5)
                assert hit.signals == pytest.approx(other.signals, abs=1e-5)
                assert (hit.sentences is None) == (other.sentences is None)
                if hit.sentences is not None and other.sentences is not None:
                    np.testing.assert_allclose(hit.sentences, other.sentences, atol=1e-5)


def test_where_token_vectors_are_not_kept_there_is_no_match(published: MilvusStore, local: Store) -> None:
    old, encoder = by_age(local)[0], FakeEncoder()
    _, hits = Searcher(published.open(old), encoder, Ranking()).search("the cat", 3)
    _, expected = Searcher(local.open(old), encoder, Ranking()).search("the cat", 3)
    assert ids(hits) == ids(expected)
    assert [(hit.match, "late" in hit.signals) for hit in hits] == [(None, False)] * 3


def test_the_passage_that_answers_is_first_and_stands_where_it_says(published: MilvusStore) -> None:
    snapshot = published.open()
    _, hits = Searcher(snapshot, FakeEncoder(), Ranking()).search(QUESTION, 3)
    assert hits[0].passage.text == "The Hague is in the Netherlands. The Centre is there."
    for hit in hits:
        passage = hit.passage
        text = snapshot.document(passage.document).text
        assert text[passage.start : passage.end] == passage.text
        sentences = [text[start:end] for start, end in passage.sentences]
        assert " ".join(sentences) == passage.text
        assert len(hit.sentences) == len(sentences)


def test_a_small_pool_holds_what_either_list_puts_first(both: tuple[Searcher, Searcher]) -> None:
    for question in (QUESTION, "morning", "wood", "the cat", "loudly in the morning", "nails of The Hague"):
        for ranking in (Ranking(pool=1), Ranking(dense=1, lexical=0, pool=1)):
            hits, expected = (searcher.search(question, 1, None, ranking)[1] for searcher in both)
            assert [(hit.passage, hit.score) for hit in hits] == [
                (hit.passage, pytest.approx(hit.score, abs=1e-5)) for hit in expected
            ]
    narrow = Ranking(dense=1, lexical=0, pool=2)
    assert [len(both[0].search("cat", top_k, ranking=narrow)[1]) for top_k in (1, 2, 5)] == [1, 2, 5]


def test_documents_passages_and_idfs_are_those_of_the_local_snapshot(published: MilvusStore, local: Store) -> None:
    there, here = published.open(), local.open()
    assert (there.id, len(there), there.manifest) == (here.id, len(here), here.manifest)
    assert list(there.documents) == here.table.documents
    for name in TEXTS:
        assert there.document(name) == here.document(name)
        assert there.passages(name) == tuple(here.table.passage(int(row)) for row in here.rows([name]))
    words = ["cat", "zzz", "the", "cat"]
    for _ in range(2):  # asked, then remembered
        assert there.lexical.inverse_frequencies(words) == here.lexical.inverse_frequencies(words)
    assert there.lexical.inverse_frequencies([]) == []
    assert there.confidence == '{"é": 1}\n'


def test_rows_may_come_in_any_order(published: MilvusStore, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = published.open()
    expected, ask = snapshot.passages("animals"), snapshot.ask
    monkeypatch.setattr(snapshot, "ask", lambda *given: list(reversed(ask(*given))))
    assert snapshot.passages("animals") == expected


def test_an_unknown_document_is_an_error(both: tuple[Searcher, Searcher], published: MilvusStore) -> None:
    snapshot = published.open()
    searches: list[Callable[[], object]] = [
        lambda: both[0].search(QUESTION, 3, ["animals", "nothing"]),
        lambda: snapshot.document("nothing"),
        lambda: snapshot.passages("nothing"),
    ]
    for search in searches:
        with pytest.raises(NotFoundError, match="no document has the id 'nothing'"):
            search()


def test_texts_of_any_length_come_in_pieces(published: MilvusStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What spans several pieces, rows and searches is put together again; the pieces on the server stay as they are."""
    monkeypatch.setattr(milvus_reading, "MOST_KEYS", 1)
    monkeypatch.setattr(milvus_search, "MOST_ROWS", 2)
    snapshot = published.open()
    assert [snapshot.document(name).text for name in TEXTS] == list(TEXTS.values())
    assert len(snapshot.passages("animals")) == 3
    monkeypatch.undo()
    assert snapshot.passages("animals") == published.open().passages("animals")
    wide = Searcher(snapshot, FakeEncoder(), Ranking()).search("cat", 9)[1]
    monkeypatch.setattr(milvus_search, "MOST_ROWS", 2)
    narrow = Searcher(snapshot, FakeEncoder(), Ranking()).search("cat", 9)[1]
    assert [hit.passage for hit in narrow] == [hit.passage for hit in wide]
    for hit, other in zip(narrow, wide, strict=True):
        np.testing.assert_allclose(hit.sentences, other.sentences, atol=1e-6)


def test_sentences_are_asked_for_in_blocks_that_a_server_answers_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_search, "MOST_ROWS", 4)
    places = [{"sentences": count} for count in (3, 2, 2, 5, 1, 1)]
    blocks = [[place["sentences"] for place in block] for block in milvus_search._blocks(places)]
    assert blocks == [[3], [2, 2], [5], [1, 1]]


def test_a_cut_may_start_and_end_at_the_edge_of_a_piece() -> None:
    text = "".join(map(chr, range(0x400, 0x400 + 3 * milvus_rows.PIECE)))
    stored = {row["key"]: row["text"] for row in milvus_rows.pieces("7", text)}
    assert len(stored) == 3
    assert max(len(piece.encode()) for piece in stored.values()) <= milvus_rows.MOST_BYTES

    def call(method: str, collection: str, keys: list[str], fields: list[str]) -> list[dict[str, str]]:
        return [{"key": key, "text": stored[key]} for key in keys if key in stored]

    edges = [0, 1, *(n + d for n in (milvus_rows.PIECE, 2 * milvus_rows.PIECE) for d in (-1, 0, 1)), len(text)]
    spans = [("7", start, end) for start in edges for end in edges if start <= end]
    read = milvus_reading.Pieces(call, "texts")
    assert read.cut(spans) == [text[start:end] for _, start, end in spans]
    with pytest.raises(SnapshotError, match=r"texts: has no 7/3; .*publish again\Z"):
        read.cut([("7", 5, len(text) + 1)])


def test_vectors_come_back_from_text() -> None:
    vectors = quantise(np.random.default_rng(1).standard_normal((5, 7)).astype(np.float32))
    for count in range(6):
        some = vectors[np.arange(count)]
        text = milvus_rows.packed(some)
        assert len(text) == milvus_rows.token_characters(count, 7)
        back = milvus_rows.unpacked(text, 7)
        np.testing.assert_array_equal(back.codes, some.codes)
        np.testing.assert_array_equal(back.scales, some.scales)


def test_a_passage_of_more_than_a_field_holds_is_cut_between_code_points() -> None:
    long = ["é" * 50_000, "tail"]
    assert milvus_rows.joined(long) == "é" * 32_767
    assert milvus_rows.joined(["a", "b"]) == "a b"
    assert term_key("é" * 50_000) != term_key("é" * 49_999)
    assert -(2**63) <= term_key("cat") < 2**63


def test_the_list_is_that_of_the_local_store(published: MilvusStore, local: Store) -> None:
    assert published.list() == local.list()
    assert [info.evaluation for info in published.list()] == [None, {"hit@3": 0.9}]
    assert published.names() == local.names()


def test_activate_rolls_back_and_forward(published: MilvusStore, local: Store) -> None:
    old, new = by_age(local)
    for name in (old, new):
        published.activate(name)
        assert published.current() == published.open().id == name
        assert [info.id for info in published.list() if info.active] == [name]
    assert len(published.open(old).documents) == 1


def test_an_open_snapshot_stays_what_it_is_when_another_is_activated(published: MilvusStore, local: Store) -> None:
    old, new = by_age(local)
    searcher = Searcher(published.open(), FakeEncoder(), Ranking())
    before = ids(searcher.search(QUESTION, 5)[1])
    published.activate(old)
    assert ids(searcher.search(QUESTION, 5)[1]) == before
    published.activate(new)


def test_publishing_again_changes_nothing(
    published: MilvusStore, local: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "_create", None)
    assert published.publish(local) == local.current()


@pytest.mark.parametrize("name", ["nothing", "", "x/../y", "centreqa", "20000101T000000_abcdef"])
def test_no_other_name_is_a_snapshot(published: MilvusStore, name: str) -> None:
    for use in (lambda: published.activate(name), lambda: published.open(name or "?")):
        with pytest.raises(NotFoundError, match=r"there is no snapshot .* on .*; publish it first\Z"):
            use()


def test_another_alias_is_another_store(server: str, published: MilvusStore) -> None:
    for alias in ("other", "centre", "centreqa_2026"):
        empty = MilvusStore(server, alias=alias)
        assert (empty.names(), empty.list(), empty.current()) == ([], [], None)
        with pytest.raises(SnapshotError, match=rf"nothing is active under {alias} yet; publish a snapshot\Z"):
            empty.open()


@pytest.mark.parametrize(
    "change", [{"sha256": "1" * 64}, {"variant": "other"}, {"model": "other"}, {"dim": 8}], ids=str
)
def test_another_encoder_is_refused(published: MilvusStore, change: dict[str, Any]) -> None:
    encoder = FakeEncoder()
    for name, value in change.items():
        setattr(encoder, name, value)
    with pytest.raises(ModelMismatch, match=r"was made by fake \(fake, 000000000000\), not .*; build with that"):
        Searcher(published.open(), encoder, Ranking())


class Interrupted(BaseException):
    """As a process ends that is killed."""


def test_a_publish_that_is_killed_leaves_the_active_snapshot(
    server: str, published: MilvusStore, local: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before every collection in turn, the header last; then the next one goes through."""
    store, (old, new) = MilvusStore(server, alias="centreqa_killed"), by_age(local)
    store.publish(local, old)
    store.activate(old)
    call = Connection.call
    for victim in KINDS:

        def kill(self: Connection, method: str, *given: Any, victim: str = victim, **options: Any) -> Any:
            if method == "insert" and given[0].endswith(f"_{victim}"):
                raise Interrupted
            return call(self, method, *given, **options)

        monkeypatch.setattr(Connection, "call", kill)
        with pytest.raises(Interrupted):
            store.publish(local, new)
        monkeypatch.undo()
        assert [info.id for info in store.list()] == [old]
        assert store.open().id == old
    with pytest.raises(SnapshotError, match=rf"{new}: was not published to its end; publish it again\Z"):
        store.activate(new)
    told: list[tuple[int, int]] = []
    assert store.publish(local, new, lambda done, total: told.append((done, total))) == new
    assert told[-1] == (told[-1][1],) * 2
    assert store.current() == old
    store.activate(new)
    assert store.open().id == new
    assert published.names() == local.names()  # though its alias begins like theirs


def test_rows_that_are_lost_are_noticed(server: str, local: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store, call = MilvusStore(server, alias="lossy"), Connection.call

    def lose(self: Connection, method: str, *given: Any, **options: Any) -> Any:
        if method == "insert" and given[0].endswith("_sentences"):
            given = (given[0], given[1][:-1])
        return call(self, method, *given, **options)

    monkeypatch.setattr(Connection, "call", lose)
    with pytest.raises(SnapshotError, match=r"_sentences: holds \d+ rows, not \d+; .*publish again\Z"):
        store.publish(local, by_age(local)[0])
    assert store.list() == []
    assert store.current() is None


def test_a_prune_that_is_killed_leaves_nothing_that_looks_whole(
    server: str, local: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, (old, new), call = MilvusStore(server, alias="pruned"), by_age(local), Connection.call
    for name in (old, new):
        store.publish(local, name)
    store.activate(new)
    dropped: list[object] = []

    def kill(self: Connection, method: str, *given: Any, **options: Any) -> Any:
        if method == "drop_collection":
            if dropped:
                raise Interrupted
            dropped.append(given[0])
        return call(self, method, *given, **options)

    monkeypatch.setattr(Connection, "call", kill)
    with pytest.raises(Interrupted):
        store.prune(1)
    monkeypatch.undo()
    assert store.names() == [new]
    store.publish(local, old)
    assert store.open(old).id == old
    assert store.prune(1) == [old]


def test_rows_that_are_deleted_are_noticed(server: str, local: Store) -> None:
    store, (old, _) = MilvusStore(server, alias="damaged"), by_age(local)
    store.publish(local, old)
    store.activate(old)
    searcher = Searcher(store.open(), FakeEncoder(), Ranking())
    connection = store._connection
    connection.call("delete", store._name(old, "sentences"), ids=[0])
    with pytest.raises(SnapshotError, match="the server has 3 of 4 sentences; publish again"):
        searcher.search("cat", 3)
    for use in (lambda: store.activate(old), lambda: store.open()):
        with pytest.raises(SnapshotError, match="_sentences: holds 3 rows, not 4; activate another snapshot"):
            use()
    assert store.prune(0) == []
    connection.call("drop_alias", "damaged")
    assert store.prune(0) == [old]
    assert store.list() == []
    assert not [name for name in connection.call("list_collections") if name.startswith("damaged")]


HEADER_DAMAGE = ["", "{", "[]", "null", '{"schema": 2}', '{"schema": 1}', '{"schema": 1, "manifest": {"model": {}}}']


@pytest.mark.parametrize("text", HEADER_DAMAGE)
def test_a_header_that_is_none(text: str) -> None:
    with pytest.raises(SnapshotError, match=r"publish it again\Z"):
        Header.from_json(text)


def test_a_header_reads_back(published: MilvusStore) -> None:
    header = replace(published.open().header, evaluation={"by": ["é", None]})
    assert Header.from_json(header.to_json()) == header
    with pytest.raises(SnapshotError, match="has another schema; publish it again"):
        Header.from_json(header.to_json().replace('{"schema": 3', '{"schema": 2', 1))


def test_without_the_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(UnavailableError, match=r"\Athe package pymilvus, [^\n]*; run `pip install .*\[milvus\]'`\Z"):
        MilvusStore("http://h:1")


def test_without_an_address_the_store_is_the_local_one(tmp_path: Path, server: str) -> None:
    local = open_store(tmp_path)
    assert isinstance(local, Store)
    assert local.root == tmp_path
    there = open_store(tmp_path, server, alias="other")
    assert isinstance(there, MilvusStore)
    assert there.root == tmp_path
    assert there.current() is None


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("scheme", ["http", "ftp"])
def test_no_message_shows_a_password(scheme: str) -> None:
    with pytest.raises(UnavailableError, match=rf"\A{scheme}://127\.0\.0\.1:1: Milvus") as caught:
        MilvusStore(f"{scheme}://root:secret@127.0.0.1:1")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "http://127.0.0.1:99999", "nowhere", "", "/nonexistent/x.db"]
)
@pytest.mark.usefixtures("server")
def test_without_a_server_one_line_says_what_to_start(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UnavailableError) as caught:
        MilvusStore(address)
    said = str(caught.value)
    assert said.startswith(f"{address}: Milvus is not available (")
    assert said.endswith("; start the server, or correct the address")
    assert "\n" not in said
    assert not caplog.records


@pytest.mark.usefixtures("server")
def test_a_server_that_goes_away_is_an_error_and_no_index_that_is_missing(tmp_path: Path) -> None:
    from milvus_lite.server_manager import server_manager_instance

    path = str(tmp_path / "gone.db")
    store = MilvusStore(path)
    assert store.current() is None
    server_manager_instance.release_server(path)
    for use in (store.current, store.names, store.open):
        with pytest.raises(UnavailableError, match=r"gone\.db: Milvus is not available \([^\n]*\); \w+ failed; look"):
            use()


@pytest.mark.usefixtures("server")
def test_nothing_is_imported_before_it_is_needed_and_the_client_logs_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, index.milvus.store, index.milvus.search; print('pymilvus' in sys.modules);"
        "print(index.milvus.store.MilvusStore(sys.argv[1]).current())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "quiet.db")]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (told.stdout, told.stderr) == ("False\nNone\n", "")
