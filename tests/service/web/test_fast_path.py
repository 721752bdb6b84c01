"""The short way for questions: the same replies as by the framework."""

import asyncio
from typing import Any, cast

import pytest
from starlette.testclient import TestClient
from starlette.types import Message
from structlog.testing import capture_logs

from service.web import routes
from service.web.fast_path import select_routes
from tests.service.web.common import ASK, JSON, QUESTION, Start


def test_the_fast_routes_are_those_of_questions() -> None:
    selected = select_routes(routes.ask_routes.routes, routes.FAST_ROUTES)
    assert [(route.path, route.methods) for route in selected] == [("/v1/ask", {"POST"}), ("/v1/search", {"POST"})]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/ask/"])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"question": "Who?"}', JSON),
        (b'{"query": "who", "top_k": 7.0, "documents": ["notes/centre"]}', JSON),
        (b'{"question": "Who?", "documents": ["other"]}', JSON),
        (b'{"question": "Who?", "generate": true}', JSON),
        (b'{"question": "Who?", "generate": true}', JSON | {"accept": "text/event-stream"}),
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
    assert (fast.status_code, fast.content) == (slow.status_code, slow.content)
    assert {**fast.headers, "x-request-id": ""} == {**slow.headers, "x-request-id": ""}


def test_a_good_question_takes_the_fast_path(client: TestClient) -> None:
    router = cast(Any, client.app).router
    router.middleware_stack.app = None
    assert client.post("/v1/ask", json=QUESTION).json()["snapshot"] == "s1"
    assert 'route="/v1/ask"' in router.middleware_stack.context.metrics.render().decode()


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/batch", "/v1/chat/completions"])
def test_a_client_that_leaves_in_the_middle_of_its_question(client: TestClient, path: str) -> None:
    async def scenario() -> list[Message]:
        messages: list[Message] = [
            {"type": "http.request", "body": b"{", "more_body": True},
            {"type": "http.disconnect"},
        ]
        received = iter(messages)
        sent: list[Message] = []

        async def receive() -> Message:
            return next(received)

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"content-length", b"9")]
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
        await client.app(scope, receive, send)
        return sent

    with capture_logs() as lines:
        assert asyncio.run(scenario())[0]["status"] == 400
    assert [line["event"] for line in lines] == ["request"]
