"""Who may use the tools over HTTP, what is let in, and what stays out of the log."""

import sys
from typing import Any, cast

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from tests.service.web.common import ASK, QUESTION, Start, refused
from tests.service.web.doors.common import ACCEPT, message, talk

pytest.importorskip("mcp", reason="mcp is not installed: pip install -e '.[mcp]'")


def test_the_ask_key_opens_it(start: Start) -> None:
    client = start(ask_key="ask")
    for headers in (ACCEPT, ACCEPT | {"authorization": "Bearer wrong"}):
        response = client.post("/mcp", content=message("ask", QUESTION), headers=headers)
        refused(response, 401, "A key is needed")
        assert response.headers["www-authenticate"] == "Bearer"
    result = talk(client, lambda session: session.call_tool("ask", QUESTION), ASK)
    assert result.structured_content["snapshot"] == "s1"


def test_a_page_that_leads_its_own_name_here_is_refused(client: TestClient) -> None:
    body = message("ask", QUESTION)
    refused(client.post("/mcp", content=body, headers=ACCEPT | {"host": "evil.example:8000"}), 421)
    for host in ("localhost:8000", "[::1]:8000"):
        assert client.post("/mcp", content=body, headers=ACCEPT | {"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("{", {}, 400),
        (b'"\xff"', {}, 400),
        ("[" * 100_000, {}, 400),
        ('{"id": ' + "9" * 5000 + "}", {}, 400),
        ("{}", {"content-type": "text/plain"}, 415),
        (message("ask", {f"key{number}": 0 for number in range(5000)}), {}, 422),
        ("a" * 2**21, {}, 413),
        (iter([b"a" * 2**20] * 2), {}, 413),
    ],
)
def test_bad_bodies(client: TestClient, body: Any, headers: dict[str, str], status: int) -> None:
    refused(client.post("/mcp", content=body, headers=ACCEPT | headers), status)


def test_there_is_one_method(client: TestClient) -> None:
    for method in ("GET", "DELETE"):
        response = client.request(method, "/mcp", headers=ACCEPT)
        refused(response, 405)
        assert response.headers["allow"] == "POST"


def test_no_line_of_the_log_quotes_a_request(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as lines:
        client.post("/mcp", content=message("ask", {"question": "secret"}), headers=ACCEPT)
        client.post("/mcp", content=message("ask", "secret"), headers=ACCEPT)
        client.post("/mcp", content=message("secret", {}), headers=ACCEPT)
        client.post("/mcp", content=message("ask", {}).replace("tools/call", "secret"), headers=ACCEPT)
    assert [(line["event"], line["route"]) for line in lines] == [("request", "/mcp")] * 4
    assert "secret" not in caplog.text + str(lines)


def test_without_the_package_there_is_no_such_route(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    client = start()
    refused(client.post("/mcp", content="{}", headers=ACCEPT), 404, "No such route")
    assert client.post("/v1/ask", json=QUESTION).status_code == 200


def test_the_schema_of_http_does_not_list_it(client: TestClient) -> None:
    assert not [path for path in cast(Any, client.app).openapi()["paths"] if "mcp" in path]


def test_no_call_is_reported_to_telemetry(client: TestClient) -> None:
    from service.web.doors.mcp_server import make_server

    assert make_server(cast(Any, client.app).state.context).middleware == []
