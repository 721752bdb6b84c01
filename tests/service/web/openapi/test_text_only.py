"""A request gives text and ids: no route takes an address, a path, or the name of a model to load."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from service.schemas.doors.chat import MODEL
from tests.service.web.common import Start, refused

PLACES = {
    "address": "192.0.2.1",
    "corpus": "/etc",
    "embedding_model": "/srv/model",
    "file": "/etc/passwd",
    "folder": "/etc",
    "llm_base_url": "http://192.0.2.1/v1",
    "model": "/srv/model",
    "path": "/etc/passwd",
    "reader": "/srv/reader",
    "uri": "file:///etc/passwd",
    "url": "http://192.0.2.1/",
    "var": "/srv",
}
KEY = {"authorization": "Bearer admin"}
CHAT = "/v1/chat/completions"


def bodies(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and example of every operation that takes a body."""
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if "requestBody" in operation:
                body = operation["requestBody"]["content"]["application/json"]["schema"]
                (named,) = [part["$ref"] for part in (body, *body.get("anyOf", ())) if "$ref" in part]
                yield method.upper(), path, schema["components"]["schemas"][named.rpartition("/")[2]]["example"]


@pytest.mark.parametrize("place", PLACES)
def test_every_body_refuses_the_name_of_a_place_or_a_model(start: Start, place: str) -> None:
    client = start(admin_key="admin")
    found = list(bodies(client.get("/openapi.json").json()))
    assert len(found) >= 9
    for method, path, example in found:
        if path == CHAT:  # there a field names which of two models answers
            continue
        response = client.request(
            method, path.format(document="a"), json={**example, place: PLACES[place]}, headers=KEY
        )
        assert place in refused(response, 422)["detail"], path


@pytest.mark.parametrize("model", ["/srv/model", "http://192.0.2.1/v1", "gpt-4", "../model", f"{MODEL}/../x"])
def test_a_chat_loads_no_model_that_it_names(start: Start, model: str) -> None:
    response = start().post(CHAT, json={"model": model, "messages": [{"role": "user", "content": "Who?"}]})
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "model_not_found"
