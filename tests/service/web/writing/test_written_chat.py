"""OpenAI's chat with the model that writes."""

from typing import Any

from starlette.testclient import TestClient

from tests.fakes import QUOTE, TEXT
from tests.language_server import ANSWER, KEPT, STRUCK, Writing, checked, says
from tests.service.web.common import QUESTION, Start


def chat(client: TestClient, model: str, **more: object) -> Any:
    body = {"model": model, "messages": [{"role": "user", "content": QUESTION["question"]}], **more}
    return client.post("/v1/chat/completions", json=body)


def models(client: TestClient) -> list[str]:
    return [model["id"] for model in client.get("/v1/models").json()["data"]]


def test_a_chat_with_the_model_that_writes(writing: Writing) -> None:
    client, server = writing(says(ANSWER), says(ANSWER))
    assert models(client) == ["centreqa", "centreqa-written"]
    reply = chat(client, "centreqa-written").json()
    message = reply["choices"][0]["message"]
    assert reply["model"] == "centreqa-written"
    assert message["content"].startswith(KEPT)
    assert STRUCK not in message["content"]
    assert [struck["text"] for struck in message["centreqa"]["written"]["struck"]] == [STRUCK]
    (annotation,) = message["annotations"]
    cited = annotation["url_citation"]
    assert message["content"][cited["start_index"] : cited["end_index"]] == "[1]"
    assert TEXT[annotation["start"] : annotation["end"]] == annotation["quote"] == QUOTE
    streamed = chat(client, "centreqa-written", stream=True).text
    assert message["content"].splitlines()[0] in streamed
    assert len(server.requests) == 2


def test_a_chat_without_a_language_model_has_no_model_that_writes(start: Start) -> None:
    client = start(current=checked())
    assert models(client) == ["centreqa"]
    reply = chat(client, "centreqa-written")
    assert reply.status_code == 404
    assert reply.json()["error"]["message"].endswith("use 'centreqa'")


def test_the_model_that_quotes_asks_no_language_model(writing: Writing) -> None:
    client, server = writing(says(ANSWER))
    message = chat(client, "centreqa").json()["choices"][0]["message"]
    assert message["content"].startswith(QUOTE)
    assert message["centreqa"]["written"] is None
    assert not server.requests
