"""The header that says what a reply took."""

from starlette.testclient import TestClient

from service.runtime.render import Outcome
from service.web.monitoring.server_timing import server_timing
from tests.service.web.common import QUESTION


def test_answers_and_searches_say_what_they_took(client: TestClient) -> None:
    expected = "encode;dur=1.00, search;dur=2.00, total;dur=1.00"
    assert client.post("/v1/ask", json=QUESTION).headers["server-timing"] == expected
    assert client.post("/v1/search", json={"query": "who"}).headers["server-timing"] == expected
    assert "server-timing" not in client.post("/v1/ask", json={"question": "broken"}).headers


def test_what_is_remembered_says_so() -> None:
    assert server_timing(Outcome(0.05, {}, remembered=True)) == {
        "server-timing": 'cache;desc="remembered", total;dur=0.05'
    }
