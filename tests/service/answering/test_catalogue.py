"""Pages of the documents, and answers from those that a filter lets through."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from corpus.documents import Document
from corpus.errors import NotFoundError
from corpus.sources import make_document
from index.build import build
from index.catalogue import DocumentPage, page_of
from index.snapshots.store import Store
from service.answering.engine import Engine
from tests.fakes import FakeEncoder

TEXTS = {
    "a": ("The sea is blue.", {"author": "Ada", "year": "2024"}),
    "b": ("The sea is green.", {"author": "Ada", "year": "2025"}),
    "c": ("The sea is grey.", {"author": "Eve"}),
    "d": ("The sea is wide.", {}),
}


def document(name: str) -> Document:
    text, metadata = TEXTS[name]
    made = make_document(name, text)
    return replace(made, info=replace(made.info, metadata=tuple(sorted(metadata.items()))))


@pytest.fixture
def engine(store: Store, encoder: FakeEncoder) -> Engine:
    build(store, map(document, TEXTS), encoder)
    return Engine(store.open(), encoder)


@pytest.fixture
def found(engine: Engine) -> Callable[..., str]:
    """The documents that a search finds, and that an answer is looked for in."""

    def found(documents: list[str] | None = None, **filters: str) -> str:
        searched = engine.search("Which sea?", documents=documents, filter=filters).hits
        asked = engine.ask("Which sea?", documents=documents, filter=filters).hits
        assert [hit.passage.id for hit in searched] == [hit.passage.id for hit in asked]
        return "".join(sorted(hit.passage.document for hit in searched))

    return found


def test_every_value_has_to_be_there_exactly(found: Callable[..., str]) -> None:
    assert found() == "abcd"
    assert found(author="Ada") == "ab"
    assert found(author="Ada", year="2025") == "b"
    assert found(author="ada") == found(author="Ad") == found(author="") == ""


def test_an_unknown_name_gives_no_passage_and_no_error(found: Callable[..., str], engine: Engine) -> None:
    assert found(editor="Ada") == ""
    reply = engine.ask("Which sea?", filter={"editor": "Ada"})
    assert reply.abstained is not None
    assert (reply.abstained.code, reply.answer, reply.confidence) == ("no_match", None, 0.0)


def test_a_filter_narrows_the_documents_that_are_named(found: Callable[..., str]) -> None:
    assert found(["b", "c"], author="Ada") == "b"
    assert found(["c", "d"], author="Ada") == ""
    with pytest.raises(NotFoundError, match="no document has the id 'e'"):
        found(["a", "e"], author="Ada")


def test_pages(engine: Engine) -> None:
    infos = engine.documents()
    assert engine.list_documents() == DocumentPage(infos, 4, has_more=False)
    assert engine.list_documents(limit=3) == DocumentPage(infos[:3], 4, has_more=True)
    assert engine.list_documents(limit=3, after="c") == DocumentPage(infos[3:], 4, has_more=False)
    assert page_of([], 3, "", "") == DocumentPage((), 0, has_more=False)
