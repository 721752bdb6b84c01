"""Questions over HTTP: answers, refusals, batches, and bodies that are no question."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import pytest
from starlette.testclient import TestClient

from service.answering.engine import SearchReply
from service.runtime.current import CurrentEngine
from tests.end_to_end.processes import until
from tests.fakes import CITATION, DOCUMENT, EVIDENCE, PASSAGE, QUOTE, START, FakeStore
from tests.service.web.common import JSON, QUESTION, HeldEngine, Start, refused

POSITIONS = ("start_utf16", "end_utf16", "start_utf8", "end_utf8")
PARTS = ("title", "section", "prefix", "suffix", "sha256", "snapshot", "url", "text_fragment")
EVIDENCE_SHOWN = {
    **{name: value for name, value in asdict(EVIDENCE).items() if value is not None and name != "citation"},
    **{name: getattr(CITATION, name) for name in (*POSITIONS, *PARTS)},
    "section": ["Head"],
}


def test_an_answer(client: TestClient) -> None:
    response = client.post("/v1/ask", json=QUESTION)
    reply = response.json()
    assert response.status_code == 200
    short = {"text": "Irakli Beridze", "document": EVIDENCE.document, "start": START, "end": START + 14}
    assert reply["answer"] == {"text": QUOTE, "kind": "extractive", "evidence": [EVIDENCE_SHOWN], "short": short}
    assert reply["level"] == "sure"
    assert (reply["question"], reply["confidence"], reply["abstained"], reply["snapshot"]) == ("Who?", 0.9, None, "s1")
    assert [(hit["rank"], hit["id"], hit["text"]) for hit in reply["passages"]] == [(1, PASSAGE.id, PASSAGE.text)]
    text = client.get(f"/v1/documents/{EVIDENCE.document}").json()["text"]
    assert text[EVIDENCE.start : EVIDENCE.end] == QUOTE


def test_nothing_is_read_where_it_is_not_wanted(client: TestClient) -> None:
    assert client.post("/v1/ask", json={**QUESTION, "read": False}).json()["answer"]["short"] is None
    assert client.post("/v1/ask", json={**QUESTION, "read": "no"}).status_code == 422


def test_earlier_questions_are_questions(client: TestClient) -> None:
    assert client.post("/v1/ask", json={**QUESTION, "history": ["Who?", "And when?"]}).status_code == 200
    for history in (["Who?", ""], ["a"] * 21, "Who?", [5]):
        assert client.post("/v1/ask", json={**QUESTION, "history": history}).status_code == 422


def test_a_refusal(client: TestClient) -> None:
    reply = client.post("/v1/ask", json={"question": "budget?", "documents": [DOCUMENT.id], "top_k": 1}).json()
    help_ = {"missing": ["budget"], "nearest": EVIDENCE_SHOWN}
    assert reply["answer"] is None
    assert reply["abstained"] == {"code": "low_confidence", "message": "it does not say", **help_}
    assert len(reply["passages"]) == 1


def test_a_batch_fails_one_by_one(client: TestClient) -> None:
    questions = ["Who?", "", 5, None, {"a": []}, "a" * 1001, "broken", "budget?"]
    results = client.post("/v1/ask/batch", json={"questions": questions}).json()["results"]
    assert [result["error"]["status"] if "error" in result else 200 for result in results] == [
        200,
        *[422] * 5,
        500,
        200,
    ]
    assert results[0] == client.post("/v1/ask", json=QUESTION).json()
    refused(client.post("/v1/ask/batch", json={"questions": []}), 422, "questions must have at least 1 item(s)")
    refused(client.post("/v1/ask/batch", json={"questions": ["a"] * 65}), 422, "questions must have at most 64 items")


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
    problem = refused(client.post("/v1/ask", content=body, headers=headers), status)
    assert len(json.dumps(problem)) < 2000


def test_a_body_without_a_declared_size_is_counted(client: TestClient) -> None:
    refused(client.post("/v1/ask", content=iter([b"a" * 2**20] * 3), headers=JSON), 413)


def test_a_full_queue(start: Start) -> None:
    busy, may_end = threading.Event(), threading.Event()

    current = CurrentEngine(FakeStore(), lambda _, snapshot: HeldEngine(snapshot, busy, may_end))
    with start(current=current, workers=1, max_waiting=0) as client, ThreadPoolExecutor(1) as others:
        first = others.submit(client.post, "/v1/search", json={"query": "who"})
        assert busy.wait(30)
        response = client.post("/v1/search", json={"query": "who"})
        may_end.set()
        refused(response, 503, "Too many requests are waiting")
        assert response.headers["retry-after"] == "1"
        assert first.result(30).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/documents", None),
        ("GET", f"/v1/documents/{DOCUMENT.id}", None),
        ("GET", f"/v1/citations/{DOCUMENT.id}?start=0&end=1", None),
        ("POST", "/v1/verify", {"document": DOCUMENT.id, "start": 0, "end": 1, "quote": "a"}),
        ("POST", "/v1/ask/batch", {"questions": ["Who?"]}),
    ],
)
def test_every_door_has_the_queue(start: Start, method: str, path: str, body: object) -> None:
    busy, may_end = threading.Event(), threading.Event()

    current = CurrentEngine(FakeStore(), lambda _, snapshot: HeldEngine(snapshot, busy, may_end))
    with start(current=current, workers=1, max_waiting=0) as client, ThreadPoolExecutor(1) as others:
        first = others.submit(client.post, "/v1/search", json={"query": "who"})
        assert busy.wait(30)
        response = client.request(method, path, json=body)
        may_end.set()
        refused(response, 503, "Too many requests are waiting")
        assert first.result(30).status_code == 200


def test_a_lone_question_waits_for_no_more_than_one_of_a_batch(start: Start) -> None:
    busy, may_end, asked = threading.Event(), threading.Event(), list[str]()

    class RecordingEngine(HeldEngine):
        def search(self, query: str, *arguments: object, **options: object) -> SearchReply:
            asked.append(query)
            return super().search(query, *arguments, **options)

    current = CurrentEngine(FakeStore(), lambda _, snapshot: RecordingEngine(snapshot, busy, may_end))
    with start(current=current, workers=1) as client, ThreadPoolExecutor(2) as others:
        batch = others.submit(client.post, "/v1/ask/batch", json={"questions": ["Who?"] * 20})
        assert busy.wait(30)
        lone = others.submit(client.post, "/v1/ask", json={"question": "Alone?"})
        waiting = client.app.state.context.pool  # type: ignore[attr-defined]
        until(lambda: waiting.waiting == 1)
        may_end.set()
        assert lone.result(30).status_code == 200
        assert len(batch.result(30).json()["results"]) == 20
    assert asked.index("Alone?") == 1


def test_a_question_that_hangs_fails_by_its_deadline_and_others_are_answered(start: Start) -> None:
    may_end = threading.Event()

    current = CurrentEngine(FakeStore(), lambda _, snapshot: HeldEngine(snapshot, threading.Event(), may_end, "hang"))
    with start(current=current, workers=3, deadline=0.2) as client, ThreadPoolExecutor(1) as others:
        hung = others.submit(client.post, "/v1/ask", json={"question": "Does it hang?"})
        assert client.post("/v1/ask", json=QUESTION).status_code == 200
        problem = refused(hung.result(30), 503, "The question took too long")
        assert (
            problem["detail"]
            == "no answer within 0.2 seconds; ask a shorter question, or have CENTREQA_DEADLINE raised"
        )
        batch = client.post("/v1/ask/batch", json={"questions": ["Who?", "Does it hang?", "Who?"]}).json()["results"]
        assert [result.get("error", {"status": 200})["status"] for result in batch] == [200, 503, 200]
        may_end.set()


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/batch"])
def test_a_body_of_unknown_keys(client: TestClient, path: str) -> None:
    body = json.dumps({f"{number:x}": 1 for number in range(95_000)}, separators=(",", ":")).encode()
    problem = refused(client.post(path, content=body, headers=JSON), 422)
    assert problem["detail"] == "the body holds more than 4096 values; send fewer in one request"
