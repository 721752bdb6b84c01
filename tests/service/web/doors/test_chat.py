"""OpenAI's interface, asked by OpenAI's own client of a service on a loopback port."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from service.runtime.current import CurrentEngine
from service.web.sockets.server import Server
from tests.fakes import DOCUMENT, EVIDENCE, QUOTE, START, TEXT, FakeEngine, FakeStore
from tests.listening import listening
from tests.service.web.common import QUESTION, Start, refused

openai = pytest.importorskip("openai", reason="openai is not installed: pip install -e '.[dev]'")

Connect = Callable[..., Any]
USER = [{"role": "user", "content": "Who?"}]


@pytest.fixture
def connect(start: Start) -> Iterator[Connect]:
    """Starts a service on a free port, and gives a client of OpenAI's for it."""
    with ExitStack() as stack:

        def connect(key: str = "none", **options: Any) -> Any:
            import httpx

            config = uvicorn.Config(start(**options).app, log_config=None, access_log=False)
            port = stack.enter_context(listening(Server(config, max_connections=100)))
            address = f"http://127.0.0.1:{port}/v1"
            http = stack.enter_context(httpx.Client(trust_env=False))
            return openai.OpenAI(base_url=address, api_key=key, max_retries=0, timeout=60, http_client=http)

        yield connect


def complete(client: Any, messages: Sequence[object] = USER, **more: object) -> Any:
    return client.chat.completions.create(**{"model": "centreqa", "messages": messages, **more})


def test_the_models(connect: Connect) -> None:
    assert [(model.id, model.object) for model in connect().models.list()] == [("centreqa", "model")]


def test_an_answer_with_marks_sources_and_annotations(connect: Connect) -> None:
    client = connect()
    reply = complete(client, temperature=0, max_tokens=5, user="me")
    choice, message = reply.choices[0], reply.choices[0].message
    assert (len(reply.choices), choice.finish_reason, message.role, message.refusal) == (1, "stop", "assistant", None)
    assert message.content.startswith(f"{QUOTE} [1]\n")
    assert f"[1] notes/centre, characters {START} to {EVIDENCE.end}: “{QUOTE}”" in message.content
    (annotation,) = message.annotations
    cited = annotation.url_citation
    assert (annotation.type, message.content[cited.start_index : cited.end_index]) == ("url_citation", "[1]")
    assert (cited.title, cited.url) == ("Centre", str(client.base_url.join(annotation.url)))
    assert TEXT[annotation.start : annotation.end] == annotation.quote == QUOTE
    assert (annotation.document, annotation.snapshot, reply.system_fingerprint) == (DOCUMENT.id, "s1", "s1")
    judged = message.centreqa
    assert (judged["confidence"], judged["level"], judged["short"]["text"]) == (0.9, "sure", "Irakli Beridze")
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens) == (0, 0, 0)


def test_a_refusal_reads_as_one(connect: Connect) -> None:
    choice = complete(connect(), [{"role": "user", "content": "The budget?"}]).choices[0]
    assert choice.finish_reason == "stop"
    assert choice.message.content.startswith("No answer. it does not say\n\nNot accounted for: budget\n\n")
    assert f"which is no answer: “{QUOTE}”" in choice.message.content
    assert choice.message.annotations == []
    assert choice.message.centreqa["abstained"]["nearest"]["start"] == START


def test_a_stream_says_the_same(connect: Connect) -> None:
    client = connect()
    whole = complete(client)
    chunks = list(complete(client, stream=True, stream_options={"include_usage": True}))
    *parts, usage = chunks
    assert "".join(part.choices[0].delta.content or "" for part in parts) == whole.choices[0].message.content
    assert len([part for part in parts if part.choices[0].delta.content]) > 3
    assert parts[0].choices[0].delta.role == "assistant"
    assert [part.choices[0].finish_reason for part in parts] == [None] * (len(parts) - 1) + ["stop"]
    (annotations,) = [
        part.choices[0].delta.annotations for part in parts if "annotations" in part.choices[0].delta.model_extra
    ]
    assert annotations == [annotation.model_dump() for annotation in whole.choices[0].message.annotations]
    assert (usage.choices, usage.usage.total_tokens) == ([], 0)
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    with client.chat.completions.stream(model="centreqa", messages=USER) as stream:
        gathered = stream.get_final_completion()
    assert gathered.choices[0].message.content == whole.choices[0].message.content
    assert gathered.choices[0].message.annotations[0].url_citation.title == "Centre"


def test_a_stream_without_usage_ends_as_it_should(client: TestClient) -> None:
    response = client.post("/v1/chat/completions", json={"model": "centreqa", "messages": USER, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    *events, done, nothing = response.text.split("\n\n")
    assert (done, nothing) == ("data: [DONE]", "")
    assert not [event for event in events if "usage" in json.loads(event.removeprefix("data: "))]


def test_earlier_turns_of_the_user_are_the_history(start: Start) -> None:
    asked = []

    class Listening(FakeEngine):
        """Keeps what it is asked."""

        def ask(self, question: str, *arguments: Any, **options: Any) -> Any:
            asked.append((question, list(options["history"])))
            return super().ask(question, *arguments, **options)

    client = start(current=CurrentEngine(FakeStore(), lambda _, snapshot: Listening(snapshot)))
    parts = [{"type": "text", "text": "And"}, {"type": "text", "text": "when?"}]
    turns = [
        {"role": "system", "content": "Answer in rhyme."},
        {"role": "user", "content": "What is it?"},
        {"role": "assistant", "content": "A centre.", "annotations": [], "refusal": None, "tool_calls": None},
        *({"role": "user", "content": content} for content in ("", "a" * 1001, "Who?", parts)),
        {"role": "assistant", "content": None},
    ]
    for messages in (turns, [{"role": "user", "content": f"{number}?"} for number in range(30)]):
        body = {"model": "centreqa", "messages": messages}
        assert client.post("/v1/chat/completions", json=body).status_code == 200
    assert asked[0] == ("And\nwhen?", ["What is it?", "Who?"])
    assert asked[1] == ("29?", [f"{number}?" for number in range(9, 29)])


@pytest.mark.parametrize(
    ("fields", "status", "param", "code", "said"),
    [
        ({"model": "gpt-4o"}, 404, "model", "model_not_found", "there is no model of that name; use 'centreqa'"),
        ({"n": 2}, 400, "n", "invalid_request", "n must be 1"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, 400, "tools", "invalid_request", "tools is not"),
        ({"response_format": {"type": "json_object"}}, 400, "response_format", "invalid_request", "response_format is"),
        ({"stop": "x"}, 400, "stop", "invalid_request", "stop is not supported; leave it out"),
        ({"extra_body": {"web": 1}}, 400, "web", "invalid_request", "web is not a known field"),
        ({"messages": []}, 400, "messages", "invalid_request", "messages must have at least 1 item(s)"),
        ({"messages": [{"role": "system", "content": "a"}]}, 400, None, "invalid_request", "the last message of the"),
        ({"messages": [{"role": "user", "content": "a" * 1001}]}, 400, None, "invalid_request", "the last message"),
        (
            {"messages": [{"role": "tool", "content": "a"}]},
            400,
            "messages.0.role",
            "invalid_request",
            "messages.0.role",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            400,
            "messages.0.content",
            "invalid_request",
            "messages.0.content must be text; pictures, sound and files are not read",
        ),
        ({"messages": [{"role": "user", "content": 5}]}, 400, "messages.0.content", "invalid_request", "messages.0.c"),
        ({"messages": [{"role": "user", "content": "broken"}]}, 500, None, "internal", "the log has more"),
    ],
)
def test_errors_have_openais_form(
    connect: Connect, fields: dict[str, Any], status: int, param: str | None, code: str, said: str
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        complete(connect(), **fields)
    error = caught.value
    assert (error.status_code, error.param, error.code) == (status, param, code)
    assert error.type == ("server_error" if status == 500 else "invalid_request_error")
    assert error.body["message"].startswith(said)
    assert "secret" not in str(error.body)


@pytest.mark.parametrize(
    ("count", "said"),
    [(30_000, "messages.0.role is required"), (50_000, "the body holds more than 40000 values; send fewer")],
)
def test_thousands_of_wrong_messages_are_one_error(client: TestClient, count: int, said: str) -> None:
    body = {"model": "centreqa", "messages": [{}] * count}
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(said)


def test_the_api_key_is_the_ask_key(connect: Connect) -> None:
    with pytest.raises(openai.AuthenticationError, match="send `Authorization: Bearer KEY`") as caught:
        complete(connect(key="wrong", ask_key="ask"))
    assert caught.value.response.headers["www-authenticate"] == "Bearer"
    client = connect(key="ask", ask_key="ask")
    assert complete(client).choices[0].message.annotations[0].quote == QUOTE
    assert [model.id for model in client.models.list()] == ["centreqa"]


def test_not_ready_says_when_to_try_again(client: TestClient, start: Start) -> None:
    body = {"model": "centreqa", "messages": USER}
    response = start(load=False).post("/v1/chat/completions", json=body)
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["error"]["code"] == "unavailable"
    for content, status, code in (("{", 400, "not_json"), ("a" * 2**21, 413, "too_large")):
        response = client.post("/v1/chat/completions", content=content, headers={"content-type": "application/json"})
        assert (response.status_code, response.json()["error"]["code"]) == (status, code)
        assert response.headers["content-type"] == "application/json"


def test_it_is_counted_and_logged_as_a_question(client: TestClient) -> None:
    client.post("/v1/chat/completions", json={"model": "centreqa", "messages": USER})
    shown = client.get("/metrics").text
    assert 'centreqa_requests_total{method="POST",route="/v1/chat/completions",status="200"} 1.0' in shown
    assert 'centreqa_answers_total{level="sure"} 1.0' in shown


def test_other_routes_keep_their_errors(client: TestClient) -> None:
    refused(client.post("/v1/ask", json={**QUESTION, "n": 2}), 422)
    refused(client.get("/v1/chat/completions"), 405)
