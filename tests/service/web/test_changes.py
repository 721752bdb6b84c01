"""One document at a time over HTTP: put, remove, delete a snapshot, list jobs."""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from corpus.documents import DocumentInfo
from service.runtime.current import CurrentEngine
from service.runtime.rebuild import Order
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import DOCUMENT, FakeEngine, FakeStore, open_fake_engine
from tests.service.web.common import ADMIN, ASK, QUESTION, Start, refused

RECEIPT = {"removed": [{"id": "a", "sha256": "0"}], "deleted": ["s0"], "kept": [], "copies": []}
TEXT = {"text": "A text."}


class TwoDocuments(FakeEngine):
    """Knows another document too, in name."""

    def documents(self) -> tuple[DocumentInfo, ...]:
        return (DOCUMENT.info, DOCUMENT.info)


class Recorder:
    """A command in the place of a build, which keeps the orders and what is to be built from."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.sources: list[list[Any]] = []

    def __call__(self, source: Path, order: Order, settings: Settings) -> Sequence[str]:
        self.orders.append(order)
        if order.documents is not None:
            self.sources.append([json.loads(line) for line in source.read_text("utf-8").splitlines()])
        return [sys.executable, "-c", f"import json; print(json.dumps({{'snapshot': 's1', 'receipt': {RECEIPT}}}))"]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def admin(recorder: Recorder, tmp_path: Path) -> TestClient:
    current = CurrentEngine(FakeStore(), lambda _, snapshot: TwoDocuments(snapshot))
    current.reload()
    settings = Settings.load(var=tmp_path, admin_key="admin", max_body=1024, max_upload=4096)
    return TestClient(create_app(current, settings, build_command=recorder), headers=ADMIN)


def ended(client: TestClient, response: Any) -> dict[str, Any]:
    """The job of an accepted request, once it has ended."""
    assert (response.status_code, response.headers["location"]) == (202, f"/v1/jobs/{response.json()['job']}")
    while (job := client.get(response.headers["location"]).json())["state"] in ("queued", "running"):
        time.sleep(0.01)
    return dict(job)


def test_a_document_is_put(admin: TestClient, recorder: Recorder) -> None:
    with admin as client:
        body = {"title": "Ä title", "text": "b" * 2000}
        assert ended(client, client.put("/v1/documents/notes%2Fnew", json=body))["state"] == "succeeded"
        assert ended(client, client.put("/v1/documents/plain", json=TEXT))["state"] == "succeeded"
    assert recorder.sources == [[{"id": "notes/new", **body}], [{"id": "plain", **TEXT}]]
    assert {(order.mode, order.activate, order.remove) for order in recorder.orders} == {("overwrite", True, ())}


def test_what_cannot_be_put(admin: TestClient, recorder: Recorder) -> None:
    path = "/v1/documents/a"
    refused(admin.put(path, json={}), 422, "text is required")
    refused(admin.put(path, json={"text": " "}), 422)
    refused(admin.put(path, json=TEXT | {"id": "b"}), 422)
    refused(admin.put(path, json=TEXT | {"title": "t" * 999}), 422)
    refused(admin.put("/v1/documents/a/../../b", json=TEXT), 404)
    refused(admin.put("/v1/documents/%2E%2E%2Fb", json=TEXT), 422)
    refused(admin.put("/v1/documents/" + "a" * 300, json=TEXT), 422)
    refused(admin.put(path, content="{", headers={"content-type": "application/json"}), 400)
    refused(admin.put(path, content="{}", headers={"content-type": "text/plain"}), 415)
    refused(admin.put(path, json={"text": "b" * 5000}), 413)
    refused(admin.put(path, json=TEXT, headers=ASK), 401)
    assert recorder.orders == []


def test_a_document_is_removed_with_a_receipt(admin: TestClient, recorder: Recorder) -> None:
    with admin as client:
        job = ended(client, client.delete("/v1/documents/notes%2Fcentre"))
        assert (job["state"], job["receipt"]) == ("succeeded", RECEIPT)
        ended(client, client.delete("/v1/documents/notes/centre?keep_history=true"))
    removed = ("notes/centre",)
    assert recorder.orders == [Order(remove=removed), Order(remove=removed, keep_history=True)]


def test_what_cannot_be_removed(admin: TestClient, start: Start, recorder: Recorder) -> None:
    refused(admin.delete("/v1/documents/other"), 404)
    refused(admin.delete("/v1/documents/notes/centre", headers=ASK), 401)
    refused(admin.delete("/v1/documents/notes/centre?keep_history=perhaps"), 422)
    alone = start(admin_key="admin")
    problem = refused(alone.delete("/v1/documents/notes/centre", headers=ADMIN), 409)
    assert problem["detail"] == "notes/centre is the only document; add another one before you remove it"
    refused(start(load=False, admin_key="admin").delete("/v1/documents/notes/centre", headers=ADMIN), 503)
    assert recorder.orders == []


def test_one_change_at_a_time(admin: TestClient) -> None:
    with admin as client:
        first = client.put("/v1/documents/a", json=TEXT)
        refused(client.put("/v1/documents/b", json=TEXT), 409)
        refused(client.delete("/v1/documents/notes/centre"), 409)
        ended(client, first)


def test_without_a_key_nothing_can_be_changed(client: TestClient) -> None:
    refused(client.put("/v1/documents/a", json=TEXT), 404)
    refused(client.delete("/v1/documents/notes/centre"), 404)
    refused(client.delete("/v1/snapshots/s2"), 404)
    assert set(client.get("/openapi.json").json()["paths"]["/v1/documents/{document}"]) == {"get"}
    assert client.post("/v1/documents/a", json=TEXT).headers["allow"] == "GET"


def test_a_snapshot_is_deleted(admin: TestClient) -> None:
    refused(admin.delete("/v1/snapshots/s1"), 409)
    refused(admin.delete("/v1/snapshots/s3"), 404)
    refused(admin.delete("/v1/snapshots/s2", headers=ASK), 401)
    response = admin.delete("/v1/snapshots/s2")
    assert (response.status_code, response.content) == (204, b"")
    assert [snapshot["id"] for snapshot in admin.get("/v1/snapshots").json()] == ["s1"]
    assert admin.post("/v1/ask", json=QUESTION).json()["snapshot"] == "s1"
    assert admin.post("/v1/snapshots/s2").headers["allow"] == "DELETE"


def test_a_snapshot_that_is_in_use_is_not_deleted_though_another_one_is_active(start: Start) -> None:
    store = FakeStore()
    client = start(current=CurrentEngine(store, open_fake_engine), admin_key="admin")
    store.active = "s2"
    problem = refused(client.delete("/v1/snapshots/s1", headers=ADMIN), 409)
    assert problem["detail"].startswith("s1 is in use")


def test_jobs_are_listed_newest_first(admin: TestClient) -> None:
    with admin as client:
        assert client.get("/v1/jobs").json() == []
        names = []
        for name in "ab":
            response = client.put(f"/v1/documents/{name}", json=TEXT)
            ended(client, response)
            names.append(response.json()["job"])
        listed = client.get("/v1/jobs").json()
        assert [job["job"] for job in listed] == names[::-1]
        assert listed[0] == {"job": names[1], **client.get(f"/v1/jobs/{names[1]}").json()}
