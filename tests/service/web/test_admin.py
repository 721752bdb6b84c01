"""Keys, rolling back, and rebuilds over HTTP."""

import time
from pathlib import Path

from starlette.testclient import TestClient

from tests.service.web.common import ADMIN, ASK, HANGS, JSON, QUESTION, Start, refused


def test_admin_routes_are_not_there_without_a_key(client: TestClient) -> None:
    refused(client.post("/v1/snapshots", json={}, headers=ADMIN), 404)
    refused(client.put("/v1/snapshots/active", json={"id": "s2"}, headers=ADMIN), 404)
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths["/v1/snapshots"]) == {"get"}
    assert "/v1/snapshots/active" not in paths


def test_keys(start: Start) -> None:
    client = start(admin_key="admin", ask_key="ask")
    asked = ("/v1/documents", "/v1/snapshots", "/v1/jobs", "/v1/jobs/1", "/v1/evaluation", "/metrics")
    for path in (*asked, "/v1/documents/other"):
        response = client.get(path)
        refused(response, 401, "A key is needed")
        assert response.headers["www-authenticate"] == "Bearer"
        assert client.get(path, headers=ASK).status_code == client.get(path, headers=ADMIN).status_code != 401
    refused(client.post("/v1/ask", content="{", headers=JSON), 401)
    refused(client.put("/v1/snapshots/active", json={"id": "s2"}, headers=ASK), 401)
    for path in ("/", "/library", "/index", "/evaluation", "/pages/app.js", "/healthz", "/readyz", "/openapi.json"):
        assert client.get(path).status_code == 200
    schemes = client.get("/openapi.json").json()["components"]["securitySchemes"]
    assert {name: scheme["scheme"] for name, scheme in schemes.items()} == {"ask key": "bearer", "admin key": "bearer"}


def test_rolling_back(start: Start) -> None:
    client = start(admin_key="admin")
    assert [(snapshot["id"], snapshot["active"]) for snapshot in client.get("/v1/snapshots").json()] == [
        ("s2", False),
        ("s1", True),
    ]
    response = client.put("/v1/snapshots/active", json={"id": "s2"}, headers=ADMIN)
    assert (response.status_code, response.json()["id"], response.json()["active"]) == (200, "s2", True)
    assert client.post("/v1/ask", json=QUESTION).json()["snapshot"] == "s2"
    for bad, status in (("s3", 404), ("../s1", 422), ("", 422)):
        refused(client.put("/v1/snapshots/active", json={"id": bad}, headers=ADMIN), status)


def test_a_rebuild(start: Start) -> None:
    with start(admin_key="admin", max_body=1024) as client:
        upload = {"documents": [{"id": "a", "text": "b" * 5000}], "mode": "add"}
        response = client.post("/v1/snapshots", json=upload, headers=ADMIN)
        job = response.json()["job"]
        assert (response.status_code, response.headers["location"]) == (202, f"/v1/jobs/{job}")
        refused(client.post("/v1/snapshots", headers=ADMIN), 409)
        while (state := client.get(f"/v1/jobs/{job}").json())["state"] in ("queued", "running"):
            time.sleep(0.01)
        expected = {"state": "succeeded", "phase": None, "done": 0, "total": 0, "error": None, "snapshot": "s1"}
        expected["receipt"] = None
        assert state == expected
        assert client.post("/v1/snapshots", headers=ADMIN).status_code == 202
        refused(client.get("/v1/jobs/unknown"), 404)
        refused(client.post("/v1/snapshots", json={"documents": [{"id": "a", "text": " "}]}, headers=ADMIN), 422)
        refused(client.post("/v1/snapshots", json={"mode": "url"}, headers=ADMIN), 422)


def test_a_job_is_cancelled(start: Start, tmp_path: Path) -> None:
    refused(start().delete("/v1/jobs/1", headers=ADMIN), 404)
    with start(admin_key="admin", command=HANGS) as client:
        job = client.post("/v1/snapshots", headers=ADMIN).json()["job"]
        refused(client.delete(f"/v1/jobs/{job}"), 401)
        while client.get(f"/v1/jobs/{job}").json()["phase"] is None:
            time.sleep(0.01)
        cancelled = client.delete(f"/v1/jobs/{job}", headers=ADMIN)
        assert cancelled.status_code == 200
        assert cancelled.json() == client.get(f"/v1/jobs/{job}").json()
        assert (cancelled.json()["state"], cancelled.json()["error"]["type"]) == ("failed", "Cancelled")
        refused(client.delete(f"/v1/jobs/{job}", headers=ADMIN), 409)
        refused(client.delete("/v1/jobs/unknown", headers=ADMIN), 404)
        assert client.post("/v1/snapshots", headers=ADMIN).status_code == 202
        assert client.post("/v1/ask", json=QUESTION).json()["snapshot"] == "s1"


def test_what_a_killed_service_left_of_uploads_goes_at_the_next_start(start: Start, tmp_path: Path) -> None:
    (tmp_path / "jobs" / "0123").mkdir(parents=True)
    (tmp_path / "jobs" / "0123" / "documents.jsonl").write_text("a text")
    with start():
        assert list((tmp_path / "jobs").iterdir()) == []
