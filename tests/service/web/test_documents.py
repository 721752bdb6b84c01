"""Passages, documents and quotes over HTTP."""

from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from corpus.documents import DocumentInfo
from corpus.sources import read_source
from service.runtime.current import CurrentEngine
from service.schemas import examples
from tests.fakes import DOCUMENT, END, EVIDENCE, START, FakeEngine, FakeStore
from tests.service.web.common import Start, refused


def test_search_and_documents(client: TestClient) -> None:
    reply = client.post("/v1/search", json={"query": "who", "top_k": 3}).json()
    assert (reply["query"], len(reply["passages"]), reply["snapshot"], reply["took_ms"]) == ("who", 1, "s1", 1.0)
    section = {"path": ["Head"], "start": START, "end": END}
    listed = {
        "id": DOCUMENT.id,
        "title": "Centre",
        "sha256": DOCUMENT.info.sha256,
        "length": len(DOCUMENT.text),
        "sections": [section],
        "metadata": {"author": "Ada", "source": "notes"},
        "source": "notes",
    }
    assert client.get("/v1/documents").json() == [listed]
    assert client.get("/v1/documents/notes%2Fcentre").json() == listed | {"text": DOCUMENT.text}
    refused(client.get("/v1/documents/other"), 404, "Nothing has that name")
    refused(client.post("/v1/search", json={"query": "who", "documents": ["other"]}), 404)


@pytest.mark.parametrize("snapshot", [{}, {"snapshot": "s1"}, {"snapshot": "s2"}, {"snapshot": None}])
def test_verify(client: TestClient, snapshot: dict[str, str | None]) -> None:
    quote = {name: getattr(EVIDENCE, name) for name in ("document", "start", "end", "quote")} | snapshot
    assert client.post("/v1/verify", json=quote).json()["valid"] is True
    for change in ({"start": START + 1}, {"quote": "else"}, {"end": 10**6}, {"start": -5}, {"end": 10**30}):
        verdict = client.post("/v1/verify", json=quote | change).json()
        assert verdict["valid"] is False
        assert verdict["reason"]
    refused(client.post("/v1/verify", json=quote | {"document": "other"}), 404)
    refused(client.post("/v1/verify", json=quote | {"snapshot": "s3"}), 404)


def test_the_example_to_verify_is_true_of_the_shipped_text() -> None:
    (document,) = read_source(Path(__file__).parents[3] / "corpus" / "texts")
    assert document.text[examples.START : examples.END] == examples.QUOTE
    assert (document.id, document.info.sha256) == (examples.VERIFY["document"], examples.SHA256)


class ManyDocuments(FakeEngine):
    """Lists a hundred documents."""

    def documents(self) -> tuple[DocumentInfo, ...]:
        return tuple(replace(DOCUMENT.info, id=f"notes/{n:03}", title=f"Title {n:03}") for n in range(100))


@pytest.fixture
def many(start: Start) -> TestClient:
    return start(current=CurrentEngine(FakeStore(), lambda _, snapshot: ManyDocuments(snapshot)))


def ids(response: Response) -> list[str]:
    return [document["id"] for document in response.json()]


def test_documents_come_in_pages(many: TestClient) -> None:
    whole = many.get("/v1/documents")
    assert (len(ids(whole)), whole.headers["x-total-count"], "link" in whole.headers) == (100, "100", False)
    pages: list[str] = []
    path: str | None = "/v1/documents?limit=30"
    while path:
        page = many.get(path)
        pages += ids(page)
        assert page.headers["x-total-count"] == "100"
        path = page.links["next"]["url"] if "link" in page.headers else None
    assert pages == ids(whole)
    assert ids(many.get("/v1/documents?after=notes/0985")) == ["notes/099"]
    assert ids(many.get("/v1/documents?after=z")) == []


def test_documents_are_found_by_words(many: TestClient) -> None:
    page = many.get("/v1/documents", params={"q": "titLE  01", "limit": 4})
    assert (ids(page), page.headers["x-total-count"]) == (["notes/001", "notes/010", "notes/011", "notes/012"], "11")
    assert ids(many.get(page.links["next"]["url"])) == [f"notes/{n:03}" for n in (13, 14, 15, 16)]
    assert ids(many.get("/v1/documents", params={"q": "notes/05 title"})) == [f"notes/05{n}" for n in range(10)]
    assert ids(many.get("/v1/documents", params={"q": "nothing"})) == []


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=few", "q=" + "a" * 1001, "after=" + "a" * 1001])
def test_a_page_that_cannot_be(many: TestClient, query: str) -> None:
    refused(many.get(f"/v1/documents?{query}"), 422)


def test_only_long_lists_are_compressed(many: TestClient) -> None:
    gzip = {"accept-encoding": "gzip"}
    assert many.get("/v1/documents", headers=gzip).headers["content-encoding"] == "gzip"
    assert many.get("/openapi.json", headers=gzip).headers["content-encoding"] == "gzip"
    assert many.get("/openapi.json", headers=gzip).json()["openapi"]
    for response in (
        many.get("/v1/documents", headers={"accept-encoding": "identity"}),
        many.get("/v1/documents?limit=1", headers=gzip),
        many.post("/v1/ask", json={"question": "Who? " * 190}, headers=gzip),
    ):
        assert (response.status_code, "content-encoding" in response.headers) == (200, False)


def test_only_documents_that_fit_the_filter_are_searched(client: TestClient) -> None:
    def found(**filters: str) -> int:
        return len(client.post("/v1/search", json={"query": "who", "filter": filters}).json()["passages"])

    assert (found(author="Ada"), found(author="Eve"), found(unknown="Ada")) == (1, 0, 0)
    assert client.post("/v1/ask", json={"question": "Who?", "filter": {"author": "Eve"}}).json()["passages"] == []
    unusable: list[object] = [{}, {"author": 3}, [], {str(n): "" for n in range(21)}]
    for bad in unusable:
        refused(client.post("/v1/search", json={"query": "who", "filter": bad}), 422)
