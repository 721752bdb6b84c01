"""Passages, documents and quotes over HTTP."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from corpus.sources import read_source
from service.schemas import examples
from tests.fakes import DOCUMENT, END, EVIDENCE, START
from tests.service.web.common import refused


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
