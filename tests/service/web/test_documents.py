"""Passages, documents and quotes over HTTP."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from corpus.documents import Document, DocumentInfo
from corpus.sources import read_source
from service.answering.citations.citer import Citer
from service.answering.citations.finding import Claim, check_quote
from service.runtime.current import CurrentEngine
from service.schemas import examples
from service.schemas.citations import ANNOTATION_TYPE, Annotation, Citation
from tests.fakes import CITATION, DOCUMENT, END, EVIDENCE, START, FakeEngine, FakeStore
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
    structure = client.get("/v1/documents/notes%2Fcentre?structure=true").json()["structure"]
    assert structure == {"blocks": [], "hidden": [], "anchors": []}
    asked = client.post("/v1/ask", json={"question": "who", "structure": True}).json()["passages"][0]["structure"]
    assert asked["sentences"][0] == {"start": START, "end": START + 28, "kind": "paragraph", "block": 0}
    refused(client.get("/v1/documents/other"), 404, "Nothing has that name")
    refused(client.post("/v1/search", json={"query": "who", "documents": ["other"]}), 404)


@pytest.mark.parametrize("snapshot", [{}, {"snapshot": "s1"}, {"snapshot": "s2"}, {"snapshot": None}])
def test_verify(client: TestClient, snapshot: dict[str, str | None]) -> None:
    quote = {name: getattr(EVIDENCE, name) for name in ("document", "start", "end", "quote")} | snapshot
    assert client.post("/v1/verify", json=quote).json()["valid"] is True
    for change in ({"start": START + 1}, {"quote": "else"}, {"end": 10**6}, {"start": -5}, {"end": 10**30}):
        verdict = client.post("/v1/verify", json=quote | change).json()
        assert (verdict["valid"], verdict["now"]) == (False, "gone" if "quote" in change else "moved")
        assert verdict["reason"]
    refused(client.post("/v1/verify", json=quote | {"document": "other"}), 404)
    refused(client.post("/v1/verify", json=quote | {"snapshot": "s3"}), 404)


def test_the_example_to_verify_is_true_of_the_shipped_text() -> None:
    (document,) = read_source(Path(__file__).parents[3] / "corpus" / "texts")
    assert document.text[examples.START : examples.END] == examples.QUOTE
    assert (document.id, document.info.sha256) == (examples.VERIFY["document"], examples.SHA256)
    citer = Citer(OneText(document))
    citation = citer.cite(document.id, examples.START, examples.END)
    assert Citation.model_validate(citation).model_dump() == examples.CITATION
    address = examples.ANNOTATION["id"]
    annotation = Annotation.of(citation, address, address.partition("?")[0].replace("citations", "documents"))
    assert json.loads(annotation.model_dump_json()) == examples.ANNOTATION
    assert check_quote(document, Claim(*[examples.VERIFY[name] for name in Claim.__slots__])).valid


@dataclass
class OneText:
    """A snapshot of one document."""

    document: Document
    id: str = examples.SNAPSHOT_ID

    def info(self, document: str) -> DocumentInfo:
        return self.document.info

    def excerpt(self, document: str, start: int, end: int) -> str:
        return self.document.text[start:end]


def test_a_quote_that_moved_is_found(client: TestClient) -> None:
    known = {"document": DOCUMENT.id, "start": 0, "end": 2, "quote": "it", "prefix": "[leads] ", "sha256": "0" * 64}
    verdict = client.post("/v1/verify", json=known).json()
    assert (verdict["now"], verdict["count"], verdict["changed"]) == ("moved", 1, True)
    assert DOCUMENT.text[verdict["start"] : verdict["end"]] == "it"
    assert verdict["places"] == [{"start": verdict["start"], "end": verdict["end"]}]
    several = client.post("/v1/verify", json=known | {"quote": "I", "prefix": " it. "}).json()
    assert (several["now"], several["start"]) == ("ambiguous", DOCUMENT.text.index("It is"))
    gone = client.post("/v1/verify", json=known | {"quote": "It is in The Haag."}).json()
    assert (gone["now"], gone["start"], gone["nearest"]["text"]) == ("gone", None, "It is in The Hague.")
    for wrong in ({"sha256": "0"}, {"prefix": 5}, {"suffix": "a" * 1001}):
        refused(client.post("/v1/verify", json=known | wrong), 422)


CITED: dict[str, str | int] = {"start": EVIDENCE.start, "end": EVIDENCE.end}


@pytest.mark.parametrize("snapshot", [{}, {"snapshot": "s1"}, {"snapshot": "s2"}])
def test_a_citation(client: TestClient, snapshot: dict[str, str | int]) -> None:
    response = client.get("/v1/citations/notes%2Fcentre", params=CITED | snapshot)
    cited = response.json()
    assert (cited["quote"], cited["snapshot"]) == (EVIDENCE.quote, snapshot.get("snapshot", "s1"))
    assert (cited["end_utf16"] - cited["end"], cited["end_utf8"] - cited["end"]) == (1, 3)
    assert cited["url"] == CITATION.url
    assert (response.headers["content-type"], response.headers["vary"]) == ("application/json", "accept")
    assert client.get(cited["url"]).text == client.get("/").text


def test_a_citation_is_a_web_annotation_where_that_is_wanted(client: TestClient) -> None:
    accept = {"accept": 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld", */*;q=0.1'}
    response = client.get("/v1/citations/notes/centre", params=CITED, headers=accept)
    annotation = response.json()
    assert response.headers["content-type"] == ANNOTATION_TYPE
    assert annotation["id"] == str(response.url)
    assert client.get(annotation["id"], headers=accept).json() == annotation
    target = annotation["target"]
    document = client.get(target["source"]["id"]).json()
    assert target["source"]["sha256"] == document["sha256"]
    quote, position = target["selector"]
    assert document["text"][position["start"] : position["end"]] == quote["exact"] == EVIDENCE.quote
    assert quote["prefix"] + quote["exact"] + quote["suffix"] in document["text"]


@pytest.mark.parametrize("name", ["a b", "50% (a)", "Übung #1/x", "why?&c=d", "a+b;c"])
def test_an_annotation_has_addresses_whatever_the_id_of_its_document(start: Start, name: str) -> None:
    document = Document(replace(DOCUMENT.info, id=name), DOCUMENT.text, blocks=())

    class Named(FakeEngine):
        """Has one document, of another id."""

        def document(self, document_id: str) -> Document:
            assert document_id == name
            return document

    client = start(current=CurrentEngine(FakeStore(), lambda _, snapshot: Named(snapshot)))
    accept = {"accept": "application/ld+json"}
    annotation = client.get(f"/v1/citations/{quote(name)}", params=CITED, headers=accept).json()
    for address in (annotation["id"], annotation["target"]["source"]["id"]):
        assert quote(address, safe="/:?=&%") == address
    # What a client leaves as it is in the address must lead back here.
    address = urlsplit(annotation["id"])
    assert (unquote(address.path), address.query) == (f"/v1/citations/{name}", "start=24&end=52")
    assert client.get(annotation["id"], headers=accept).json() == annotation


@pytest.mark.parametrize(
    ("document", "query", "status"),
    [
        ("other", CITED, 404),
        ("notes/centre", CITED | {"snapshot": "s3"}, 404),
        ("notes/centre", CITED | {"snapshot": "../s1"}, 422),
        ("notes/centre", {"start": 5}, 422),
        ("notes/centre", {"start": 5, "end": 5}, 422),
        ("notes/centre", {"start": -1, "end": 5}, 422),
        ("notes/centre", {"start": 0, "end": 10**30}, 422),
    ],
)
def test_what_cannot_be_cited(client: TestClient, document: str, query: dict[str, str | int], status: int) -> None:
    refused(client.get(f"/v1/citations/{document}", params=query), status)


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
