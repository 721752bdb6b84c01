"""Single documents of a running service, with the real model: put, asked, removed for good, and a folder watched."""

import os
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.end_to_end.processes import ended, run, serving, until
from tests.end_to_end.test_service import KEY, ask

pytestmark = pytest.mark.model

ROOF = "The roof of the archive was repaired by Ada Brandt in March 2026."
GARDEN = "The garden of the archive is watered by Ben Osei."
ADMIN = {"authorization": f"Bearer {KEY}"}


def holding(var: Path, text: str) -> list[Path]:
    """The files of snapshots that hold the text."""
    files = (path for path in (var / "snapshots").rglob("*") if path.is_file())
    return [path for path in files if text.encode() in path.read_bytes()]


def answers(client: httpx2.Client, question: str, name: str) -> Callable[[], bool]:
    def answered() -> bool:
        answer = ask(client, question)["answer"]
        return answer is not None and name in answer["text"]

    return answered


def test_a_document_comes_goes_and_leaves_nothing(tmp_path: Path, with_models: Callable[[Path], Path]) -> None:
    folder, var = tmp_path / "watched", with_models(tmp_path / "var")
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    environment = kept | {"CENTREQA_VAR": str(var), "CENTREQA_ADMIN_KEY": KEY}
    run(environment, "index", "build")
    (folder / "garden.txt").write_text(GARDEN)
    with serving(environment | {"CENTREQA_WATCH": str(folder)}) as (client, _):
        until(answers(client, "Who waters the garden?", "Ben Osei"))
        (folder / "roof.txt").write_text(ROOF)
        until(answers(client, "Who repaired the roof of the archive?", "Ada Brandt"))
        (folder / "roof.txt").unlink()
        until(lambda: client.get("/v1/documents/roof").status_code == 404)

        ended(client, client.put("/v1/documents/house/roof", json={"text": ROOF}, headers=ADMIN))
        reply = ask(client, "Who repaired the roof of the archive?", filter={"source": "http"})
        assert reply["answer"]["evidence"][0]["document"] == "house/roof"
        assert {passage["document"] for passage in reply["passages"]} == {"house/roof"}
        assert holding(var, "Ada Brandt")

        job = ended(client, client.delete("/v1/documents/house/roof", headers=ADMIN))
        assert [text["id"] for text in job["receipt"]["removed"]] == ["house/roof"]
        assert len(job["receipt"]["deleted"]) == 2  # one from the watched folder, one that was put
        assert holding(var, "Ada Brandt") == []
        assert ask(client, "Who waters the garden?")["snapshot"] == job["snapshot"]
        listed = [snapshot["id"] for snapshot in client.get("/v1/snapshots").json()]
        assert client.delete(f"/v1/snapshots/{listed[-1]}", headers=ADMIN).status_code == 204
        assert client.delete(f"/v1/snapshots/{listed[0]}", headers=ADMIN).status_code == 409
