"""The application as a whole: its routes, its snapshot, the page, and what it never does."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from corpus.errors import SnapshotError
from corpus.reading.report import LeftOut
from index.changes.watch import record
from index.snapshots.left_out import FilesLeftOut
from index.snapshots.store import SnapshotInfo
from index.stores import ServedStore
from service.answering.engine import Engine
from service.runtime.current import CurrentEngine
from tests.fakes import FakeEngine, FakeStore, open_fake_engine
from tests.service.web.common import ADMIN, QUESTION, Start, refused


def test_routes_and_methods_that_do_not_exist(client: TestClient, start: Start) -> None:
    refused(client.get("/v1/nothing"), 404, "No such route")
    refused(client.get("/v1/ask/"), 404)
    response = client.delete("/v1/ask")
    refused(response, 405)
    assert response.headers["allow"] == "POST"
    assert client.delete("/v1/snapshots").headers["allow"] == "GET"
    assert start(admin_key="admin").delete("/v1/snapshots").headers["allow"] == "GET, POST"


def test_before_a_snapshot_is_loaded(start: Start) -> None:
    client = start(load=False)
    assert client.get("/healthz").json() == {"status": "ok"}
    for response in (client.get("/readyz"), client.post("/v1/ask", json=QUESTION), client.get("/v1/documents")):
        refused(response, 503)
        assert response.headers["retry-after"] == "5"


def test_the_snapshot_is_opened_in_the_background(start: Start) -> None:
    with start(load=False) as client:
        while client.get("/readyz").status_code == 503:
            time.sleep(0.01)
        assert client.get("/readyz").json() == {"status": "ready", "snapshot": "s1", "detail": None}


def test_a_swap_that_fails_keeps_answering_and_says_why(start: Start) -> None:
    def open_engine(_: ServedStore, snapshot: str) -> Engine:
        if snapshot == "s2":
            raise SnapshotError("s2: is damaged")
        return FakeEngine(snapshot)

    store = FakeStore()
    current = CurrentEngine(store, open_engine)
    client = start(current=current)
    store.active = "s2"
    with pytest.raises(SnapshotError):
        current.reload()
    assert client.get("/readyz").json() == {"status": "ready", "snapshot": "s1", "detail": "s2: is damaged"}
    assert client.post("/v1/ask", json=QUESTION).json()["snapshot"] == "s1"


def test_no_reply_says_where_files_lie(start: Start, tmp_path: Path) -> None:
    def open_engine(_: ServedStore, snapshot: str) -> Engine:
        raise SnapshotError(f"{tmp_path}/snapshots/{snapshot}/text.bin: is damaged")

    current = CurrentEngine(FakeStore(), open_engine)
    current.follow()
    client = start(load=False, current=current)
    for response in (client.get("/readyz"), client.post("/v1/ask", json=QUESTION), client.get("/v1/documents")):
        assert refused(response, 503)["detail"] == f"{tmp_path.name}/snapshots/s1/text.bin: is damaged"
    record(tmp_path, Path("minutes"), f"{tmp_path}/texts/one.txt is not UTF-8")
    assert str(tmp_path) not in start().get("/readyz").text


def test_what_a_build_left_out_is_listed_without_saying_where_it_lies(start: Start, tmp_path: Path) -> None:
    class Filled(FakeStore):
        def list(self) -> list[SnapshotInfo]:
            reason = f"{tmp_path}/out.txt is a link out of the folder"
            left_out = FilesLeftOut(1, (LeftOut("out.txt", reason),), {".png": 2})
            return [replace(info, left_out=left_out) for info in super().list()]

    client = start(current=CurrentEngine(Filled(), open_fake_engine), admin_key="admin")
    for listed in (
        client.get("/v1/snapshots").json()[0],
        client.put("/v1/snapshots/active", json={"id": "s2"}, headers=ADMIN).json(),
    ):
        named = [{"file": "out.txt", "reason": f"{tmp_path.name}/out.txt is a link out of the folder"}]
        assert listed["left_out"] == {"count": 1, "named": named, "not_read": {".png": 2}}


def test_the_last_evaluation(start: Start, tmp_path: Path) -> None:
    client = start()
    assert "`python -m eval run`" in refused(client.get("/v1/evaluation"), 404)["detail"]
    example = client.get("/openapi.json").json()["components"]["schemas"]["Evaluation"]["example"]
    path = tmp_path / "eval" / example["run"] / "overview.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(example))
    assert client.get("/v1/evaluation").json() == example
    path.write_text(json.dumps(example | {"notes": [f"asked too: 4 ({tmp_path}/feedback/questions.jsonl)"]}))
    notes = [f"asked too: 4 ({tmp_path.name}/feedback/questions.jsonl)"]
    assert client.get("/v1/evaluation").json()["notes"] == notes
    store = FakeStore(evaluation={"questions": 4, "notes": json.loads(path.read_text())["notes"]})
    listed = start(current=CurrentEngine(store, open_fake_engine)).get("/v1/snapshots").json()
    assert listed[0]["evaluation"] == {"questions": 4, "notes": notes}
    path.write_text("{")
    assert "is damaged" in refused(client.get("/v1/evaluation"), 503)["detail"]


def test_files_that_change_under_the_service_are_a_503_everywhere(start: Start) -> None:
    current = CurrentEngine(FakeStore(), open_fake_engine)
    client = start(current=current)
    engine = current.engine
    assert isinstance(engine, FakeEngine)
    engine.changed = "s1/text.bin"
    for response in (client.get("/readyz"), client.post("/v1/ask", json=QUESTION), client.get("/v1/documents")):
        assert "was changed while it was in use" in refused(response, 503)["detail"]
    current.follow()
    assert client.get("/readyz").json()["detail"] is None
    assert current.engine is not engine


def test_a_watched_folder_is_released_at_the_start_and_what_failed_shows(start: Start, tmp_path: Path) -> None:
    with start(watch=tmp_path) as client:
        while not (jobs := client.get("/v1/jobs").json()) or jobs[0]["state"] in ("queued", "running"):
            time.sleep(0.01)
        assert [job["state"] for job in jobs] == ["succeeded"]
    record(tmp_path, Path("minutes"), "one.txt is not UTF-8")
    ready = start().get("/readyz").json()
    assert ready["snapshot"] == "s1"
    assert ready["detail"].startswith("watching minutes: the rebuild of ")
    assert ready["detail"].endswith("failed: one.txt is not UTF-8")


def test_the_page_is_served_with_a_strict_policy(client: TestClient) -> None:
    for path, media_type in (
        ("/", "text/html"),
        ("/d/notes/centre", "text/html"),
        ("/evaluation", "text/html"),
        ("/pages/app.js", "text/javascript"),
        ("/pages/style.css", "text/css"),
    ):
        response = client.get(path)
        assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert response.headers["content-security-policy"].startswith("default-src 'self'; ")
        assert response.headers["x-content-type-options"] == "nosniff"
        unchanged = client.get(path, headers={"if-none-match": response.headers["etag"]})
        assert unchanged.status_code == 304
    for path in ("/pages/../app.py", "/pages/%2e%2e/app.py", "/pages/none.js"):
        refused(client.get(path), 404)


def test_no_variable_of_the_machine_turns_telemetry_on(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def provider() -> None:
        raise AssertionError("the framework asked where to send its telemetry")

    for name in ("trace.get_tracer_provider", "metrics.get_meter_provider"):
        monkeypatch.setattr(f"opentelemetry.{name}", provider)
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    with start() as client:
        assert client.post("/v1/ask", json=QUESTION).status_code == 200
        assert client.get("/healthz").status_code == 200
