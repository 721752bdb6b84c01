"""Documents, passages and idfs read from a server, in whatever pieces and order they come."""

from collections.abc import Callable

import pytest

from corpus.errors import NotFoundError, SnapshotError
from index.milvus.fields import FIELD_BYTES
from index.milvus.reading import Limits, Pieces, TextSpan
from index.milvus.rows import TEXT_PIECE, pieces
from index.milvus.store import MilvusStore
from index.search import Searcher
from index.snapshots.store import Store
from tests.index.milvus.samples import QUESTION, TEXTS

pytestmark = pytest.mark.slow


def test_documents_passages_and_idfs_are_those_of_the_local_snapshot(published: MilvusStore, local: Store) -> None:
    there, here = published.open(), local.open()
    assert (there.id, len(there), there.manifest) == (here.id, len(here), here.manifest)
    assert list(there.documents) == here.table.documents
    for name in TEXTS:
        one, other = there.document(name), here.document(name)
        assert (one.info, one.text) == (other.info, other.text)
        assert there.info(name) == here.info(name)
        for start, end in ((0, 9), (3, 10**6), (9, 9), (10**6, 10**6 + 1)):
            assert there.excerpt(name, start, end) == here.excerpt(name, start, end)
        assert there.passages(name) == tuple(here.table.passage(int(row)) for row in here.passage_rows([name]))
    words = ["cat", "zzz", "the", "cat"]
    for _ in range(2):  # asked, then remembered
        assert there.lexical.inverse_frequencies(words) == here.lexical.inverse_frequencies(words)
    assert there.lexical.inverse_frequencies([]) == []
    assert there.confidence == '{"é": 1}\n'


def test_rows_may_come_in_any_order(published: MilvusStore, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = published.open()
    expected, ask = snapshot.passages("animals"), snapshot.reader.ask
    monkeypatch.setattr(snapshot.reader, "ask", lambda *given: list(reversed(ask(*given))))
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


def test_what_comes_in_several_requests_is_put_together(server: str, published: MilvusStore) -> None:
    snapshot = MilvusStore(server, limits=Limits(keys=1, rows=2)).open(published.current())
    assert [snapshot.document(name).text for name in TEXTS] == list(TEXTS.values())
    assert len(snapshot.passages("animals")) == 3
    assert snapshot.passages("animals") == published.open().passages("animals")


def test_a_cut_may_start_and_end_at_the_edge_of_a_piece() -> None:
    text = "".join(map(chr, range(0x400, 0x400 + 3 * TEXT_PIECE)))
    stored = {row["key"]: row["text"] for row in pieces("7", text)}
    assert len(stored) == 3
    assert max(len(piece.encode()) for piece in stored.values()) <= FIELD_BYTES

    def call(method: str, collection: str, keys: list[str], fields: list[str]) -> list[dict[str, str]]:
        return [{"key": key, "text": stored[key]} for key in keys if key in stored]

    edges = [0, 1, *(n + d for n in (TEXT_PIECE, 2 * TEXT_PIECE) for d in (-1, 0, 1)), len(text)]
    spans = [TextSpan("7", start, end) for start in edges for end in edges if start <= end]
    read = Pieces(call, "texts")
    assert read.cut(spans) == [text[span.start : span.end] for span in spans]
    with pytest.raises(SnapshotError, match=r"texts: has no 7/3; .*publish again\Z"):
        read.cut([TextSpan("7", 5, len(text) + 1)])
