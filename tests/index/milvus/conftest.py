"""A Milvus server with two snapshots, and the local store that they come from.

milvus-lite, in this process, stands in for the server. The client is the real one.
"""

import shutil
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from corpus.sources import make_document
from index.build import build
from index.milvus.store import MilvusStore
from index.retrieval.fusion import Ranking
from index.search import Searcher
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.index.milvus.samples import EACH, TEXTS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server."""
    pytest.importorskip("pymilvus", reason="pymilvus is not installed: pip install -e '.[milvus]'")
    lite = pytest.importorskip("milvus_lite.server_manager", reason="milvus-lite is not installed: it is in '.[dev]'")
    path = tmp_path_factory.mktemp("milvus") / "lite.db"
    # The client sleeps half a second each time it waits for a server to index or load. This server does both at once.
    brief = SimpleNamespace(**vars(time) | {"sleep": lambda seconds: time.sleep(min(seconds, 0.01))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pymilvus.client.grpc_handler.time", brief)
        yield str(path)
    lite.server_manager_instance.release_server(str(path))


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two local snapshots: of one text, without token vectors, and of all texts, with token vectors in two parts.

    The second is active.
    """
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
    """Both snapshots on the server. The second is active; a test that activates the first one undoes it."""
    store = MilvusStore(server)
    for snapshot in local.names():
        store.publish(local, snapshot)
    store.activate(str(local.current()))
    return store


@pytest.fixture
def both(published: MilvusStore, local: Store) -> tuple[Searcher, Searcher]:
    """Searchers of the same snapshot, on the server and on this machine."""
    encoder = FakeEncoder()
    return Searcher(published.open(), encoder, Ranking()), Searcher(local.open(), encoder, Ranking())
