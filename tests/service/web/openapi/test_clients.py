"""What makers of clients find in the OpenAPI document: names of operations, an example of everything, no dead end."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.service.web.common import Start

Json = dict[str, Any]
# Clients are made from these names: none may change or go away.
OPERATIONS = {
    "ask", "ask_batch", "search", "verify", "cite", "list_documents", "get_document", "put_document", "delete_document",
    "list_snapshots", "build_snapshot", "activate_snapshot", "delete_snapshot", "list_jobs", "get_job", "cancel_job",
    "list_models", "complete_chat", "healthz", "readyz", "metrics",
}  # fmt: skip


@pytest.fixture
def document(start: Start) -> Json:
    """The OpenAPI document of an application with all of its routes."""
    shown: Json = start(admin_key="admin", ask_key="ask").get("/openapi.json").json()
    return shown


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_operations_have_names_that_functions_can_have(document: Json) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)
    assert set(names) >= OPERATIONS
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []


def test_models_have_names_that_classes_can_have(document: Json) -> None:
    assert [name for name in document["components"]["schemas"] if not re.fullmatch(r"[A-Z][A-Za-z]+", name)] == []


def test_every_reference_leads_somewhere(document: Json) -> None:
    targets = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert targets <= set(document["components"]["schemas"])


def test_everything_that_is_sent_and_replied_has_an_example(document: Json) -> None:
    without = [
        f"{name}: {what}"
        for name, operation in operations(document)
        for what, described in parts(operation)
        if not {"example", "examples"} & set(described) and not has_example(described.get("schema", {}), document)
    ]
    assert without == []


def parts(operation: Json) -> Iterator[tuple[str, Json]]:
    """Every parameter, body and reply of an operation."""
    for parameter in operation.get("parameters", ()):
        yield parameter["name"], parameter
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield media_type, content
    for status, response in operation["responses"].items():
        for media_type, content in response.get("content", {}).items():
            yield f"{status} {media_type}", content


def has_example(schema: Json, document: Json) -> bool:
    if "$ref" in schema:
        return has_example(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    if schema.get("type") == "array":
        return has_example(schema["items"], document)
    inner = (has_example(each, document) for each in schema.get("anyOf", ()) if each.get("type") != "null")
    return "example" in schema or "examples" in schema or any(inner)
