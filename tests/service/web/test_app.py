"""The HTTP contract, over an engine that needs no model."""

import asyncio
import json
import re
import sys
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import hypothesis
import numpy as np
import pytest
import schemathesis
from schemathesis import Case, GenerationMode
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.result import Ok
from starlette.testclient import TestClient
from starlette.types import Message
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from corpus.documents import Document, DocumentInfo, Passage, Section
from corpus.errors import NotFoundError, SnapshotError
from corpus.sources import read_source
from index.search import Hit
from index.snapshots.store import SnapshotInfo, Store
from service.answering.answer import Abstention, Answer, Evidence, Reply
from service.answering.engine import Engine, SearchReply
from service.answering.quotes import Verdict, check_quote
from service.runtime import rebuild as jobs
from service.runtime.current import Live
from service.schemas import examples
from service.settings import Settings
from service.web.app import create_app

TEXT = "= Centre =\n\nIrakli Beridze 🎉 leads it."
INFO = DocumentInfo(
    "notes/centre", "Centre", sha256(TEXT.encode()).hexdigest(), len(TEXT), (Section((), 12, len(TEXT)),)
)
PASSAGE = Passage(INFO.id, "Centre", (), 12, len(TEXT), TEXT[12:], ((12, len(TEXT)),))
HIT = Hit(1, PASSAGE, 0.5, {"dense": 0.25}, np.zeros(1, np.float32), None)
EVIDENCE = {"document": INFO.id, "start": 12, "end": len(TEXT), "quote": TEXT[12:], "passage": 1}
ADMIN, ASK = {"authorization": "Bearer admin"}, {"authorization": "Bearer ask"}
QUESTION = {"question": "Who?"}
BUILD = """print('{"snapshot": "s1"}')"""
JSON = {"content-type": "application/json"}


class FakeEngine(Engine):
    """Answers everything, but for a few magic words."""

    def __init__(self, snapshot: str) -> None:
        self.id = snapshot

    @property
    def snapshot(self) -> str:
        return self.id

    def ask(self, question: str, top_k: int = 5, documents: Collection[str] | None = None) -> Reply:
        hits = self.search(question, top_k, documents).hits
        if "broken" in question:
            raise RuntimeError("a secret")
        answer = Answer(TEXT[12:], "extractive", (Evidence(**EVIDENCE),))  # type: ignore[arg-type]
        reply = Reply(0.9, answer, None, answer, {}, question, hits, self.id, 1.0)
        if "budget" in question:
            reply = replace(reply, answer=None, abstained=Abstention("low_confidence", "it does not say"))
        return reply

    def search(
        self, query: str, top_k: int = 5, documents: Collection[str] | None = None, ranking: object = None
    ) -> SearchReply:
        for document in documents or ():
            self.document(document)
        return SearchReply(query, (HIT,), self.id, 1.0)

    def documents(self) -> tuple[DocumentInfo, ...]:
        return (INFO,)

    def document(self, document: str) -> Document:
        if document != INFO.id:
            raise NotFoundError(f"no document has the id {document!r}")
        return Document(INFO, TEXT)

    def verify(self, document: str, start: int, end: int, quote: str) -> Verdict:
        return check_quote(self.document(document), start, end, quote)


class FakeStore:
    """Two snapshots, the older of them active."""

    def __init__(self) -> None:
        self.active: str | None = "s1"

    def current(self) -> str | None:
        return self.active

    def list(self) -> list[SnapshotInfo]:
        return [SnapshotInfo(name, "2026", name == self.active, 1, 1, "fake", 9, None) for name in ("s2", "s1")]

    def activate(self, snapshot: str) -> None:
        self.active = self.open(snapshot).snapshot

    def open(self, snapshot: str) -> FakeEngine:
        if snapshot not in ("s1", "s2"):
            raise NotFoundError(f"there is no snapshot {snapshot!r}")
        return FakeEngine(snapshot)


Start = Callable[..., TestClient]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Makes an application with these settings, its snapshot loaded unless `load` is false."""

    def start(load: bool = True, **settings: object) -> TestClient:
        live = Live(cast(Store, FakeStore()), lambda _, snapshot: FakeEngine(snapshot))
        if load:
            live.reload()
        return TestClient(create_app(live, Settings.load(var=tmp_path, **settings)))

    return start


@pytest.fixture
def client(start: Start) -> TestClient:
    return start()


def refused(response: Any, status: int, title: str | None = None) -> dict[str, Any]:
    """Check the shape that every error has."""
    found: dict[str, Any] = response.json()
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json"), found
    assert found["status"] == status
    assert found["type"].startswith("urn:centreqa:problem:")
    assert found["detail"]
    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])
    assert title in (None, found["title"])
    return found


def test_an_answer(client: TestClient) -> None:
    response = client.post("/v1/ask", json=QUESTION)
    found = response.json()
    assert response.status_code == 200
    assert found["answer"] == {"text": TEXT[12:], "kind": "extractive", "evidence": [EVIDENCE]}
    assert (found["question"], found["confidence"], found["abstained"], found["snapshot"]) == ("Who?", 0.9, None, "s1")
    assert [(one["rank"], one["id"], one["text"]) for one in found["passages"]] == [(1, PASSAGE.id, TEXT[12:])]
    text = client.get(f"/v1/documents/{EVIDENCE['document']}").json()["text"]
    assert text[EVIDENCE["start"] : EVIDENCE["end"]] == EVIDENCE["quote"]


def test_a_refusal(client: TestClient) -> None:
    found = client.post("/v1/ask", json={"question": "budget?", "documents": [INFO.id], "top_k": 1}).json()
    assert (found["answer"], found["abstained"]) == (None, {"code": "low_confidence", "message": "it does not say"})
    assert len(found["passages"]) == 1


def test_a_batch_fails_one_by_one(client: TestClient) -> None:
    questions = ["Who?", "", 5, None, {"a": []}, "a" * 1001, "broken", "budget?"]
    results = client.post("/v1/ask/batch", json={"questions": questions}).json()["results"]
    assert [one["error"]["status"] if "error" in one else 200 for one in results] == [200, *[422] * 5, 500, 200]
    assert results[0] == client.post("/v1/ask", json=QUESTION).json()
    refused(client.post("/v1/ask/batch", json={"questions": []}), 422, "questions must have at least 1 item(s)")
    refused(client.post("/v1/ask/batch", json={"questions": ["a"] * 65}), 422, "questions must have at most 64 items")


def test_search_and_documents(client: TestClient) -> None:
    found = client.post("/v1/search", json={"query": "who", "top_k": 3}).json()
    assert (found["query"], len(found["passages"]), found["snapshot"], found["took_ms"]) == ("who", 1, "s1", 1.0)
    section = {"path": [], "start": 12, "end": len(TEXT)}
    listed = {"id": INFO.id, "title": "Centre", "sha256": INFO.sha256, "length": len(TEXT), "sections": [section]}
    assert client.get("/v1/documents").json() == [listed]
    assert client.get("/v1/documents/notes%2Fcentre").json() == listed | {"text": TEXT}
    refused(client.get("/v1/documents/other"), 404, "Nothing has that name")
    refused(client.post("/v1/search", json={"query": "who", "documents": ["other"]}), 404)


@pytest.mark.parametrize("snapshot", [{}, {"snapshot": "s1"}, {"snapshot": "s2"}, {"snapshot": None}])
def test_verify(client: TestClient, snapshot: dict[str, str]) -> None:
    quote = {key: EVIDENCE[key] for key in ("document", "start", "end", "quote")} | snapshot
    assert client.post("/v1/verify", json=quote).json()["valid"] is True
    for change in ({"start": 13}, {"quote": "else"}, {"end": 10**6}, {"start": -5}, {"end": 10**30}):
        found = client.post("/v1/verify", json=quote | change).json()
        assert found["valid"] is False
        assert found["reason"]
    refused(client.post("/v1/verify", json=quote | {"document": "other"}), 404)
    refused(client.post("/v1/verify", json=quote | {"snapshot": "s3"}), 404)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("{", JSON, 400),
        ('{"question": "\xff"}'.encode("latin-1"), JSON, 400),
        ("[" * 100_000, JSON, 400),
        ('{"question": ' + "9" * 5000 + "}", JSON, 400),
        ("{}", JSON, 422),
        ("", JSON, 422),
        ("null", JSON, 422),
        ('{"question": "a", "question": ""}', JSON, 422),
        ('{"question": "\\ud800"}', JSON, 422),
        ('{"question": "a", "\\udfff": 1}', JSON, 422),
        ('{"question": "a", "top_k": NaN}', JSON, 422),
        (json.dumps(QUESTION), {}, 415),
        (json.dumps(QUESTION), {"content-type": "text/plain"}, 415),
        ("a" * 10_000_000, JSON, 413),
    ],
)
def test_bad_bodies(client: TestClient, body: str | bytes, headers: dict[str, str], status: int) -> None:
    found = refused(client.post("/v1/ask", content=body, headers=headers), status)
    assert len(json.dumps(found)) < 2000


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/ask/"])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"question": "Who?"}', JSON),
        (b'{"query": "who", "top_k": 7.0, "documents": ["notes/centre"]}', JSON),
        (b'{"question": "Who?", "documents": ["other"]}', JSON),
        (b'{"question": "broken", "query": "Who?"}', JSON),
        ('{"question": "Who?"}'.encode("utf-16"), JSON),
        (b'\xef\xbb\xbf{"question": "Who?"}', JSON),
        (b'{"question": "\\ud800"}', JSON),
        (b'{"question": "budget?"', JSON),
        (b"", JSON),
        (b'{"question": "Who?"}', JSON | {"content-type": "text/plain"}),
        (b'{"question": "Who?"}', JSON | {"authorization": "Bearer other"}),
        (b"[" * 3000, JSON),
    ],
)
def test_the_fast_path_changes_nothing(start: Start, path: str, body: bytes, headers: dict[str, str]) -> None:
    client = start(ask_key="ask", max_body=2048)
    fast = client.post(path, content=body, headers=ASK | headers)
    router = cast(Any, client.app).router
    router.middleware_stack = router.app
    slow = client.post(path, content=body, headers=ASK | headers)
    assert (fast.status_code, fast.json()) == (slow.status_code, slow.json())
    assert [{**one.headers, "x-request-id": ""} for one in (fast, slow)] == [{**slow.headers, "x-request-id": ""}] * 2


def test_a_good_question_takes_the_fast_path(client: TestClient) -> None:
    router = cast(Any, client.app).router
    router.middleware_stack.app = None
    assert client.post("/v1/ask", json=QUESTION).json()["snapshot"] == "s1"
    assert 'route="/v1/ask"' in router.middleware_stack.context.metrics.render().decode()


def test_a_client_that_leaves_in_the_middle_of_its_question(client: TestClient) -> None:
    async def scenario() -> list[Message]:
        received = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
        sent: list[Message] = []

        async def receive() -> Message:
            return next(received)

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [(b"content-type", b"application/json"), (b"content-length", b"9")]
        scope = {"type": "http", "method": "POST", "path": "/v1/ask", "query_string": b"", "headers": headers}
        await client.app(scope, receive, send)
        return sent

    with capture_logs() as logs:
        assert asyncio.run(scenario())[0]["status"] == 400
    assert [one["event"] for one in logs] == ["request"]


def test_a_body_without_a_declared_size_is_counted(client: TestClient) -> None:
    refused(client.post("/v1/ask", content=iter([b"a" * 2**20] * 3), headers=JSON), 413)


def test_routes_and_methods_that_do_not_exist(client: TestClient, start: Start) -> None:
    refused(client.get("/v1/nothing"), 404, "No such route")
    refused(client.get("/v1/ask/"), 404)
    response = client.delete("/v1/ask")
    refused(response, 405)
    assert response.headers["allow"] == "POST"
    assert client.delete("/v1/snapshots").headers["allow"] == "GET"
    assert start(admin_key="admin").delete("/v1/snapshots").headers["allow"] == "GET, POST"


def test_an_unexpected_error_keeps_its_secret_and_has_a_request_id(client: TestClient) -> None:
    with capture_logs() as logs:
        found = refused(client.post("/v1/ask", json={"question": "broken"}), 500)
    assert "secret" not in json.dumps(found)
    assert [(one["event"], one["log_level"]) for one in logs] == [("unexpected error", "error"), ("request", "info")]


def test_request_ids(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "order-7.a_B"}).headers["x-request-id"] == "order-7.a_B"
    for bad in ("a b", "a" * 65, '"}', "é"):
        given = client.get("/healthz", headers={b"x-request-id": bad.encode()}).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{32}", given)


def test_before_a_snapshot_is_loaded(start: Start) -> None:
    client = start(load=False)
    assert client.get("/healthz").json() == {"status": "ok"}
    for response in (client.get("/readyz"), client.post("/v1/ask", json=QUESTION), client.get("/v1/documents")):
        refused(response, 503)
        assert response.headers["retry-after"] == "5"


def test_the_snapshot_is_opened_in_the_background(start: Start) -> None:
    with start(load=False) as client:
        while client.get("/readyz").status_code == 503:
            time.sleep(0.01)
        assert client.get("/readyz").json() == {"status": "ready", "snapshot": "s1", "detail": None}


def test_a_full_queue(start: Start) -> None:
    client = start(workers=1, max_waiting=0)
    app = cast(Any, client.app)
    app.state.context.workers._seats.clear()
    response = client.post("/v1/search", json={"query": "who"})
    refused(response, 503, "Too many requests are waiting")
    assert response.headers["retry-after"] == "1"


def test_admin_routes_are_not_there_without_a_key(client: TestClient) -> None:
    refused(client.post("/v1/snapshots", json={}, headers=ADMIN), 404)
    refused(client.put("/v1/snapshots/active", json={"id": "s2"}, headers=ADMIN), 404)
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths["/v1/snapshots"]) == {"get"}
    assert "/v1/snapshots/active" not in paths


def test_keys(start: Start) -> None:
    client = start(admin_key="admin", ask_key="ask")
    for path in ("/v1/documents", "/v1/snapshots", "/v1/jobs/1", "/metrics", "/v1/documents/other"):
        response = client.get(path)
        refused(response, 401, "A key is needed")
        assert response.headers["www-authenticate"] == "Bearer"
        assert client.get(path, headers=ASK).status_code == client.get(path, headers=ADMIN).status_code != 401
    refused(client.post("/v1/ask", content="{", headers=JSON), 401)
    refused(client.put("/v1/snapshots/active", json={"id": "s2"}, headers=ASK), 401)
    for path in ("/", "/pages/app.js", "/healthz", "/readyz", "/openapi.json"):
        assert client.get(path).status_code == 200
    schemes = client.get("/openapi.json").json()["components"]["securitySchemes"]
    assert {name: scheme["scheme"] for name, scheme in schemes.items()} == {"ask key": "bearer", "admin key": "bearer"}


def test_rolling_back(start: Start) -> None:
    client = start(admin_key="admin")
    assert [(one["id"], one["active"]) for one in client.get("/v1/snapshots").json()] == [("s2", False), ("s1", True)]
    found = client.put("/v1/snapshots/active", json={"id": "s2"}, headers=ADMIN)
    assert (found.status_code, found.json()["id"], found.json()["active"]) == (200, "s2", True)
    assert client.post("/v1/ask", json=QUESTION).json()["snapshot"] == "s2"
    for bad, status in (("s3", 404), ("../s1", 422), ("", 422)):
        refused(client.put("/v1/snapshots/active", json={"id": bad}, headers=ADMIN), status)


def test_a_rebuild(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "command", lambda *_: [sys.executable, "-c", BUILD])
    with start(admin_key="admin", max_body=1024) as client:
        upload = {"documents": [{"id": "a", "text": "b" * 5000}], "mode": "add"}
        response = client.post("/v1/snapshots", json=upload, headers=ADMIN)
        job = response.json()["job"]
        assert (response.status_code, response.headers["location"]) == (202, f"/v1/jobs/{job}")
        refused(client.post("/v1/snapshots", headers=ADMIN), 409)
        while (found := client.get(f"/v1/jobs/{job}").json())["state"] in ("queued", "running"):
            time.sleep(0.01)
        expected = {"state": "succeeded", "phase": None, "done": 0, "total": 0, "error": None, "snapshot": "s1"}
        assert found == expected
        assert client.post("/v1/snapshots", headers=ADMIN).status_code == 202
        refused(client.get("/v1/jobs/unknown"), 404)
        refused(client.post("/v1/snapshots", json={"documents": [{"id": "a", "text": " "}]}, headers=ADMIN), 422)
        refused(client.post("/v1/snapshots", json={"mode": "url"}, headers=ADMIN), 422)


def test_metrics(client: TestClient) -> None:
    for question in ("Who?", "budget?"):
        client.post("/v1/ask", json={"question": question})
    client.get("/v1/documents/unknown")
    client.get("/wp-admin")
    client.request("BREW", "/v1/ask")
    lines = client.get("/metrics").text.splitlines()
    assert 'centreqa_requests_total{method="POST",route="/v1/ask",status="200"} 2.0' in lines
    assert 'centreqa_requests_total{method="GET",route="/v1/documents/{document:path}",status="404"} 1.0' in lines
    assert 'centreqa_requests_total{method="GET",route="unmatched",status="404"} 1.0' in lines
    assert 'centreqa_requests_total{method="OTHER",route="/v1/ask",status="405"} 1.0' in lines
    assert 'centreqa_abstentions_total{code="low_confidence"} 1.0' in lines
    assert 'centreqa_snapshot_info{id="s1"} 1.0' in lines
    assert "centreqa_waiting 0.0" in lines


@pytest.mark.parametrize("log_questions", [False, True])
def test_one_log_line_a_request_and_no_question_in_it(start: Start, log_questions: bool) -> None:
    client = start(log_questions=log_questions)
    with capture_logs(processors=[merge_contextvars]) as lines:
        client.post("/v1/ask", json=QUESTION, headers={"x-request-id": "r1"})
    expected = {"event": "request", "method": "POST", "route": "/v1/ask", "status": 200, "request_id": "r1"}
    expected |= {"question": "Who?"} if log_questions else {}
    assert [{key: value for key, value in one.items() if key not in ("ms", "log_level")} for one in lines] == [expected]


def test_the_page_is_served_with_a_strict_policy(client: TestClient) -> None:
    for path, kind in (("/", "text/html"), ("/pages/app.js", "text/javascript"), ("/pages/style.css", "text/css")):
        response = client.get(path)
        assert response.headers["content-type"] == f"{kind}; charset=utf-8"
        assert response.headers["content-security-policy"].startswith("default-src 'self'; ")
        assert response.headers["x-content-type-options"] == "nosniff"
        again = client.get(path, headers={"if-none-match": response.headers["etag"]})
        assert again.status_code == 304
    for path in ("/pages/../app.py", "/pages/%2e%2e/app.py", "/pages/none.js"):
        refused(client.get(path), 404)


def test_a_swap_that_fails_keeps_answering_and_says_why(start: Start) -> None:
    client = start()
    live = cast(Any, client.app).state.context.live

    def open_engine(*_: object) -> Iterator[None]:
        raise SnapshotError("s2: is damaged")

    live.open_engine = open_engine
    live.store.active = "s2"
    with pytest.raises(SnapshotError):
        live.reload()
    assert client.get("/readyz").json() == {"status": "ready", "snapshot": "s1", "detail": "s2: is damaged"}
    assert client.post("/v1/ask", json=QUESTION).json()["snapshot"] == "s1"


def test_no_variable_of_the_machine_turns_telemetry_on(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def provider() -> None:
        raise AssertionError("the framework asked where to send its telemetry")

    for name in ("trace.get_tracer_provider", "metrics.get_meter_provider"):
        monkeypatch.setattr(f"opentelemetry.{name}", provider)
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    with start() as client:
        assert client.post("/v1/ask", json=QUESTION).status_code == 200
        assert client.get("/healthz").status_code == 200


def test_the_example_to_verify_is_true_of_the_shipped_text() -> None:
    (document,) = read_source(Path(__file__).parents[3] / "corpus" / "texts")
    assert document.text[examples.START : examples.END] == examples.QUOTE
    assert (document.id, document.info.sha256) == (examples.VERIFY["document"], examples.SHA256)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_reply_is_documented(start: Start, monkeypatch: pytest.MonkeyPatch, mode: GenerationMode) -> None:
    monkeypatch.setattr(jobs, "command", lambda *_: [sys.executable, "-c", BUILD])
    schema = schemathesis.openapi.from_asgi("/openapi.json", start(admin_key="admin", ask_key="ask").app)

    def check(case: Case[Any]) -> None:
        # That ids differ is beyond what JSON Schema can say.
        beyond = [positive_data_acceptance] if case.operation.label == "POST /v1/snapshots" else []
        case.call_and_validate(headers={"Authorization": "Bearer admin"}, excluded_checks=beyond)

    settings = hypothesis.settings(max_examples=5, deadline=None, derandomize=True, database=None)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == 13
    for operation in operations:
        if mode is GenerationMode.POSITIVE or operation.body:
            settings(hypothesis.given(operation.as_strategy(generation_mode=mode))(check))()
