"""What is logged and counted of each request, and the id that it gets."""

import json
import re

import pytest
from starlette.testclient import TestClient
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.service.web.common import QUESTION, Start, refused


def test_an_unexpected_error_keeps_its_secret_and_has_a_request_id(client: TestClient) -> None:
    with capture_logs() as lines:
        problem = refused(client.post("/v1/ask", json={"question": "broken"}), 500)
    assert "secret" not in json.dumps(problem)
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("unexpected error", "error"),
        ("request", "info"),
    ]


def test_request_ids(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "order-7.a_B"}).headers["x-request-id"] == "order-7.a_B"
    for bad in ("a b", "a" * 65, '"}', "é"):
        given = client.get("/healthz", headers={b"x-request-id": bad.encode()}).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{32}", given)


@pytest.mark.parametrize("log_questions", [False, True])
def test_one_log_line_a_request_and_no_question_in_it(start: Start, log_questions: bool) -> None:
    client = start(log_questions=log_questions)
    with capture_logs(processors=[merge_contextvars]) as lines:
        client.post("/v1/ask", json=QUESTION, headers={"x-request-id": "r1"})
    expected = {"event": "request", "method": "POST", "route": "/v1/ask", "status": 200, "request_id": "r1"}
    expected |= {"question": "Who?"} if log_questions else {}
    assert [{key: value for key, value in line.items() if key not in ("ms", "log_level")} for line in lines] == [
        expected
    ]
