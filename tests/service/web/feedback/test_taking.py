"""Feedback over HTTP: what is taken, what is refused, and where it is kept."""

import json
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.answering.answer import Reply
from service.runtime.current import CurrentEngine
from tests.fakes import DOCUMENT, QUOTE, START, FakeEngine, FakeStore
from tests.service.web.common import ADMIN, ASK, JSON, QUESTION, Start, refused

STANDS = {"document": DOCUMENT.id, "start": START, "end": START + len(QUOTE), "quote": QUOTE}
WRONG = {"question": "Who?", "right": False}


class CompletingEngine(FakeEngine):
    """Understands every follow-up as the same question."""

    def ask(self, *arguments: Any, history: Sequence[str] = (), **options: Any) -> Reply:
        reply = super().ask(*arguments, **options)
        return replace(reply, understood="Since when does he lead the Centre?" if history else None)


def ask(client: TestClient, question: str = "Who?", **more: object) -> str:
    """Ask, and return the id of the request."""
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200
    return str(response.headers["x-request-id"])


def waiting(client: TestClient) -> list[dict[str, Any]]:
    reply = client.get("/v1/feedback", headers=ADMIN).json()
    assert reply["waiting"] == reply["right"] + reply["wrong"]
    feedback: list[dict[str, Any]] = reply["feedback"]
    return feedback


def test_a_reply_is_called_right_or_wrong_by_the_id_of_its_request(start: Start, tmp_path: Path) -> None:
    client = start(admin_key="admin")
    asked = ask(client)
    right = client.post("/v1/feedback", json={"request": asked, "right": True})
    assert (right.status_code, set(right.json())) == (201, {"id"})
    wrong = {"request": asked, "right": False, "comment": "The other one.", "evidence": STANDS}
    assert client.post("/v1/feedback", json=wrong).status_code == 201
    second, first = waiting(client)
    assert (first["id"], first["question"], first["right"], first["snapshot"]) == (
        right.json()["id"],
        "Who?",
        True,
        "s1",
    )
    assert (first["evidence"], first["answered"], first["refused"]) == ([], [STANDS], False)
    assert (second["right"], second["comment"], second["evidence"]) == (False, "The other one.", [STANDS])
    counts = client.get("/v1/feedback?limit=1", headers=ADMIN).json()
    assert (counts["waiting"], counts["right"], counts["wrong"]) == (2, 1, 1)
    assert [one["id"] for one in counts["feedback"]] == [second["id"]]


def test_it_is_kept_where_only_this_user_can_read(start: Start, tmp_path: Path) -> None:
    assert start().post("/v1/feedback", json=WRONG).status_code == 201
    (file,) = (tmp_path / "feedback").glob("*.jsonl")
    assert json.loads(file.read_text())["question"] == "Who?"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file.parent, file)] == [0o700, 0o600]


def test_a_question_that_needs_those_before_it_is_kept_as_it_was_understood(start: Start) -> None:
    client = start(
        admin_key="admin", current=CurrentEngine(FakeStore(), lambda _, snapshot: CompletingEngine(snapshot))
    )
    asked = ask(client, "And since when?", history=["Who leads the Centre?"], documents=[DOCUMENT.id])
    client.post("/v1/feedback", json={"request": asked, "right": False})
    (feedback,) = waiting(client)
    assert feedback["question"] == "Since when does he lead the Centre?"
    assert feedback["filtered"] is True


def test_a_refusal_is_called_right_or_wrong_too(start: Start) -> None:
    client = start(admin_key="admin")
    asked = ask(client, "What is the budget?")
    assert client.post("/v1/feedback", json={"request": asked, "right": True}).status_code == 201
    assert client.post("/v1/feedback", json={"request": asked, "right": False, "evidence": STANDS}).status_code == 201
    both = refused(client.post("/v1/feedback", json={"request": asked, "right": True, "evidence": STANDS}), 422)
    assert "leave `evidence` out" in both["detail"]
    assert [(one["right"], one["refused"]) for one in waiting(client)] == [(False, True), (True, True)]


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"right": True}, 422, "must hold `request` or `question`"),
        ({**WRONG, "request": "a"}, 422, "must hold `request` or `question`"),
        ({"question": "Who?"}, 422, "right is required"),
        ({**WRONG, "right": "no"}, 422, "right must be true or false"),
        ({**WRONG, "more": 1}, 422, "more is not a known field"),
        ({**WRONG, "comment": "a" * 2001}, 422, "comment must have at most 2000 characters"),
        ({"request": "a b", "right": False}, 422, "request must match"),
        ({"request": "unknown", "right": False}, 404, "ask again, or send `question` and `evidence`"),
        ({"question": "Who?", "right": True}, 422, "send the evidence that was right"),
        (
            {**WRONG, "evidence": {**STANDS, "start": 0, "end": len(QUOTE)}},
            422,
            f"the document says this at {START} to",
        ),
        ({**WRONG, "evidence": {**STANDS, "end": 10**20}}, 422, "it has only"),
        ({**WRONG, "evidence": {**STANDS, "start": -1}}, 422, "the document says this at"),
        ({**WRONG, "evidence": {**STANDS, "quote": "Nobody leads it."}}, 422, "says something else"),
        ({**WRONG, "evidence": {**STANDS, "quote": " "}}, 422, "evidence.quote must not be blank"),
        ({**WRONG, "evidence": {**STANDS, "document": "other"}}, 404, "no document has the id"),
    ],
)
def test_what_is_refused_is_not_kept(
    start: Start, tmp_path: Path, body: dict[str, object], status: int, detail: str
) -> None:
    client = start(admin_key="admin")
    assert detail in refused(client.post("/v1/feedback", json=body), status)["detail"]
    assert waiting(client) == []


def test_a_reply_to_a_chat_is_remembered_too(start: Start) -> None:
    client = start(admin_key="admin")
    body = {"model": "centreqa", "messages": [{"role": "user", "content": "Who?"}]}
    asked = client.post("/v1/chat/completions", json=body).headers["x-request-id"]
    assert client.post("/v1/feedback", json={"request": asked, "right": True}).status_code == 201
    assert waiting(client)[0]["answered"] == [STANDS]


def test_it_is_guarded_as_asking_is(start: Start) -> None:
    client = start(admin_key="admin", ask_key="ask", max_body=1024)
    refused(client.post("/v1/feedback", json=WRONG), 401)
    assert client.post("/v1/feedback", json=WRONG, headers=ASK).status_code == 201
    refused(client.post("/v1/feedback", json={**WRONG, "comment": "a" * 2000}, headers=ASK), 413)
    refused(client.post("/v1/feedback", content="{}", headers={**ASK, "content-type": "text/plain"}), 415)
    refused(client.post("/v1/feedback", content="{", headers={**ASK, **JSON}), 400)
    refused(client.get("/v1/feedback", headers=ASK), 401)
    refused(start().get("/v1/feedback", headers=ADMIN), 404)


def test_a_full_file_takes_no_more_and_loses_nothing(start: Start) -> None:
    client = start(admin_key="admin", max_feedback=1024)
    statuses = [client.post("/v1/feedback", json={**WRONG, "comment": "a" * 100}).status_code for _ in range(5)]
    kept = statuses.count(201)
    assert statuses == [201] * kept + [507] * (5 - kept)
    assert 0 < kept < 5
    problem = refused(client.post("/v1/feedback", json={**WRONG, "comment": "a" * 900}), 507, "No more can be kept")
    assert "python -m eval adopt" in problem["detail"]
    assert len(waiting(client)) == kept


def test_the_same_id_twice_means_the_later_reply(start: Start) -> None:
    client = start(admin_key="admin")
    for question in ("Who?", "What is the budget?"):
        client.post("/v1/ask", json={**QUESTION, "question": question}, headers={"x-request-id": "mine"})
    client.post("/v1/feedback", json={"request": "mine", "right": False})
    assert [one["question"] for one in waiting(client)] == ["What is the budget?"]
